"""What the page of a name tells of its cases: what is challenged now, and, of open lists, what was decided before.

Nearly all names have none, and asking the casebook costs a third of a millisecond, in another thread.  So the names of
all cases are kept here (not those that somebody asks about), some 100 octets each, and the others are answered at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.web.cases import Cases

FOLLOW_SECONDS = 1.0  # how late the first case of a name may be told that another process opened
MOST_DECIDED = 10  # of a name; older ones are in the log

_PUBLIC = "open"


@dataclass(frozen=True, slots=True)
class NamesCases:
    """Of one name. Proposals are in neither: they are allegations until a site is listed."""

    open: tuple[Case, ...] = ()
    decided: tuple[Case, ...] = ()


def cases_record(cases: NamesCases) -> list[dict[str, Any]]:
    """The same for programs, those that wait first. By days: no moment of an appeal is told."""
    return [
        {
            "case": case.id,
            "name": case.name,
            "category": case.category,
            "state": case.state,
            "step": case.step,
            "opened": _day(case.opened),
            "due": _day(case.due),
            "suspended": case.suspended,
            "suspended_on": _day(case.suspended_at) if case.suspended else None,
            "late": case.late,
            "decided": _day(case.decided_at) if not case.is_open else None,
            "outcome": case.outcome if not case.is_open else "",
            "reason": case.reason if not case.is_open else "",
            "cause": case.cause if not case.is_open else "",
        }
        for case in (*cases.open, *cases.decided)
    ]


class Challenges:
    """Reads them for the pages; what cannot be read is left out, since the reasons stand without it."""

    def __init__(self, cases: Cases, clock: Clock) -> None:
        self._cases, self._clock = cases, clock
        self._names: set[str] = set()  # of all cases up to the last that was seen
        self._last = 0
        self._written = -1
        self._looked = 0.0

    async def of(self, statement: Statement) -> NamesCases:
        """The cases about the listings of a statement, and about the name itself."""
        if not statement.listings:
            return NamesCases()
        names = {statement.name, *(listing.name for listing in statement.listings)}
        try:
            await self._follow()
            if self._names.isdisjoint(names):
                return NamesCases()
            return await self._cases.read(lambda book: _told(_about(book, sorted(names))))
        except FilterdnsError:
            return NamesCases()

    async def _follow(self) -> None:
        """Learn which names have cases: after each change that this process made, and each second."""
        written, now = self._cases.written, self._clock.now()
        if written == self._written and now < self._looked + FOLLOW_SECONDS:
            return
        last = self._last
        for number, name in await self._cases.read(lambda book: book.names_after(last)):
            self._names.add(name)
            self._last = max(self._last, number)
        self._written, self._looked = written, now


def _day(at: datetime | None) -> str | None:
    return at.date().isoformat() if at else None


def _about(book: Casebook, names: Iterable[str]) -> list[Case]:
    return [case for name in names for case in book.find(name) if case.challenges_listing]


def _told(cases: list[Case]) -> NamesCases:
    decided = [case for case in cases if case.outcome and not case.is_open and case.publication == _PUBLIC]
    decided.sort(key=lambda case: (case.decided_at or case.opened, case.id), reverse=True)
    return NamesCases(tuple(case for case in cases if case.is_open), tuple(decided[:MOST_DECIDED]))
