"""From names in text to what the index writer takes: wire form, and how deep the deepest name below lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter

_rest = itemgetter(2)  # of what `partition` gives
_LENGTHS = [bytes([length]) for length in range(64)]


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
