"""What a letter says: plain text in the reader's language, with the English below where a machine translated it.

It has no code in it: codes are not kept, and everybody has only their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from filterdns.keep.duties.letters import Letter
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import DECIDED, Case, step
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.locale.texts import ENGLISH
from filterdns.transparency.public.letter_words import LetterWords, language_of

_RULE = "-- English --"


def write_letter(
    letter: Letter, events: Sequence[Event], sender: str, status_url: str, rules: Rules, when: datetime
) -> EmailMessage:
    """The message of a letter. Raises ValueError for an address that no message can have, or an event that is none."""
    case, event = _at(events, letter.event)
    language = language_of(letter.language)
    words = LetterWords(language)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("filterdns desk", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = words.subject(event)
    message["Date"] = format_datetime(when)
    host = urlsplit(status_url).hostname or "filterdns.invalid"
    message["Message-ID"] = f"<case-{letter.case}.{letter.event}.{letter.number}@{host}>"  # twice sent is once read
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers this
    text = "\n\n".join(_paragraphs(words, case, event, letter.language, status_url, rules)) + "\n"
    # Not every server on the way takes eight bits (RFC 6152).
    message.set_content(text, cte="7bit" if text.isascii() and _is_short(text) else "quoted-printable")
    message["Content-Language"] = language  # behind the content, which clears all that is said of it
    return message


def _at(events: Sequence[Event], number: int) -> tuple[Case, Event]:
    """The case right after an event."""
    case: Case | None = None
    for event in events:
        case = step(case, event)
        if event.number == number:
            return case, event
    raise ValueError("expected an event of the case")


def _paragraphs(
    words: LetterWords, case: Case, event: Event, language: str, status_url: str, rules: Rules
) -> Iterator[str]:
    yield from _told(words, case, event, language, status_url, rules)
    if words.is_machine_made:
        yield words.made_by
        yield _RULE
        yield from _told(LetterWords(), case, event, ENGLISH, status_url, rules)


def _told(words: LetterWords, case: Case, event: Event, language: str, status_url: str, rules: Rules) -> Iterator[str]:
    yield words.about(case)
    yield words.said(case, event)
    if event.kind == e.DECIDED:
        yield from words.reasons(event.data.get("reason"), language)
        if case.state == DECIDED:
            yield words.may_ask_again((event.at + rules.second_step_open).date())
    yield from words.end(status_url)


def _is_short(text: str) -> bool:
    """Whether every line is one that mail carries as it is (RFC 5322 section 2.1.1)."""
    return max(map(len, text.splitlines())) <= 900
