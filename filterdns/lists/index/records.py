"""From names in text to what the index writer takes: wire form, and how deep the deepest name below lies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

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


def deepest_below(names: Sequence[bytes]) -> dict[bytes, int]:
    """Two-label suffix -> greatest label count of these names below it."""
    deep = [name for name in names if name.count(b".") > 1]
    dots = list(map(bytes.count, deep, repeat(b".")))
    three_labels = [name for name, count in zip(deep, dots, strict=True) if count == 2]
    deepest = dict.fromkeys([part[2] for part in map(bytes.partition, three_labels, repeat(b"."))], 3)
    for name, count in [(name, count) for name, count in zip(deep, dots, strict=True) if count > 2]:
        suffix = name[name.rfind(b".", 0, name.rfind(b".")) + 1 :]
        if deepest.get(suffix, 0) <= count:
            deepest[suffix] = count + 1
    return deepest
