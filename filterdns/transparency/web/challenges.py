"""What the page of a name tells of its cases: what is challenged now, and, of open lists, what was decided before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from filterdns.errors import FilterdnsError
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.web.cases import Cases

MOST_DECIDED = 10  # of a name; older ones are in the log

_PUBLIC = "open"


@dataclass(frozen=True, slots=True)
class NamesCases:
    """Of one name. Proposals are in neither: they are allegations until a site is listed."""

    open: tuple[Case, ...] = ()
    decided: tuple[Case, ...] = ()


class Challenges:
    """Reads them for the pages; what cannot be read is left out, since the reasons stand without it."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def of(self, statement: Statement) -> NamesCases:
        """The cases about the listings of a statement, and about the name itself."""
        if not statement.listings:
            return NamesCases()
        names = sorted({statement.name, *(listing.name for listing in statement.listings)})
        try:
            return await self._cases.read(lambda book: _told(_about(book, names)))
        except FilterdnsError:
            return NamesCases()


def _about(book: Casebook, names: Iterable[str]) -> list[Case]:
    return [case for name in names for case in book.find(name) if case.challenges_listing]


def _told(cases: list[Case]) -> NamesCases:
    decided = [case for case in cases if case.outcome and case.publication == _PUBLIC]
    decided.sort(key=lambda case: (case.decided_at or case.opened, case.id), reverse=True)
    return NamesCases(tuple(case for case in cases if case.is_open), tuple(decided[:MOST_DECIDED]))
