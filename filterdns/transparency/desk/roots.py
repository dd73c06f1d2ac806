"""What lots are drawn from: the root of the log as it was with the first entry after a moment.

Which entry that is nobody chooses, and whoever has the log finds the same: the size is one more than the index of the
first entry whose time is later, and the root is that of the tree of this size.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Protocol

from filterdns.errors import LogFault
from filterdns.log.places import checkpoint_file, has_log
from filterdns.log.reading.reader import LogReader, open_local
from filterdns.log.record.entries import read_entry
from filterdns.tlog.tree import node_hash
from filterdns.transparency.desk.lots import Root


class Roots(Protocol):
    """Where roots come from."""

    def after(self, when: datetime) -> Root | None:
        """The root with the first entry after this moment; None while there is none, or no log."""
        ...


class LogRoots:
    """Of the log in a state folder. For one thread at a time."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._seen: tuple[int, int] | None = None
        self._reader: LogReader | None = None

    def after(self, when: datetime) -> Root | None:
        try:
            reader = self._follow()
            return root_after(reader, when) if reader is not None else None
        except (LogFault, OSError):
            return None  # it is drawn when the log can be read again

    def _follow(self) -> LogReader | None:
        if not has_log(self._state):
            return None
        status = checkpoint_file(self._state).stat()
        seen = (status.st_ino, status.st_mtime_ns)
        if seen != self._seen:
            self._reader, self._seen = open_local(self._state), seen
        return self._reader


def root_after(reader: LogReader, when: datetime) -> Root | None:
    """The same in an open log. Raises LogFault."""
    low, high = 0, reader.size
    while low < high:
        middle = (low + high) // 2
        if read_entry(reader.entry(middle), middle).at > when:
            high = middle
        else:
            low = middle + 1
    return Root(low + 1, root_at(reader, low + 1)) if low < reader.size else None


def root_at(reader: LogReader, size: int) -> bytes:
    """The root of the tree of the first `size` entries, from the whole subtrees of the log (RFC 6962 section 2.1)."""
    peaks, begin = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            peaks.append(reader.hashes.get(level, begin >> level))
            begin += 1 << level
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks[:-1]), peaks[-1])
