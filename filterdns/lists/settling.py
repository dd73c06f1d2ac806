"""A list that says one thing of a name here and another there: the widest scope holds, but for what it opens itself."""

from __future__ import annotations

from collections.abc import Sequence

from filterdns.lists.curate.below import Zones
from filterdns.lists.heaps import Heap, Once, side_by_side

_MOST_NAMES_AT_ONCE = 50_000  # of each scope, in dicts: about 10 MiB


class Exceptions:
    """Names that the list itself opens, which subtract from it alone.

    A listed name above an exception cannot be listed with its subdomains, or the exception would be filtered: it is
    listed for itself alone.
    """

    def __init__(self, exact: Sequence[bytes], subdomains: Sequence[bytes]) -> None:
        self._exact = frozenset(exact)
        self._zones = Zones(subdomains)
        self._above = {above for name in (*exact, *subdomains) for above in _names_above(name)}

    def subtract(self, scopes: Sequence[dict[bytes, None]]) -> None:
        """Take the exceptions out of some names: those without a scope, those for themselves, those with subdomains."""
        for names in scopes:
            for name in (*(self._exact & names.keys()), *self._zones.covered(list(names))):
                names.pop(name, None)
        unsaid, alone, covering = scopes
        for names in (unsaid, covering):
            for name in self._above & names.keys():
                del names[name]
                alone[name] = None


def settle(heaps: list[Heap], exceptions: Exceptions) -> int:
    """Give each name its widest scope and take exceptions out; how many names came again.

    `heaps`: names without a scope, for themselves, with subdomains; they are replaced.  A portion at a time.
    """
    streams = [Once(heap.ordered(_MOST_NAMES_AT_ONCE)) for heap in heaps]
    settled = [Heap(heap.folder) for heap in heaps]
    repeated = 0
    for portions in side_by_side(streams):
        scopes = [dict.fromkeys(names) for names in portions]
        unsaid, exact, subdomains = scopes
        for narrow, wide in ((unsaid, subdomains), (exact, subdomains), (exact, unsaid)):
            for name in narrow.keys() & wide.keys() if narrow and wide else ():
                del narrow[name]
        repeated += sum(map(len, portions)) - sum(map(len, scopes))
        exceptions.subtract(scopes)
        for heap, names in zip(settled, scopes, strict=True):
            heap.add(list(names))
    for number, heap in enumerate(settled):
        heaps[number].close()
        heaps[number] = heap
    return repeated + sum(stream.repeated for stream in streams)


def _names_above(name: bytes) -> list[bytes]:
    """The names above one, down to two labels."""
    found = []
    while (name := name.partition(b".")[2]).count(b"."):
        found.append(name)
    return found
