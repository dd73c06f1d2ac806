"""What figures need of the log: when lists were fetched and came out, and which orders came in. Read once, then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from filterdns.errors import LogFault
from filterdns.log.record.entries import DECISION, IMPORT, RELEASE, Entry, read_entry

_WANTED = (b'"type":"import"', b'"type":"release"', b'"basis":"ordered"')  # canonical JSON: no text can hold these


class Entries(Protocol):
    """What is asked of a log."""

    @property
    def size(self) -> int: ...
    def entries(self, begin: int, end: int) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class CameOut:
    """A copy of a public list: when it was fetched, when the release with it was in the log, and how many were new."""

    source: str
    fetched: datetime
    released: datetime
    added: int


class Recorded:
    """Of one log. `came_out` and `ordered` (days on which an order was entered) grow with it."""

    def __init__(self) -> None:
        self.came_out: list[CameOut] = []
        self.ordered: list[date] = []
        self._size = 0
        self._waiting: list[Entry] = []

    def follow(self, log: Entries) -> None:
        """Read what is new. What of it cannot be read is left out."""
        begin, self._size = self._size, log.size
        try:
            for index, octets in enumerate(log.entries(begin, self._size), begin):
                if any(word in octets for word in _WANTED):
                    self._add(read_entry(octets, index))
        except (LogFault, OSError):
            return

    def _add(self, entry: Entry) -> None:
        fields = entry.fields
        if entry.type == IMPORT:
            self._waiting.append(entry)
        elif entry.type == RELEASE:
            for each in self._waiting:
                fetched = datetime.fromisoformat(each.fields["fetched_at"])
                if each.fields["added"]:
                    self.came_out.append(CameOut(each.fields["source"], fetched, entry.at, each.fields["added"]))
            self._waiting.clear()
        elif entry.type == DECISION and (fields["basis"], fields["action"]) == ("ordered", "added"):
            self.ordered.append(entry.at.date())
