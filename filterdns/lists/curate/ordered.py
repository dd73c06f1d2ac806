"""Names in order: some found among them, taken out, or their places found."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from itertools import compress, count

from filterdns.lists.curate.ends import Edges
from filterdns.lists.index.numbers import HAS_NUMPY, Numbers, places_of, removed


class OrderedNames(Set[bytes]):
    """Names in order as a set, without what it costs to make one of so many: for the question which of a few it has."""

    __slots__ = ("_edges", "_names")

    def __init__(self, names: Sequence[bytes]) -> None:
        self._names = names
        self._edges: Edges | None = None

    @property
    def names(self) -> Sequence[bytes]:
        """The names."""
        return self._names

    @property
    def edges(self) -> Edges | None:
        """What the names begin and end with, where there is numpy."""
        if self._edges is None and HAS_NUMPY:
            self._edges = Edges(self._names)
        return self._edges

    def __contains__(self, name: object) -> bool:
        assert isinstance(name, bytes)
        place = bisect_left(self._names, name)
        return place < len(self._names) and self._names[place] == name

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __and__(self, few: Set[object]) -> Set[bytes]:
        """Those of a few that are among these."""
        return {name for name in few if isinstance(name, bytes) and name in self}

    def places_among(self, few: Set[bytes]) -> list[int]:
        """The places of the names that are among some that are not so few."""
        if self.edges:
            return self.edges.among(few)
        return list(compress(count(), map(few.__contains__, self._names)))


def without(nothing: int, numbers: Numbers, names: list[bytes]) -> tuple[list[bytes], Numbers]:
    """Names and their numbers without those that have this number: they are few."""
    places = places_of(numbers, nothing)
    return (removed(names, places), removed(numbers, places)) if places else (names, numbers)


def places_for(more: Sequence[bytes], names: Sequence[bytes]) -> list[int]:
    """Before which of these ordered names each of some more belongs, which are in order too."""
    places = []
    start = 0
    for name in more:
        start = bisect_left(names, name, start)
        places.append(start)
    return places
