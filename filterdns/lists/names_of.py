"""The listed names of a release with what lists them, streamed: for search, comparison and samples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from filterdns.lists.index.walk import walk_index
from filterdns.lists.release import INDEX, Release, map_file
from filterdns.names import name_text

PROTECTIONS = ("p1", "p2", "hold")
CATEGORY, SOURCE, BASIS = BY = ("category", "source", "basis")


@dataclass(frozen=True, eq=False)
class Kinds:
    """As what a name is listed, protections and holds among it. One object for all names of a set."""

    listings: frozenset[tuple[str, str, str]] = frozenset()  # (category, source, basis)

    @cached_property
    def categories(self) -> frozenset[str]:
        """Its categories."""
        return frozenset(category for category, _, _ in self.listings)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Who lists it: identifiers of lists, and files of the lists folder."""
        return frozenset(source for _, source, _ in self.listings)

    def keys(self, by: Sequence[str]) -> frozenset[str]:
        """Its listings told by these fields of BY, in their order: `adult some-list`."""
        places = [BY.index(field) for field in by]
        return frozenset(" ".join(listing[place] for place in places) for listing in self.listings)


NONE = Kinds()


class ListedNames:
    """The names of one release. Raises IndexFault where it is damaged."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._index = release.open_index()
        self._rows = release.open_listings()
        self._kinds: dict[int, Kinds] = {}

    def walk(self, part: bytes = b"") -> Iterator[tuple[bytes, Kinds]]:
        """(wire name, kinds) of each name; of those alone whose text contains `part`, if it is given."""
        # Dots are octets of length in a wire name, and one of these may look like a letter: so each find is looked at.
        maybe = re.compile(re.escape(part).replace(rb"\.", b"[\x01-\x3f]"), re.DOTALL).search
        for wire, number in walk_index(map_file(self._release.folder / INDEX)):
            if not part or (maybe(wire) and part in name_text(wire).encode("ascii")):
                yield wire, self._kinds_of(number)

    def get(self, wire: bytes) -> Kinds:
        """The kinds of exactly this name; NONE if it is not listed."""
        for offset, _, number in self._index.matches(wire):
            return NONE if offset else self._kinds_of(number)
        return NONE

    def _kinds_of(self, number: int) -> Kinds:
        kinds = self._kinds.get(number)
        if kinds is None:
            rows = ((str(row.get(field, "")) for field in BY) for row in self._rows.find(number))
            kinds = self._kinds[number] = Kinds(
                frozenset((category, source, basis) for category, source, basis in rows)
            )
        return kinds
