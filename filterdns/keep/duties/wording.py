"""What a letter says: plain text, in English for now, with the reason in the reader's language where people wrote one.

It has no code in it: codes are not kept, and everybody has only their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

_OUTCOMES: Mapping[str, str] = {
    e.UPHELD: "We looked at it, and the listing stays as it is.",
    e.NARROWED: "We were wrong in part: the listing covers less from now on.",
    e.MOVED: "We were wrong: it is not listed in this category any more. Another category is being looked at.",
    e.REMOVED: "We were wrong: it is not listed in this category any more.",
    e.LISTED: "It was listed, by two people of two organisations.",
    e.HELD: "It is filtered for at most three days, by two people of two organisations.",
    e.PROTECTED: "It is protected from now on: no list can filter it.",
    e.DECLINED: "It was not listed.",
    e.NOT_EXAMINED: "Nobody could look at it in time. It was closed, and the site stays open.",
    e.NO_DECISION: "There was no decision in time. It was closed, and the site stays open.",
}
_SUSPENDED: Mapping[str, str] = {
    e.WHY_LATE: "We did not answer by the day that we promised. The listing does not count until somebody has.",
    e.WHY_SIGNAL: "You said that this is help, and there is reason to believe it. The listing does not count until"
    " somebody has looked.",
    e.WHY_PERSON: "The listing does not count until it is decided.",
}
_DECIDED, _OPEN_FOR_NOW = "An answer to what you wrote to us", "What you wrote to us about is open for now"


def write_letter(
    letter: Letter, events: Sequence[Event], sender: str, status_url: str, rules: Rules, when: datetime
) -> EmailMessage:
    """The message of a letter. Raises ValueError for an address that no message can have, or an event that is none."""
    case, event = _at(events, letter.event)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("filterdns desk", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = _DECIDED if event.kind == e.DECIDED else _OPEN_FOR_NOW
    message["Date"] = format_datetime(when)
    host = urlsplit(status_url).hostname or "filterdns.invalid"
    message["Message-ID"] = f"<case-{letter.case}.{letter.event}.{letter.number}@{host}>"  # twice sent is once read
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers this
    message.set_content("\n\n".join(_paragraphs(case, event, letter.language, status_url, rules)) + "\n")
    return message


def _at(events: Sequence[Event], number: int) -> tuple[Case, Event]:
    """The case right after an event."""
    case: Case | None = None
    for event in events:
        case = step(case, event)
        if event.number == number:
            return case, event
    raise ValueError("expected an event of the case")


def _paragraphs(case: Case, event: Event, language: str, status_url: str, rules: Rules) -> list[str]:
    about = f"{case.name}, {case.category}" if case.publication == "open" else "the site that you wrote about"
    if event.kind == e.DECIDED:
        said = [_OUTCOMES.get(case.outcome, "It was decided."), *_reasons(event.data.get("reason"), language)]
        if case.state == DECIDED:
            until = (event.at + rules.second_step_open).date()
            said.append(f"You may ask three other people to look at it, until {until:%d %B %Y}.")
    else:
        said = [_SUSPENDED.get(str(event.data.get("why")), _SUSPENDED[e.WHY_PERSON])]
    return [
        f"Case {case.id}: {about}.",
        *said,
        f"How it stands, with the code that you were given: {status_url}",
        "We delete your address 30 days after the case has ended. Nobody reads answers to this message.",
    ]


def _reasons(reason: object, language: str) -> list[str]:
    if not isinstance(reason, Mapping):
        return [str(reason)] if reason else []
    found = [reason.get(language), reason.get("en")]
    return list(dict.fromkeys(str(text) for text in found if text))
