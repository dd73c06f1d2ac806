"""Records and table of an index column by column with numpy, where it is installed; the same octets without it, slower.

A name of an index costs the interpreter some microseconds in all, and a build has millions of them.  What the plain way
(`records`, `table`) does to each name, this does to an octet or a number of all names at once:

    names     www.example  a1.example
    text      ????.www.example0????.a1.example0        ? is 255, which is in no name; 0 a NUL
    octets    head 3www7example0 head 2a17example0     each dot is the length of the label behind it

Whatever is taken here is taken there, as the same octets: a test holds the one against the other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from filterdns.lists.index.layout import HEAD, LONGEST_PROBE
from filterdns.lists.index.numbers import Numbers, numpy
from filterdns.lists.index.table import Crowded

_HOLE = b"\xff" * HEAD.size  # in place of a record's first word
_BETWEEN = b"\0" + _HOLE + b"."
_DOT, _LINE_FEED = b".\n"
_ENTRIES_AT_ONCE = 1 << 18


def lay_records(names: Sequence[bytes], heads: Numbers, at: int) -> tuple[bytearray, list[bytes], Numbers]:
    """As `records.lay_records`, but of canonical names in text; there is a name at least."""
    octets = bytearray(_HOLE + b"." + _BETWEEN.join(names) + b"\0")
    column = numpy.frombuffer(octets, numpy.uint8)
    marks = numpy.flatnonzero((column == _DOT) | (column == 0))
    lengths = numpy.diff(marks, append=len(octets)) - 1
    ends = numpy.flatnonzero(column[marks] == 0)
    lengths[ends] = 0
    column[marks] = lengths
    wires = bytes(octets).split(_HOLE)[1:]
    places = numpy.empty(len(wires), numpy.int64)
    places[0] = HEAD.size
    places[1:] = marks[ends[:-1]] + 1 + HEAD.size
    words = numpy.ndarray(len(octets) - HEAD.size + 1, "<u4", octets, strides=(1,))  # from each octet on
    words[places - HEAD.size] = heads
    return octets, wires, places + at


def suffixes_above(names: Sequence[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """As `records.suffixes_above`."""
    text = b"\n".join(names) + b"\n"
    column = numpy.frombuffer(text, numpy.uint8)
    marks = numpy.flatnonzero((column == _DOT) | (column == _LINE_FEED))
    ends = numpy.flatnonzero(column[marks] == _LINE_FEED)
    dots = numpy.diff(ends, prepend=-1) - 1
    for depth in numpy.flatnonzero(numpy.bincount(dots)).tolist():
        if depth > 1:
            these = ends[dots == depth]
            starts, stops = marks[these - 2] + 1, marks[these]
            yield depth + 1, list(map(text.__getitem__, map(slice, starts.tolist(), stops.tolist())))


class Entries:
    """Entries `tag << 32 | place of the name`, and the table that they make."""

    def __init__(self) -> None:
        self._entries = array("Q")

    def add(self, places: Sequence[int], tags: Sequence[int]) -> None:
        """Take the entries of these places and tags, each an array."""
        self._entries.frombytes((numpy.array(tags, numpy.uint64) << 32 | numpy.array(places, numpy.uint64)).tobytes())

    def table(self, slots: int, empty: int) -> Iterator[memoryview]:
        """As `table.Entries.table`."""
        entries = numpy.frombuffer(self._entries, numpy.uint64)
        entries.sort()
        free = 0
        for start in range(0, len(entries), _ENTRIES_AT_ONCE):
            part = entries[start : start + _ENTRIES_AT_ONCE]
            homes = ((part >> 32) * slots >> 32).astype(numpy.int64)
            # Each sits at its home, or behind the one before: so what it is ahead of its number in order never falls.
            order = numpy.arange(len(part))
            slots_taken = numpy.maximum(numpy.maximum.accumulate(homes - order), free) + order
            if (slots_taken - homes).max() > LONGEST_PROBE:
                raise Crowded
            piece = numpy.full(slots_taken[-1] + 1 - free, empty, numpy.uint64)
            piece[slots_taken - free] = part
            free += len(piece)
            yield piece.data.cast("B")
