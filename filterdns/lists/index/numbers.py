"""A number for each of many names, in their order: a list, or an array of numpy where that is installed.

A step of the interpreter for each name is what a build is slow by.  With numpy what is done here costs a tenth of that.
What comes out is the same in both ways.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import compress, count
from typing import Any

numpy: Any
try:
    numpy = import_module("numpy")
except ImportError:  # no wheel for this machine
    numpy = None

HAS_NUMPY = numpy is not None

Numbers = Any
"""Whole numbers from 0 up to 2**63: `list[int]`, or an array of `int64`."""

_TABLE_BITS = 16
_FACTOR = 0x9E37_79B9_7F4A_7C15  # of Fibonacci hashing: the golden ratio's


def numbers_of(values: Iterable[int], length: int) -> Numbers:
    """These numbers; there are `length` of them."""
    return numpy.fromiter(values, numpy.int64, length) if HAS_NUMPY else list(values)


def numbers_in(values: array[int]) -> Numbers:
    """The numbers of an array of the standard library."""
    return numpy.array(values, numpy.int64) if HAS_NUMPY else values.tolist()


def words(numbers: Numbers) -> bytes:
    """Four octets for each number."""
    return bytes(numpy.asarray(numbers, "<u4").tobytes() if HAS_NUMPY else array("I", numbers).tobytes())


def halves(octets: bytes | bytearray) -> bytes:
    """Two octets for each of the numbers below 2**16 that `words` gave these octets of."""
    return memoryview(octets).cast("H")[::2].tobytes()


def greatest(numbers: Numbers) -> int:
    """The greatest of these, 0 if there are none."""
    return int(numbers.max(initial=0)) if HAS_NUMPY else max(numbers, default=0)


def counted(numbers: Numbers) -> Mapping[int, int]:
    """How often each number is there; they are small."""
    if not HAS_NUMPY:
        return Counter(numbers)
    counts = numpy.bincount(numbers)
    there = numpy.flatnonzero(counts)
    return dict(zip(there.tolist(), counts[there].tolist(), strict=True))


def places_of(numbers: Numbers, wanted: int) -> list[int]:
    """Where this number is."""
    if HAS_NUMPY:
        return list(numpy.flatnonzero(numbers == wanted).tolist())
    return list(compress(count(), map(wanted.__eq__, numbers))) if wanted in numbers else []


def places_of_any(numbers: Numbers) -> list[int]:
    """Where numbers are not 0."""
    return list(numpy.flatnonzero(numbers).tolist() if HAS_NUMPY else compress(count(), numbers))


def numbers_at(numbers: Numbers, places: Sequence[int]) -> list[int]:
    """The numbers at these places."""
    return list(numbers[places].tolist() if HAS_NUMPY else map(numbers.__getitem__, places))


def looked_up(table: Numbers, numbers: Numbers) -> Numbers:
    """What stands in a table at each of these numbers: `Known` for numbers that are small and known before."""
    return table[numbers] if HAS_NUMPY else list(map(table.__getitem__, numbers))


def pairs(high: Numbers, low: Numbers) -> Numbers:
    """Two numbers below 2**31 as one, `high << 32 | low`: found in a third of the time that a pair takes."""
    if HAS_NUMPY:
        return high << 32 | low
    halves = array("I", bytes(8 * len(low)))
    halves[0::2], halves[1::2] = array("I", low), array("I", high)
    return memoryview(halves).cast("B").cast("Q").tolist()


def removed(values: Sequence[Any], places: Iterable[int]) -> Any:
    """Values or numbers without those at some places, which are in order and few."""
    if HAS_NUMPY and isinstance(values, numpy.ndarray):
        return numpy.delete(values, places)
    kept: list[Any] = []
    start = 0
    for place in places:
        kept += values[start:place]
        start = place + 1
    return kept + list(values[start:])


def inserted(values: Sequence[Any], places: Iterable[int], more: Sequence[Any]) -> Any:
    """Values or numbers with some more before those at some places, which are in order and few."""
    if HAS_NUMPY and isinstance(values, numpy.ndarray):
        return numpy.insert(values, places, more)
    longer: list[Any] = []
    start = 0
    for place, value in zip(places, more, strict=True):
        longer += values[start:place]
        longer.append(value)
        start = place
    return longer + list(values[start:])


class Known:
    """What a dict has for numbers, a column at a time.

    What the dict makes when it is asked for (`__missing__`) is asked for in the order of the column.
    """

    def __init__(self, known: dict[int, int]) -> None:
        self._known = known
        if HAS_NUMPY:
            self._keys = numpy.full(1 << _TABLE_BITS, -1, numpy.int64)  # of each hash the number that came last
            self._values = numpy.zeros(1 << _TABLE_BITS, numpy.int64)

    def of(self, numbers: Numbers) -> Numbers:
        """What it has for each of these."""
        if not HAS_NUMPY:
            return list(map(self._known.__getitem__, numbers))
        hashes = numbers.view(numpy.uint64) * numpy.uint64(_FACTOR) >> numpy.uint64(64 - _TABLE_BITS)
        values = self._values[hashes]
        others = numpy.flatnonzero(self._keys[hashes] != numbers)
        if len(others):
            keys, places = numbers[others], hashes[others]
            values[others] = found = numbers_of(map(self._known.__getitem__, keys.tolist()), len(keys))
            self._keys[places], self._values[places] = keys, found
        return values
