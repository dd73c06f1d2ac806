"""The first and last octets of all names at once with numpy: which of many are among a few, or may lie below a few.

Eight octets are read as a number, of which some are left out where a name is shorter.  A number is not looked up in a
set but its hash in a table: of names that none of the few is about, one in some dozens passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from filterdns.lists.index.numbers import numpy

_OCTETS = 8
_WIDTHS = (8, 5, 3, 2)  # octets that are compared: the most that one of the few has with a dot before it
_LINE_FEED = 10
_FACTORS = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9)  # odd, no two alike
_BITS = 16  # of a hash


class Edges:
    """What many names begin and end with."""

    def __init__(self, names: Sequence[bytes]) -> None:
        self.names = names
        around = b"\n" * _OCTETS
        text = b"%b%b%b" % (around, b"\n".join(names), around)
        ends = numpy.flatnonzero(numpy.frombuffer(text, numpy.uint8) == _LINE_FEED)
        self._starts = ends[_OCTETS - 1 : _OCTETS - 1 + len(names)] + 1
        self._stops = ends[_OCTETS : _OCTETS + len(names)]
        self._words = numpy.ndarray(len(text) - _OCTETS + 1, "<u8", text, strides=(1,))  # from each octet on

    @cached_property
    def tails(self) -> Any:
        """The last octets of each name, with what stands before it if it is shorter: a line feed, and others."""
        return self._words[self._stops - _OCTETS]

    def among(self, few: Collection[bytes]) -> list[int]:
        """The places of the names that are among a few, which are canonical names too."""
        if not few or not self.names:
            return []
        table = numpy.zeros(1 << _BITS + 1, numpy.bool_)
        table[Edges(list(few))._hashes()] = True
        names = self.names
        return [place for place in numpy.flatnonzero(table[self._hashes()]).tolist() if names[place] in few]

    def _hashes(self) -> Any:
        """Of each name one that follows from its length, its first and its last octets."""
        lengths = self._stops - self._starts
        short = numpy.minimum(lengths, _OCTETS)
        parts = (self._words[self._starts] & _FIRST[short], self.tails & _LAST[short], lengths.view(numpy.uint64))
        mixed = sum(part * numpy.uint64(factor) for part, factor in zip(parts, _FACTORS, strict=True))
        return (mixed ^ mixed >> numpy.uint64(29)) * numpy.uint64(_FACTORS[0]) >> numpy.uint64(63 - _BITS)


class Ends:
    """What a few names end in."""

    def __init__(self, names: Iterable[bytes]) -> None:
        by_width: dict[int, list[bytes]] = {}
        for name in names:
            width = next(width for width in _WIDTHS if len(name) >= width - 1)
            by_width.setdefault(width, []).append(name)
        self._tables = [(_LAST[width], _table(some, width)) for width, some in by_width.items()]

    def near(self, edges: Edges) -> Iterator[bytes]:
        """Those of these names that are one of the few or lie below one, and some more."""
        is_near = numpy.zeros(len(edges.names), numpy.bool_)
        for mask, table in self._tables:
            is_near |= table[_tail_hashes(edges.tails & mask)]
        return map(edges.names.__getitem__, numpy.flatnonzero(is_near).tolist())


def _table(names: Iterable[bytes], width: int) -> Any:
    """For each hash whether one of these names, or what lies below it, may end so."""
    wanted = {(before + name)[-width:].rjust(_OCTETS, b"\0") for name in names for before in (b".", b"\n")}
    table = numpy.zeros(1 << _BITS, numpy.bool_)
    table[_tail_hashes(numpy.frombuffer(b"".join(wanted), "<u8"))] = True
    return table


def _tail_hashes(tails: Any) -> Any:
    return tails * numpy.uint64(_FACTORS[0]) >> numpy.uint64(64 - _BITS)


def _masks(bits: Iterable[int]) -> Any:
    return None if numpy is None else numpy.array(list(bits), numpy.uint64)


_FIRST = _masks((1 << 8 * width) - 1 for width in range(_OCTETS + 1))  # by how many octets are to stay
_LAST = _masks((1 << 64) - (1 << 64 - 8 * width) for width in range(_OCTETS + 1))
