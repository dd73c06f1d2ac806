"""Which of many names equal one of a few, or lie below one: protected names, allowances, safe-search targets.

Lists have millions of names and the few are at most some thousands, so nothing here looks at each name in a Python
loop.  Whatever lies below a name ends in the same octets: the last eight of each name are looked up in a set, and only
the names that pass are looked at by their labels.  The very short of the few are searched for in all names as one text.

Measured on 1.67 million names of real lists, cut into shelves: 0.07 us a name, 0.14 if the few are 2,000 popular names
that cover a twentieth of all, and 0.08 more where names of less than seven octets are among the few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress
from operator import itemgetter

_LONG = 8  # octets, the dot before the name counted
_last_octets = itemgetter(slice(-_LONG, None))


class Zones:
    """A few names, each with all that lies below it. Names are canonical text, `b"www.example.com"`."""

    def __init__(self, names: Iterable[bytes]) -> None:
        self.names = frozenset(names)
        self._ends: set[bytes] = set()
        short = []
        for name in self.names:
            dotted = b"." + name
            if len(dotted) >= _LONG:
                self._ends.update((dotted[-_LONG:], name[-_LONG:]))
            else:
                short.append(re.escape(name))
        any_short = b"|".join(sorted(short))
        # A pattern that begins with one octet is searched for three times as fast as one that begins with either.
        self._patterns = (
            [re.compile(first + rb"(?:" + any_short + rb")(?=\n)") for first in (rb"\.", rb"\n")] if short else []
        )

    def covered(self, names: Sequence[bytes]) -> set[bytes]:
        """Those of these names that are one of the few or lie below one."""
        near: Iterator[bytes] = iter(())
        if self._ends:
            near = compress(names, map(self._ends.__contains__, map(_last_octets, names)))
        found = {name for name in near if self.get_zone(name) is not None}
        if self._patterns:
            found.update(self._below_short(names))
        return found

    def get_zone(self, name: bytes) -> bytes | None:
        """The longest of the few that is this name or lies above it."""
        zones = self.names
        while name not in zones:
            _, dot, name = name.partition(b".")
            if not dot:
                return None
        return name

    def zones_of(self, name: bytes) -> list[bytes]:
        """All of the few that are this name or lie above it, the longest first."""
        found = []
        zone = self.get_zone(name)
        while zone is not None:
            found.append(zone)
            _, dot, above = zone.partition(b".")
            zone = self.get_zone(above) if dot else None
        return found

    def _below_short(self, names: Sequence[bytes]) -> Iterator[bytes]:
        text = b"\n" + b"\n".join(names) + b"\n"
        for match in chain.from_iterable(pattern.finditer(text) for pattern in self._patterns):
            first = text.rfind(b"\n", 0, match.start() + 1) + 1
            yield text[first : match.end()]


def names_below(names: Sequence[bytes], zones: Iterable[bytes]) -> list[bytes]:
    """Those of these names that lie below one of a very few: a search of all as one text for each of them."""
    found: list[bytes] = []
    text = b""
    for zone in zones:
        text = text or b"\n%b\n" % b"\n".join(names)
        end = b".%b\n" % zone
        at = text.find(end)
        while at >= 0:
            stop = at + len(end) - 1
            found.append(text[text.rfind(b"\n", 0, at) + 1 : stop])
            at = text.find(end, stop)
    return found
