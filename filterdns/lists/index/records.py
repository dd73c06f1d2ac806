"""From names in text to what the index writer takes: wire form, and how deep the deepest name below lies."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, repeat
from operator import add, itemgetter

from filterdns.lists.index import columns
from filterdns.lists.index.layout import HEAD
from filterdns.lists.index.numbers import HAS_NUMPY

_rest = itemgetter(2)  # of what `partition` gives
_LENGTHS = [bytes([length]) for length in range(64)]


class _Words(dict[int, bytes]):
    """The octets of first words; few are distinct."""

    def __missing__(self, head: int) -> bytes:
        word = self[head] = HEAD.pack(head)
        return word


_WORDS = _Words()


class Wires(dict[bytes, bytes]):
    """Wire form of names by what stands behind their first label; names of a shelf share most of that."""

    def __missing__(self, name: bytes) -> bytes:
        label, _, rest = name.partition(b".")
        wire = self[name] = _LENGTHS[len(label)] + label + (self[rest] if rest else b"\0")
        return wire

    def of(self, names: Sequence[bytes]) -> list[bytes]:
        """Wire form of canonical names in text."""
        split = map(bytes.partition, names, repeat(b"."))  # twice as fast as a call of the method on each
        return [_LENGTHS[len(part[0])] + part[0] + self[part[2]] for part in split]


def lay_records(wires: Sequence[bytes], heads: Sequence[int], at: int) -> tuple[bytes, Sequence[bytes], array[int]]:
    """The octets of the records of wire names, these names, and where each of them begins in the file.

    `heads`: the first words. `at`: where the first record begins.
    """
    pieces = [b""] * (2 * len(wires))  # joined by the way: an object for each record would cost a tenth of all
    pieces[0::2], pieces[1::2] = map(_WORDS.__getitem__, heads), wires
    lengths = map(add, map(len, wires), repeat(HEAD.size))
    places = array("I", accumulate(lengths, initial=at + HEAD.size))
    return b"".join(pieces), wires, places[: len(wires)]


def deepest_below(names: Iterable[bytes]) -> dict[bytes, int]:
    """Two-label suffix -> greatest label count of these names below it."""
    # Names of two labels, most of all, end in few different top-level domains: a set of what is behind the first label
    # leaves little to look at one by one.
    parents = set(map(_rest, map(bytes.partition, names, repeat(b"."))))
    deepest: dict[bytes, int] = {}
    for suffix in parents:
        count = suffix.count(b".")
        if count == 0:
            continue
        if count > 1:
            suffix = suffix[suffix.rfind(b".", 0, suffix.rfind(b".")) + 1 :]
        if deepest.get(suffix, 0) < count + 2:
            deepest[suffix] = count + 2
    return deepest


def suffixes_above(names: Sequence[bytes]) -> Iterable[tuple[int, list[bytes]]]:
    """(label count, two-label suffixes of these names that have so many labels), some more than once.

    A suffix that comes with several counts is above names of different depths; the greatest may be left alone.
    """
    if HAS_NUMPY:
        return columns.suffixes_above(names)
    by_depth: dict[int, list[bytes]] = {}
    for suffix, depth in deepest_below(names).items():
        by_depth.setdefault(depth, []).append(suffix)
    return by_depth.items()
