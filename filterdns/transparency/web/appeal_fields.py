"""What a stranger's form says: a closed set of fields, each with a bound; everything else is dropped unread (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from filterdns.transparency.casebook.plain import clean_text
from filterdns.transparency.casebook.receipts import APPELLANTS, MOST_EMAIL, MOST_LANGUAGE, MOST_TEXT, is_address
from filterdns.transparency.locale.texts import marked
from filterdns.transparency.web.forms import Fields, first

TEXT, APPELLANT, CLAIM, OUTDATED, LANGUAGE, EMAIL = "text", "appellant", "claim", "outdated", "language", "email"
NAME, CATEGORY, SEEN_ON = "name", "category", "seen_on"

YES = "yes"
_DATE_CHARACTERS = 10

TOO_LONG = marked("This is longer than 1,000 characters. Please keep what matters most.")
NO_ADDRESS = marked("This does not look like an e-mail address. Leave it empty if you want no mail.")
NO_DAY = marked("Please give a day up to today, such as 2030-03-05, or leave it empty.")


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody wrote. `problems`: by field, what is to be mended."""

    text: str = ""
    appellant: str = ""
    claim: bool = False
    outdated: bool = False
    language: str = ""
    email: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A site that somebody suggests, with what was seen there and on which day."""

    name: str = ""
    category: str = ""
    seen_on: date | None = None
    sent: Sent = Sent()


def read_sent(fields: Fields, page_language: str) -> Sent:
    """The fields of an appeal. `page_language`: of the answer if nobody asks for another."""
    text = clean_text(first(fields, TEXT), MOST_TEXT + 1)
    email = first(fields, EMAIL).strip()[: MOST_EMAIL + 1]
    appellant = first(fields, APPELLANT)
    problems = {}
    if len(text) > MOST_TEXT:
        problems[TEXT] = TOO_LONG
    if email and not is_address(email):
        problems[EMAIL] = NO_ADDRESS
    return Sent(
        text=text,
        appellant=appellant if appellant in APPELLANTS else "",
        claim=first(fields, CLAIM) == YES,
        outdated=first(fields, OUTDATED) == YES,
        language=_language(first(fields, LANGUAGE)) or page_language,
        email=email,
        problems=problems,
    )


def read_suggested(fields: Fields, page_language: str, today: date) -> Suggested:
    """The fields of a suggestion; the name is still as it was typed."""
    sent = read_sent(fields, page_language)
    typed, seen_on = first(fields, SEEN_ON).strip()[:_DATE_CHARACTERS], None
    if typed:
        try:
            seen_on = date.fromisoformat(typed)
        except ValueError:
            pass
        if seen_on is None or seen_on > today:
            sent = Sent(
                sent.text, language=sent.language, email=sent.email, problems={**sent.problems, SEEN_ON: NO_DAY}
            )
    return Suggested(first(fields, NAME), first(fields, CATEGORY), seen_on, sent)


def _language(typed: str) -> str:
    """A language tag (RFC 5646) if it looks like one."""
    tag = typed.strip()[: MOST_LANGUAGE + 1]
    is_tag = tag.isascii() and all(part.isalnum() for part in tag.split("-")) and len(tag) <= MOST_LANGUAGE
    return tag if is_tag else ""
