"""`allow/*.yaml`: names that were taken off, by one person, and names that won an appeal and are pinned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import NO_DAY, Fields, Texts
from filterdns.lists.parse.entry import SCOPES, text_name_of

PIN_DAYS = 180  # that no import may bring a name back which won an appeal (requirements section 4.1)
ALL = "all"
ALLOW, PIN = "allow", "pin"
MOST_CATEGORIES = 48


@dataclass(frozen=True, slots=True)
class Allowance:
    """Own listings and imports of these categories do not count for the name. None of `categories` is legal.

    A pin does not hold against an import of a security category that was confirmed within the last 24 hours.
    """

    name: bytes  # canonical text
    subdomains: bool
    categories: frozenset[str]
    kind: str  # allow or pin
    reason: Texts
    decided_on: date
    decided_by: str  # a role, never a person
    until: date | None  # it counts until the day before; None is for good
    source: str  # file of the lists folder

    def counts_on(self, today: date) -> bool:
        """Whether it counts on this day."""
        return self.until is None or today < self.until

    def covers(self, name: bytes) -> bool:
        """Whether it is about this name: the same, or one below it if it takes its subdomains along."""
        return name == self.name or (self.subdomains and name.endswith(b"." + self.name))


def parse(entries: Iterable[Fields], table: CategoryTable, source: str) -> Iterator[tuple[Fields, Allowance]]:
    """(entry, allowance) of each entry without a fault; faults are noted in the entries."""
    for entry in entries:
        before = len(entry.faults)
        kind = entry.word("kind", (ALLOW, PIN))
        decided_on = entry.day("decided_on")
        allowance = Allowance(
            name=text_name_of(entry),
            subdomains=entry.word("scope", SCOPES) == "subdomains",
            categories=_categories(entry, table),
            kind=kind,
            reason=entry.texts("reason", 400),
            decided_on=decided_on,
            decided_by=entry.text("decided_by", 60),
            until=_until(entry, kind, decided_on),
            source=source,
        )
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, allowance


def _categories(entry: Fields, table: CategoryTable) -> frozenset[str]:
    """The categories that are meant; orders of a court or an authority are not ours to lift."""
    free = frozenset(row.id for row in table.categories if row.klass is not Class.LEGAL)
    if entry.get_text("categories") == ALL:
        return free
    named = entry.text_list("categories", 1, MOST_CATEGORIES)
    for number, category in named:
        if category not in free:
            expected = f"`all`, or categories among {', '.join(sorted(free))}"
            entry.refuse_item("categories", number, expected, f'"{category}"')
    return frozenset(category for _, category in named)


def _until(entry: Fields, kind: str, decided_on: date) -> date | None:
    if entry.has("until"):
        until = entry.day("until")
        if NO_DAY not in (until, decided_on) and until <= decided_on:
            entry.refuse("until", f"a day after {decided_on}", until.isoformat())
        return until
    return decided_on + timedelta(days=PIN_DAYS) if kind == PIN else None
