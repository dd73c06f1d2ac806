"""Hot path. Suspensions and other revocations, laid over an index: what is listed no longer counts for these names.

Looked at only behind a match, so a name that nothing lists costs one call more and no look-up.  `masks` are the bits
that a revoked name cancels for itself, `covering` those that it cancels for names below it too; both by canonical wire
name.  Whatever suffix a listing stands on, a cancelled bit is gone from all matches of the name: that is what opens
one site alone below a listed one.

A listed name with a revoked one below it gets ALLOWED_BELOW: NXDOMAIN would say that nothing exists there (RFC 8020).
"""

from __future__ import annotations

from collections.abc import Mapping

from filterdns.categories import ALLOWED_BELOW, EXACT
from filterdns.names import label_offsets
from filterdns.resolver.policy.decision import Listings, Match

_ABOUT_THE_MATCH = EXACT | ALLOWED_BELOW  # bits that say nothing without another


class Suffixes:
    """What lies above revoked names, gathered one by one. A name too many costs a look-up and opens nothing."""

    __slots__ = ("above", "ends")

    def __init__(self) -> None:
        self.above: set[bytes] = set()  # names with a revoked one below them
        self.ends: set[bytes] = set()  # the last two labels of all revoked names, and the last one

    def add(self, name: bytes) -> None:
        offsets = label_offsets(name)
        self.above.update([name[at:] for at in offsets[1:]])
        self.ends.update([name[at:] for at in offsets[-2:]])

    def with_those_of(self, other: Suffixes) -> Suffixes:
        """Of both; one of the two itself where the other knows none."""
        if not self.ends or not other.ends:
            return self if self.ends else other
        both = Suffixes()
        both.above, both.ends = self.above | other.above, self.ends | other.ends
        return both


class RevokedOverlay:
    """An index without the listings that are revoked. Every name of `covering` is in `masks` too."""

    __slots__ = ("_covering", "_listings", "_masks", "_matches", "_suffixes")

    def __init__(
        self, listings: Listings, masks: Mapping[bytes, int], covering: Mapping[bytes, int], suffixes: Suffixes
    ) -> None:
        self._listings = listings
        self._matches = listings.matches
        self._masks, self._covering = masks, covering
        self._suffixes = suffixes

    def close(self) -> None:
        """Let go of what it knows, when another has replaced it: cached answers may name it for hours."""
        self._masks, self._covering, self._suffixes = {}, {}, Suffixes()

    def find(self, qname: bytes) -> int:
        found = 0
        for _, mask, _ in self.matches(qname):
            found |= mask
        return found

    def matches(self, qname: bytes, two: int = -1) -> list[Match]:
        found = self._matches(qname, two)
        if not found:
            return found
        if two < 0:
            offsets = label_offsets(qname)
            two = offsets[-2] if len(offsets) > 1 else 0
        return self._without(qname, found) if qname[two:] in self._suffixes.ends else found

    def may_have_below(self, qname: bytes) -> bool:
        return self._listings.may_have_below(qname)

    def _without(self, qname: bytes, found: list[Match]) -> list[Match]:
        """What is left of the matches of a name that shares its end with a revoked one."""
        cancelled = self._masks.get(qname, 0)
        at = qname[0] + 1 if qname[0] else 0
        while length := qname[at]:
            cancelled |= self._covering.get(qname[at:], 0)
            at += length + 1
        below = ALLOWED_BELOW if qname in self._suffixes.above else 0
        if not cancelled and not below:
            return found
        return [
            (offset, mask & ~cancelled | below, number)
            for offset, mask, number in found
            if mask & ~cancelled & ~_ABOUT_THE_MATCH
        ]
