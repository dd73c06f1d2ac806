"""`helplines/*.yaml`: numbers that a person in trouble may call, and who checked them when (requirements section 7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from filterdns.errors import DataFault, Fault
from filterdns.lists.fields import Fields, Texts, read_entries
from filterdns.lists.read_file import read_yaml

HELPLINES = "helplines"
CHECK_DAYS = 180  # a number older than that may ring somewhere else
CHECKS_NEEDED = 2  # people, of different organisations
MOST_CHECKS = 20

_is_country = re.compile(r"[A-Z]{2}\Z").match
_is_number = re.compile(r"[0-9+][0-9 ()/-]{1,30}\Z").match


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody called the number or asked its operator. `by`: a pseudonym."""

    by: str
    org: str
    on: date


@dataclass(frozen=True, slots=True)
class Helpline:
    """One number, as it is dialled in its country."""

    country: str
    title: str
    number: str
    languages: str
    source: str
    checked: tuple[Check, ...]
    hours: Texts
    cost: Texts
    ages: Texts
    chat: str = ""

    def may_be_shown(self, today: date) -> bool:
        """Whether two people of different organisations checked it within the last 180 days."""
        recent = [check for check in self.checked if today - timedelta(days=CHECK_DAYS) <= check.on <= today]
        people, organisations = {check.by for check in recent}, {check.org for check in recent}
        return min(len(people), len(organisations)) >= CHECKS_NEEDED

    @property
    def checked_on(self) -> date | None:
        """The day of the last check, None if nobody did."""
        return max((check.on for check in self.checked), default=None)


def load_helplines(folders: Sequence[Path]) -> tuple[Helpline, ...]:
    """The numbers in the `helplines` folders of these lists folders. Raises DataFault with all faults of all files."""
    faults: list[Fault] = []
    found: list[Helpline] = []
    for folder in folders:
        for path in sorted((folder / HELPLINES).glob("*.yaml")):
            try:
                entries = read_entries(read_yaml(path), faults)
            except DataFault as fault:
                faults += fault.faults
                continue
            for entry in entries:
                before = len(faults)
                helpline = _helpline(entry)
                if len(faults) == before:
                    found.append(helpline)
    if faults:
        raise DataFault(faults)
    return tuple(found)


def _helpline(entry: Fields) -> Helpline:
    helpline = Helpline(
        country=entry.text("country", 2),
        title=entry.text("title", 100),
        number=entry.text("number", 32),
        languages=entry.text("languages", 60),
        source=_address(entry, "source"),
        checked=tuple(_check(part) for part in entry.parts("checked")[:MOST_CHECKS]),
        hours=entry.texts("hours", 200) if entry.has("hours") else {},
        cost=entry.texts("cost", 200) if entry.has("cost") else {},
        ages=entry.texts("ages", 200) if entry.has("ages") else {},
        chat=_address(entry, "chat") if entry.has("chat") else "",
    )
    if helpline.country and not _is_country(helpline.country):
        entry.refuse("country", "an ISO 3166-1 code of two capitals", f'"{helpline.country}"')
    if helpline.number and not _is_number(helpline.number):
        entry.refuse("number", "digits as they are dialled", f'"{helpline.number}"')
    entry.no_more()
    return helpline


def _check(part: Fields) -> Check:
    check = Check(part.text("by", 40), part.text("org", 100), part.day("on"))
    part.no_more()
    return check


def _address(entry: Fields, key: str) -> str:
    address = entry.text(key, 400)
    if address and not address.startswith("https://"):
        entry.refuse(key, "an address that begins with https://", f'"{address}"')
    return address
