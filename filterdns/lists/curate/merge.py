"""All listings of each name: names with the same listings share one set, nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from filterdns.categories import ALLOWED_BELOW, HOLD, P1, P2
from filterdns.lists.index.layout import FOREVER
from filterdns.lists.index.writer import EMPTY_SET, Mark
from filterdns.lists.listing import HOLD_CATEGORY, Listing, last_day
from filterdns.names import label_offsets

_OPEN_BELOW = 0  # stands in a set for: a protected name lies below
_OWN_BITS = {"p1": P1, "p2": P2, HOLD_CATEGORY: HOLD}

SetKey = tuple[int, ...]


class Merger:
    """Names and their sets while lists are read. The order in which they come decides the sets' numbers."""

    def __init__(self) -> None:
        self.names: dict[bytes, int] = {}
        self._listings: list[Listing | None] = [None]  # the place of _OPEN_BELOW
        self._sets: list[SetKey] = [()]
        self._numbers: dict[SetKey, int] = {(): EMPTY_SET}

    def add_all(self, names: Iterable[bytes], listing: Listing) -> None:
        """Give all these names the same listing."""
        number = len(self._listings)
        self._listings.append(listing)
        known, alone = self.names, self._extended(EMPTY_SET, number)
        for name in names:
            before = known.setdefault(name, alone)
            if before != alone:
                known[name] = self._extended(before, number)

    def open_above(self, protected: Iterable[bytes]) -> None:
        """Mark each name above a protected one: its answer must not say that nothing exists below (RFC 8020)."""
        for name in protected:
            for at in label_offsets(name)[1:]:
                above = name[at:]
                if above in self.names:
                    self.names[above] = self._extended(self.names[above], _OPEN_BELOW)

    def sets(self, category_masks: Mapping[str, int]) -> list[tuple[Mark, ...]]:
        """The marks of each set; `category_masks` gives the bits of the taxonomy's identifiers."""
        return [self._marks(key, {**category_masks, **_OWN_BITS}) for key in self._sets]

    def listings(self) -> list[list[Listing]]:
        """The listings of each set."""
        return [[listing for number in key if (listing := self._listings[number])] for key in self._sets]

    def _extended(self, set_number: int, listing_number: int) -> int:
        """The set with one listing more."""
        key = self._sets[set_number]
        if listing_number in key:
            return set_number
        key = tuple(sorted((*key, listing_number)))
        if key not in self._numbers:
            self._numbers[key] = len(self._sets)
            self._sets.append(key)
        return self._numbers[key]

    def _marks(self, key: SetKey, masks: Mapping[str, int]) -> tuple[Mark, ...]:
        marks = [
            Mark(masks[listing.category], listing.subdomains, last_day(listing.expires) if listing.expires else FOREVER)
            for number in key
            if (listing := self._listings[number])
        ]
        if _OPEN_BELOW in key:  # as long as anything is filtered here
            marks.append(Mark(ALLOWED_BELOW, True, max(mark.last_day for mark in marks)))
        return tuple(marks)
