"""The listed names of a release with their categories and sources, streamed: for search, comparison and samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filterdns.lists.index.walk import walk_index
from filterdns.lists.release import INDEX, Release, map_file
from filterdns.names import name_text

PROTECTIONS = ("p1", "p2", "hold")


@dataclass(frozen=True, slots=True)
class Kinds:
    """In which categories a name is listed, protections and holds among them, and by which sources."""

    categories: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


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
        for wire, number in walk_index(map_file(self._release.folder / INDEX)):
            if not part or part in name_text(wire).encode("ascii"):
                yield wire, self._kinds_of(number)

    def get(self, wire: bytes) -> Kinds:
        """The kinds of exactly this name; NONE if it is not listed."""
        for offset, _, number in self._index.matches(wire):
            return NONE if offset else self._kinds_of(number)
        return NONE

    def _kinds_of(self, number: int) -> Kinds:
        kinds = self._kinds.get(number)
        if kinds is None:
            rows = self._rows.find(number)
            categories = frozenset(str(row.get("category", "")) for row in rows)
            kinds = self._kinds[number] = Kinds(categories, frozenset(str(row.get("source", "")) for row in rows))
        return kinds
