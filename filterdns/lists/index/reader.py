"""Hot path. Which listings cover a name, straight from the mapped octets of an index (`layout` has the picture).

A query's two-label suffix is probed first.  If it has no record, nothing at or below it is listed; if its `deepest` is
0, it is the only match; else the longer suffixes are probed up to that many labels.  Every hit is compared octet by
octet: a false positive would filter a site without a reason to show.
"""

from __future__ import annotations

from sys import byteorder
from typing import Any

from filterdns.categories import EXACT, Category
from filterdns.errors import IndexFault
from filterdns.lists.index.hashing import find_hash
from filterdns.lists.index.layout import HEAD, HEADER, ROW, TAIL, read_categories, read_header
from filterdns.names import label_offsets

Match = tuple[int, int, int]

_DEEPEST = 0xFF  # of a record's first word
_read_head = HEAD.unpack_from


class ReleaseIndex:
    """The index of one release over `buffer`: bytes or a read-only mmap.

    Raises IndexFault if the header is of another version or does not fit the size.  The digest is not looked at: that
    is `verify`'s work, once, before a release becomes current.
    """

    __slots__ = (
        "_buffer", "_covering", "_hash", "_one_label", "_own", "_rows", "_seed", "_slots", "_table", "_today",
        "categories", "names", "number",
    )  # fmt: skip

    def __init__(self, buffer: Any, today: int = 0) -> None:
        size = len(buffer)
        header = read_header(bytes(buffer[: HEADER.size]), size)
        if byteorder != "little":
            raise IndexFault("expected a little-endian machine, got a big-endian one; its octets are read as they lie")
        view = memoryview(buffer)
        self.categories: tuple[Category, ...] = read_categories(
            bytes(buffer[HEADER.size : HEADER.size + header.category_octets])
        )
        self.number: int = header.number
        self.names: int = header.names
        self._buffer = buffer
        self._table = view[header.table_at : header.table_at + 8 * (header.slots + TAIL)].cast("I")
        self._rows = bytes(buffer[header.rows_at : size])
        self._hash = find_hash(header.hash_kind)
        self._seed = header.seed
        self._slots = header.slots
        self._one_label = bool(header.one_label)
        self._today = today
        self._count_marks()

    def close(self) -> None:
        """Let go of a mapped buffer, for a release that another has replaced. Nothing is looked up in it afterwards.

        Cached answers may name the index for hours; without this its pages would stay in memory as long.
        """
        self._table.release()
        self._buffer.close()

    @property
    def today(self) -> int:
        """The day (since 1970-01-01 UTC) whose listings count; set once a day, costs about a microsecond a mark."""
        return self._today

    @today.setter
    def today(self, day: int) -> None:
        if day != self._today:
            self._today = day
            self._count_marks()

    def _count_marks(self) -> None:
        """Masks by set number, of the marks that count today: for the name itself, and for names below it."""
        sets = 1 + max((row[1] for row in ROW.iter_unpack(self._rows)), default=0)
        if sets > 1 + len(self._rows) // ROW.size:  # each set but the empty one has a row
            raise IndexFault(f"expected fewer sets than rows in the index, got {sets}")
        covering, own, today = [0] * sets, [0] * sets, self._today
        for mask, set_number, last_day, subdomains in ROW.iter_unpack(self._rows):
            if today <= last_day:
                own[set_number] |= mask
                if subdomains:
                    covering[set_number] |= mask
        shared: dict[int, int] = {}  # few masks are distinct
        for set_number, mask in enumerate(own):
            mask |= EXACT if mask != covering[set_number] else 0
            own[set_number] = shared.setdefault(mask, mask)
            covering[set_number] = shared.setdefault(covering[set_number], covering[set_number])
        self._covering, self._own = covering, own

    def find(self, qname: bytes) -> int:
        """OR of the masks of all listings that cover this canonical name; 0 when there is none."""
        found = 0
        for _, mask, _ in self.matches(qname):
            found |= mask
        return found

    def matches(self, qname: bytes, two: int = -1) -> list[Match]:
        """(offset in qname, mask, set number) of each suffix with listings that cover the name, longest first.

        `two`: where its last two labels begin, from who has walked it already; -1: not known.
        """
        if two < 0:
            offsets = label_offsets(qname)
            two = offsets[-2] if len(offsets) > 1 else 0
        if self._one_label or two + qname[two] + 2 >= len(qname):
            return self._matches_each(qname)
        suffix = qname[two:]  # from here `_head`, written out: every uncached query comes this way, a call less
        tag = self._hash(suffix, self._seed)
        table = self._table
        slot = (tag * self._slots >> 32) * 2 + 1
        while (there := table[slot]) < tag:
            slot += 2
        while there == tag:
            start = table[slot - 1]
            if self._buffer[start : start + len(suffix)] == suffix:
                (head,) = _read_head(self._buffer, start - 4)
                if head & _DEEPEST and two:
                    return self._matches_below(qname, two, head)
                mask = self._covering[head >> 8] if two else self._own[head >> 8]
                return [(two, mask, head >> 8)] if mask else []
            slot += 2
            there = table[slot]
        return []

    def may_have_below(self, qname: bytes) -> bool:
        """Whether records may lie below this canonical name, told by its two-label suffix; False is certain."""
        offsets = label_offsets(qname)
        return len(offsets) < 2 or self._head(qname[offsets[-2] :]) & _DEEPEST > len(offsets)

    def _matches_below(self, qname: bytes, two: int, two_head: int) -> list[Match]:
        """The matches of a name whose two-label suffix, at `two`, has records below it."""
        offsets: list[int] = []
        at = 0
        while at < two:
            offsets.append(at)
            at += qname[at] + 1
        found: list[Match] = []
        too_deep = len(offsets) + 2 - (two_head & _DEEPEST)
        for at in offsets[too_deep:] if too_deep > 0 else offsets:
            if head := self._head(qname[at:]):
                mask = self._covering[head >> 8] if at else self._own[head >> 8]
                if mask:
                    found.append((at, mask, head >> 8))
        mask = self._covering[two_head >> 8]
        if mask:
            found.append((two, mask, two_head >> 8))
        return found

    def _matches_each(self, qname: bytes) -> list[Match]:
        """`matches` where a name of one label is asked for or may be listed."""
        offsets = label_offsets(qname)
        found: list[Match] = []
        deepest = min(2, len(offsets))
        count = 1 if self._one_label else 2
        while count <= deepest:
            at = offsets[-count]
            head = self._head(qname[at:])
            if count == 2:
                deepest = min(head & _DEEPEST, len(offsets))
            mask = self._covering[head >> 8] if at else self._own[head >> 8]
            if mask:
                found.append((at, mask, head >> 8))
            count += 1
        found.reverse()
        return found

    def _head(self, suffix: bytes) -> int:
        """The first word of this name's record; 0 if it has none."""
        tag = self._hash(suffix, self._seed)
        slot = (tag * self._slots >> 32) * 2 + 1
        table = self._table
        while (there := table[slot]) < tag:
            slot += 2
        while there == tag:
            start = table[slot - 1]
            if self._buffer[start : start + len(suffix)] == suffix:
                head: int = _read_head(self._buffer, start - 4)[0]
                return head
            slot += 2
            there = table[slot]
        return 0
