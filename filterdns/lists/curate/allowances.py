"""Allowances: which listings a decision to take a name off subtracts, own and imported; orders from outside are none.

A decision takes precedence over every list, shipped and of the installation, and survives upgrades.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from filterdns.lists.curate.below import Zones
from filterdns.lists.curate.pins import holds_against, is_by_people
from filterdns.lists.curate.subject import Subject
from filterdns.lists.parse.allow import PIN, Allowance

RULE = "allowed"
WORDS = "taken off"


class AllowedNames:
    """The allowances that stand, by name."""

    def __init__(self, allowances: Iterable[Allowance]) -> None:
        self._by_name: dict[bytes, list[Allowance]] = {}
        for allowance in allowances:
            self._by_name.setdefault(allowance.name, []).append(allowance)
        self._zones = Zones(self._by_name)

    @property
    def names(self) -> frozenset[bytes]:
        """All names that some allowance is about."""
        return self._zones.names

    def covered(self, names: Sequence[bytes]) -> set[bytes]:
        """Those of these names that some allowance is about."""
        return {name for name in self._zones.covered(names) if self.of(name)}

    def of(self, name: bytes) -> list[Allowance]:
        """The allowances that are about this name, those of the longest name first."""
        return [a for zone in self._zones.zones_of(name) for a in self._by_name[zone] if a.covers(name)]


def get_subtracting(allowances: Iterable[Allowance], listing: Subject, when: datetime) -> Allowance | None:
    """The first of these allowances of a name that takes this listing off; None if it stays."""
    for allowance in allowances:
        if listing.category not in allowance.categories:
            continue
        counts = allowance.counts_on(when.date())
        if allowance.kind != PIN:
            if counts:
                return allowance
        elif (counts or is_by_people(listing)) and holds_against(allowance.decided_on, listing, when):
            return allowance  # what people had listed before does not come back by the clock
    return None
