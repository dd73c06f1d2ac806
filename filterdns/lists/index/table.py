"""The entries of an index while it is written, and the table that they make; `layout` says what that looks like."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from operator import call

from filterdns.lists.index.layout import LONGEST_PROBE

_RANGES = 1 << 8  # of tags, by their first octet; the table is laid out by them


class Crowded(Exception):
    """A name would sit too far from its home."""


class Entries:
    """Entries `tag << 32 | place of the name` by the first bits of their tags: a pass less than to sort portions."""

    def __init__(self) -> None:
        self._ranges: list[array[int]] = [array("Q") for _ in range(_RANGES)]
        self._takers = [taken.append for taken in self._ranges]

    def add(self, places: Sequence[int], tags: Sequence[int]) -> None:
        """Take the entries of these places and tags, each an array."""
        pairs = array("I", bytes(8 * len(places)))
        pairs[0::2], pairs[1::2] = array("I", places), array("I", tags)
        firsts = memoryview(pairs).cast("B")[7::8].tolist()
        entries = memoryview(pairs).cast("B").cast("Q").tolist()
        deque(map(call, map(self._takers.__getitem__, firsts), entries), maxlen=0)

    def table(self, slots: int, empty: int) -> Iterator[memoryview]:
        """The octets of the slots up to the last one in use, in portions. Raises Crowded."""
        free = 0
        for taken in self._ranges:
            part = taken.tolist()
            part.sort()
            base = free
            last_home = (part[-1] >> 32) * slots >> 32 if part else 0
            piece = array("Q", [empty]) * (max(0, last_home - base) + len(part) + 1)
            for entry in part:
                home = (entry >> 32) * slots >> 32
                if home > free:
                    free = home
                elif free - home > LONGEST_PROBE:
                    raise Crowded
                piece[free - base] = entry
                free += 1
            yield memoryview(piece)[: free - base].cast("B")
