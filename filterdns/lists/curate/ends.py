"""The last octets of all names at once with numpy, where it is installed: which of many names may lie below a few.

The octets are read as numbers of eight, of which some are left out where one of the few is shorter.  A number is not
looked up in a set but its hash in a table of 65,536: of names that none of the few is about, one in some dozens passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from filterdns.lists.index.numbers import numpy

_OCTETS = 8
_WIDTHS = (8, 5, 3, 2)  # octets that are compared: the most that one of the few has with a dot before it
_LINE_FEED = 10
_FACTOR = 0x9E37_79B9_7F4A_7C15  # of Fibonacci hashing: the golden ratio's
_SHIFT = 48


class Ends:
    """What a few names end in."""

    def __init__(self, names: Iterable[bytes]) -> None:
        by_width: dict[int, list[bytes]] = {}
        for name in names:
            width = next(width for width in _WIDTHS if len(name) >= width - 1)
            by_width.setdefault(width, []).append(name)
        self._tables = [(_mask(width), _table(some, width)) for width, some in by_width.items()]

    def near(self, names: Sequence[bytes]) -> Iterator[bytes]:
        """Those of these names that are one of the few or lie below one, and some more."""
        text = b"\n" * _OCTETS + b"\n".join(names) + b"\n"
        stops = numpy.flatnonzero(numpy.frombuffer(text, numpy.uint8) == _LINE_FEED)[_OCTETS:]
        words = numpy.ndarray(len(text) - _OCTETS + 1, "<u8", text, strides=(1,))  # from each octet on
        tails = words[stops - _OCTETS]
        is_near = numpy.zeros(len(tails), numpy.bool_)
        for mask, table in self._tables:
            is_near |= table[_hashes(tails & mask)]
        return map(names.__getitem__, numpy.flatnonzero(is_near).tolist())


def _table(names: Iterable[bytes], width: int) -> Any:
    """For each hash whether one of these names, or what lies below it, may end so."""
    wanted = {(before + name)[-width:].rjust(_OCTETS, b"\0") for name in names for before in (b".", b"\n")}
    table = numpy.zeros(1 << 64 - _SHIFT, numpy.bool_)
    table[_hashes(numpy.frombuffer(b"".join(wanted), "<u8"))] = True
    return table


def _mask(width: int) -> Any:
    """The bits of the last octets of a number."""
    return numpy.uint64((1 << 64) - (1 << 64 - 8 * width))


def _hashes(numbers: Any) -> Any:
    return numbers * numpy.uint64(_FACTOR) >> numpy.uint64(_SHIFT)
