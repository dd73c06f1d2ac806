"""Sets of listings: names with the same listings share one, and nothing that was said of a name is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from filterdns.categories import ALLOWED_BELOW, HOLD, P1, P2
from filterdns.lists.index.layout import FOREVER
from filterdns.lists.index.writer import EMPTY_SET, Mark
from filterdns.lists.listing import HOLD_CATEGORY, Listing, last_day

OPEN_BELOW = 0
"""Stands among the numbers of a set's listings for: something below the name is open whatever it says."""

_OWN_BITS = {"p1": P1, "p2": P2, HOLD_CATEGORY: HOLD}


class ListingSets:
    """Listings and their sets, both numbered as they come."""

    def __init__(self) -> None:
        self.listings: list[Listing | None] = [None]  # the place of OPEN_BELOW
        self._sets: list[tuple[int, ...]] = [()]
        self._numbers: dict[tuple[int, ...], int] = {(): EMPTY_SET}

    def add(self, listing: Listing) -> int:
        """The number of a new listing."""
        self.listings.append(listing)
        return len(self.listings) - 1

    def number(self, listings: Sequence[int]) -> int:
        """The set of these listings; the empty one if something is open below and nothing is listed."""
        key = tuple(sorted(set(listings)))
        if key == (OPEN_BELOW,):
            return EMPTY_SET
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._sets)
            self._sets.append(key)
        return number

    def members(self, set_number: int) -> list[Listing]:
        """The listings of a set."""
        return [listing for number in self._sets[set_number] if (listing := self.listings[number])]

    def categories(self, set_number: int) -> frozenset[str]:
        """The categories of a set, protections and holds among them."""
        return frozenset(listing.category for listing in self.members(set_number))

    def marks(self, masks: Mapping[str, int]) -> list[tuple[Mark, ...]]:
        """The marks of each set; `masks` gives the bits of the taxonomy's identifiers."""
        bits = {**masks, **_OWN_BITS}
        return [self._marks(key, bits) for key in self._sets]

    def rows(self) -> list[list[dict[str, Any]]]:
        """What people read about each set; a listing is the same object in all of them."""
        details = [listing.details() if listing else {} for listing in self.listings]
        return [[details[number] for number in key if self.listings[number]] for key in self._sets]

    def _marks(self, key: tuple[int, ...], bits: Mapping[str, int]) -> tuple[Mark, ...]:
        marks = [
            Mark(bits[listing.category], listing.subdomains, last_day(listing.expires) if listing.expires else FOREVER)
            for number in key
            if (listing := self.listings[number])
        ]
        if OPEN_BELOW in key:  # as long as anything is filtered here
            marks.append(Mark(ALLOWED_BELOW, True, max(mark.last_day for mark in marks)))
        return tuple(marks)
