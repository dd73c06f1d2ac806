"""Names in order, maybe with a value each: some found, taken out or put in, what lies between copied whole."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TypeVar

T = TypeVar("T")


class OrderedNames(Set[bytes]):
    """Names in order as a set, without what it costs to make one of so many: for the question which of a few it has."""

    __slots__ = ("_names",)

    def __init__(self, names: Sequence[bytes]) -> None:
        self._names = names

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


def without(nothing: T, values: list[T], names: list[bytes]) -> tuple[list[bytes], list[T]]:
    """Names and their values without those that have this value: they are few."""
    kept_names: list[bytes] = []
    kept: list[T] = []
    start = 0
    try:
        while True:
            place = values.index(nothing, start)
            kept_names += names[start:place]
            kept += values[start:place]
            start = place + 1
    except ValueError:  # no more of them
        return kept_names + names[start:], kept + values[start:]


def insert(
    items: Iterable[tuple[bytes, T]], names: Sequence[bytes], values: Sequence[T]
) -> tuple[list[bytes], list[T]]:
    """Ordered names and their values with some more, in order too."""
    all_names: list[bytes] = []
    all_values: list[T] = []
    start = 0
    for name, value in items:
        place = bisect_left(names, name, start)
        all_names += names[start:place]
        all_values += values[start:place]
        all_names.append(name)
        all_values.append(value)
        start = place
    return all_names + list(names[start:]), all_values + list(values[start:])
