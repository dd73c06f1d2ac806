"""Hot path. The closed list of an authority, laid over an index by the resolver alone.

Its names are in no release, on no page and in no API; nothing but the resolver opens the operator's file
(requirements, "Decided since", point 2).
"""

from __future__ import annotations

from filterdns.categories import Category
from filterdns.resolver.policy.decision import Listings, Match

RESTRICTED_CATEGORY = "restricted_legal"


class NoListings:
    """Nothing is listed: while there is no usable release."""

    categories: tuple[Category, ...] = ()
    number = 0

    def find(self, qname: bytes) -> int:
        return 0

    def matches(self, qname: bytes, two: int = -1) -> list[Match]:
        return []

    def may_have_below(self, qname: bytes) -> bool:
        return False


class RestrictedOverlay:
    """An index with the restricted names added, each with its subdomains."""

    def __init__(self, listings: Listings, names: frozenset[bytes], mask: int) -> None:
        self._listings = listings
        self._names = names
        self._mask = mask

    def find(self, qname: bytes) -> int:
        return self._listings.find(qname) | (self._mask if self._offset(qname) is not None else 0)

    def matches(self, qname: bytes, two: int = -1) -> list[Match]:
        found = self._listings.matches(qname, two)
        offset = self._offset(qname)
        return found if offset is None else sorted([*found, (offset, self._mask, 0)])

    def may_have_below(self, qname: bytes) -> bool:
        return self._listings.may_have_below(qname) or any(name.endswith(qname) for name in self._names)

    def _offset(self, qname: bytes) -> int | None:
        at = 0
        while length := qname[at]:
            if qname[at:] in self._names:
                return at
            at += length + 1
        return None
