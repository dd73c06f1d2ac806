"""Hot path. Where entries are kept, bounded by octets.

Two generations instead of a list by age: when the young one holds half of the octets it becomes the old one, and the
old one is let go a few entries at a time, so that no single query pays for it.  What is asked for moves to the young.
Negative answers live in generations of their own, so that random names cannot push out what people use.
"""

from __future__ import annotations

from filterdns.config.settings import CacheLimits
from filterdns.resolver.cache.entry import Entry

_LET_GO_AT_ONCE = 4  # more than one entry goes for each that comes, so that the dying are gone before the next turn
_LEAST_OCTETS = 512  # of an entry: for a large one, as many small ones go as it takes room
_MOST_FAILURES = 10_000  # about 100 octets each
_MOST_KEPT = 4_096  # protected names (P1) whose last good answer stays without limit of time


class Generations:
    """A dictionary of bounded octets: `young` may be read directly."""

    __slots__ = ("_dying", "_half", "_octets", "old", "old_octets", "young")

    def __init__(self, octets: int) -> None:
        self._half = octets // 2
        self.young: dict[bytes, Entry] = {}
        self.old: dict[bytes, Entry] = {}
        self._dying: dict[bytes, Entry] = {}
        self._octets = self.old_octets = 0

    def get(self, key: bytes) -> Entry | None:
        """The entry, moved to the young if it was old."""
        entry = self.young.get(key)
        if entry is None and (entry := self.old.pop(key, None)) is not None:
            self.put(key, entry)
        return entry

    def put(self, key: bytes, entry: Entry) -> None:
        octets = entry.octets(key)
        dying = self._dying
        if dying:
            for _ in range(min(_LET_GO_AT_ONCE + octets // _LEAST_OCTETS, len(dying))):
                dying.popitem()
        if self._octets + octets > self._half:
            self._turn()
        replaced = self.young.get(key)
        self._octets += octets if replaced is None else octets - replaced.octets(key)
        self.young[key] = entry

    def _turn(self) -> None:
        self._dying, self.old, self.young = self.old, self.young, {}
        self.old_octets, self._octets = self._octets, 0

    def drop(self, key: bytes) -> None:
        """Forget this key; its octets are counted until the generation turns."""
        self.young.pop(key, None)
        self.old.pop(key, None)

    @property
    def entries(self) -> int:
        return len(self.young) + len(self.old)

    @property
    def octets(self) -> int:
        return self._octets + self.old_octets


class Cache:
    """Positive and negative answers, recent failures (RFC 9520), and the last good answers of protected names.

    Keys: lower-case QNAME, QTYPE, QCLASS, and one octet more for another variant than 0 (`DO << 1 | CD`).
    """

    def __init__(self, limits: CacheLimits) -> None:
        self.limits = limits
        negative = int(limits.octets * limits.negative_share)
        self.positive = Generations(limits.octets - negative)
        self.negative = Generations(negative)
        self._failures: dict[bytes, tuple[int, int, bytes]] = {}
        self._kept: dict[bytes, Entry] = {}

    def get(self, key: bytes) -> Entry | None:
        """An entry, fresh or not."""
        positive, negative = self.positive, self.negative
        if key in positive.young or key in positive.old:
            return positive.get(key)
        return negative.get(key) if key in negative.young or key in negative.old else None

    def put(self, key: bytes, entry: Entry, keep: bool = False) -> None:
        """Replace what is known of this question. `keep`: a good answer for a P1 name, kept without limit."""
        if entry.negative:
            self.positive.drop(key)
            self.negative.put(key, entry)
            return
        if key in self.negative.young or key in self.negative.old:
            self.negative.drop(key)
        self.positive.put(key, entry)
        if keep and (key in self._kept or len(self._kept) < _MOST_KEPT):
            self._kept[key] = entry

    def get_kept(self, key: bytes) -> Entry | None:
        return self._kept.get(key)

    def note_failure(self, key: bytes, second: int, ede: int, text: bytes) -> None:
        """No upstream is asked again for this question for a few seconds (RFC 9520 section 3)."""
        if len(self._failures) >= _MOST_FAILURES:
            self._failures = {}
        self._failures[key] = (second + self.limits.failure_seconds, ede, text)

    def get_failure(self, key: bytes, second: int) -> tuple[int, bytes] | None:
        """(EDE, text) of a failure that is still remembered."""
        failure = self._failures.get(key)
        if failure is None:
            return None
        if failure[0] <= second:
            del self._failures[key]
            return None
        return failure[1:]
