"""Octets of the `seen` file, little-endian: which sources named a name, since when, and until when if they stopped.

    +--------+---------------+-----------+-----+-----------+-------------------+-------+
    | HEADER | places        | shelf 0   | ... | shelf n-1 | histories         | feeds |
    |        | 16 each shelf | see below |     |           | u32 end, u16 x 3  | JSON  |
    +--------+---------------+-----------+-----+-----------+-------------------+-------+

A shelf holds its names in order, joined with line feeds and filled up to a multiple of 8 octets, and then a u32 for
each of them, the number of its history.  Few histories are distinct, so each is kept once: a tuple of (feed, first day,
last day), days since 1970-01-01 UTC.  CURRENT for the last day: the feed names it still, and the day is the one on
which the feed was last confirmed.  Histories and feeds are numbered from 0; history 0 is empty.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from struct import Struct
from typing import Any

from filterdns.errors import IndexFault

MAGIC = b"FDNSEEN\n"
VERSION = 2
CURRENT = 0xFFFF

HEADER = Struct("<8s I I Q Q Q Q")  # magic, version, shelves, histories, histories at, feeds at, size
PLACE = Struct("<Q I I")  # where a shelf begins, its names, the octets of its text
_TRIPLE = 3
_CHUNK = 1 << 20  # octets that are looked at together
_STEP = 1 << 12  # octets of a shelf between two places of which is known how many names stand before them

History = tuple[tuple[int, int, int], ...]
"""(feed, first day, last day or CURRENT), in the order of the feeds."""


@dataclass(frozen=True, slots=True)
class SeenFeed:
    """A source in this file, also one that is used no more: `confirmed` is the day on which what was used of it was
    last what it serves, and the rest what there was to say of it then.
    """

    source: str
    confirmed: int
    title: str = ""
    category: str = ""
    household: bool = False  # added by the installation itself


class SeenNames:
    """A `seen` file over `buffer`, bytes or a read-only mmap. Raises IndexFault for another version or size."""

    __slots__ = ("_before", "_buffer", "_ends", "_numbers", "_places", "_view", "feeds")

    def __init__(self, buffer: Any) -> None:
        if len(buffer) < HEADER.size:
            raise IndexFault(f"expected a seen file of at least {HEADER.size} octets, got {len(buffer)}")
        magic, version, shelves, count, histories_at, feeds_at, size = HEADER.unpack(bytes(buffer[: HEADER.size]))
        if magic != MAGIC or version != VERSION:
            raise IndexFault(f"expected a seen file of version {VERSION}, got {magic!r} {version}")
        numbers_at = histories_at + 4 * count
        if size != len(buffer) or not numbers_at <= feeds_at <= size or (feeds_at - numbers_at) % (2 * _TRIPLE):
            raise IndexFault(f"expected a seen file of {size} octets, got {len(buffer)}")
        self._buffer = buffer
        self._view = memoryview(buffer)
        self._before: dict[int, array[int]] = {}  # by shelf, when it is first asked: names before each step
        places_end = HEADER.size + PLACE.size * shelves
        if not places_end <= histories_at <= size:
            raise IndexFault(f"expected {shelves} shelves in a seen file of {size} octets, got other places")
        places = bytes(buffer[HEADER.size : places_end])
        self._places = _read_places(places, histories_at)
        self._ends = self._view[histories_at:numbers_at].cast("I")
        self._numbers = self._view[numbers_at:feeds_at].cast("H")
        try:
            self.feeds = [_read_feed(*values) for values in json.loads(bytes(buffer[feeds_at:]))]
        except (ValueError, TypeError) as error:
            raise IndexFault(f"expected the feeds of a seen file, got damaged octets ({error})") from error

    @property
    def names(self) -> int:
        """How many names there are, also those that no source names any more."""
        return sum(count for _, count, _ in self._places)

    @property
    def histories(self) -> int:
        """How many distinct histories there are."""
        return len(self._ends)

    def shelf(self, number: int) -> tuple[list[bytes], array[int]]:
        """Names of a shelf in order, and the number of each one's history."""
        return next(self.parts(number, ()))

    def parts(self, number: int, ends: Sequence[bytes]) -> Iterator[tuple[list[bytes], array[int]]]:
        """The same in parts: the names before each of `ends`, which are in order, and the rest."""
        at, count, octets = self._places[number]
        codes_at = _codes_at(at, octets)
        start, done = at, 0
        for end in (*ends, b""):
            stop = self._find(end, start, at + octets) if end else at + octets
            text = bytes(self._buffer[start:stop]).removesuffix(b"\n")
            names = text.split(b"\n") if text else []
            if done + len(names) > count or (not end and done + len(names) < count):
                raise IndexFault(f"expected {count} names on shelf {number} of the seen file, got others")
            yield names, array("I", bytes(self._buffer[codes_at + 4 * done : codes_at + 4 * (done + len(names))]))
            start, done = stop, done + len(names)

    def history(self, number: int) -> History:
        """The history of this number."""
        if not 0 <= number < len(self._ends):
            raise IndexFault(f"expected a history below {len(self._ends)}, got {number}")
        values = self._numbers[self._ends[number - 1] if number else 0 : self._ends[number]].tolist()
        feeds = values[::_TRIPLE]
        if len(values) % _TRIPLE or not all(feed < len(self.feeds) for feed in feeds):
            raise IndexFault(f"expected days of known feeds in history {number}, got damaged octets")
        return tuple(zip(feeds, values[1::_TRIPLE], values[2::_TRIPLE], strict=True))

    def get(self, name: bytes, shelf: int) -> History:
        """The history of a name that lies on this shelf; empty if no source has named it."""
        at, _, octets = self._places[shelf]
        start = self._find(name, at, at + octets)
        if bytes(self._buffer[start : min(start + len(name) + 1, at + octets)]).removesuffix(b"\n") != name:
            return ()
        code_at = _codes_at(at, octets) + 4 * self._names_before(start, shelf)
        return self.history(self._view[code_at : code_at + 4].cast("I")[0])

    def _names_before(self, start: int, shelf: int) -> int:
        """How many names of a shelf stand before this place, which is the beginning of one.

        Counting from the beginning of the shelf takes 0.1 ms among 1.65 million names; the steps, which take 40 KiB
        once all shelves were asked, leave 1 microsecond of it.
        """
        at, _, octets = self._places[shelf]
        before = self._before.get(shelf)
        if before is None:
            steps = (self._buffer[i : min(i + _STEP, at + octets)].count(b"\n") for i in range(at, at + octets, _STEP))
            before = self._before[shelf] = array("I", accumulate(steps, initial=0))
        step, rest = divmod(start - at, _STEP)
        return before[step] + bytes(self._buffer[start - rest : start]).count(b"\n")

    def beginning(self, prefix: bytes, shelves: Iterable[int], most: int) -> list[bytes]:
        """The first names, up to `most`, that begin so; `shelves`: those on which such names can lie."""
        found: list[bytes] = []
        for shelf in shelves:
            at, _, octets = self._places[shelf]
            start, end = self._find(prefix, at, at + octets), at + octets
            while start < end and len(found) < most and self._buffer[start : start + len(prefix)] == prefix:
                stop = self._buffer.find(b"\n", start, end)
                stop = end if stop < 0 else stop
                found.append(bytes(self._buffer[start:stop]))
                start = stop + 1
        return found

    def ending(self, suffix: bytes, most: int) -> list[bytes]:
        """Names, up to `most`, that end so: every name is looked at, a part of the file after the other."""
        found: list[bytes] = []
        wanted = suffix + b"\n"
        for at, _, octets in self._places:
            end = at + octets
            for begin in range(at, end, _CHUNK):
                stop = min(begin + _CHUNK + len(suffix), end)
                part = bytes(self._buffer[begin:stop]) + (b"\n" if stop == end else b"")
                place = part.find(wanted)
                while place >= 0 and len(found) < most:
                    start = self._buffer.rfind(b"\n", at, begin + place) + 1 or at
                    found.append(bytes(self._buffer[start : begin + place + len(suffix)]))
                    place = part.find(wanted, place + 1)
                if len(found) >= most:
                    return found
        return found

    def _find(self, name: bytes, low: int, high: int) -> int:
        """Where the first name begins that is not before this one; `high`, the end of the text, if there is none."""
        limit = high
        while low < high:
            middle = self._buffer.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._buffer.find(b"\n", middle, limit)
            end = limit if end < 0 else end
            if bytes(self._buffer[middle:end]) < name:
                low = min(end + 1, limit)
            else:
                high = middle
        return high if low > high else low


def _codes_at(at: int, octets: int) -> int:
    """Where the numbers of the histories of a shelf begin."""
    return at + (octets + 7 & ~7)


def _read_places(octets: bytes, end: int) -> list[tuple[int, int, int]]:
    """Where each shelf begins, its names and the octets of their text; one lies behind the other, up to `end`."""
    places = list(PLACE.iter_unpack(octets))
    next_at = HEADER.size + len(octets)
    for at, count, length in places:
        if at != next_at or count > length + 1:
            raise IndexFault(f"expected a shelf of the seen file at {next_at}, got one at {at}")
        next_at = at + 4 * count + (length + 7 & ~7)
    if next_at != end:
        raise IndexFault(f"expected the shelves of the seen file to end at {end}, got {next_at}")
    return places


def _read_feed(source: str, confirmed: int, title: str = "", category: str = "", household: bool = False) -> SeenFeed:
    return SeenFeed(str(source), int(confirmed), str(title), str(category), bool(household))
