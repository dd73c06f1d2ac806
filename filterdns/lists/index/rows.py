"""What people read about each set of listings: JSON by set number, found without loading the rest.

    magic 8 | u64 count | u64 end offset of each set's JSON, from the file's beginning | JSON of set 0 | of set 1 | ...

Each JSON text is a list of objects, one a listing, as `listing.Listing.details` makes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from struct import Struct
from typing import Any

from filterdns.errors import IndexFault

MAGIC = b"FDNSROW\n"
_HEADER = Struct("<8sQ")
_OFFSET = Struct("<Q")


def write_rows(sets: Sequence[Sequence[dict[str, Any]]]) -> bytes:
    """The octets of a listings file; the same rows give the same octets."""
    known: dict[int, str] = {}  # by the row's identity: sets share theirs
    for row in chain.from_iterable(sets):
        if id(row) not in known:
            known[id(row)] = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    texts = [f"[{','.join(known[id(row)] for row in rows)}]".encode() for rows in sets]
    at = _HEADER.size + _OFFSET.size * len(texts)
    ends = bytearray()
    for text in texts:
        at += len(text)
        ends += _OFFSET.pack(at)
    return b"".join((_HEADER.pack(MAGIC, len(texts)), ends, *texts))


class ListingRows:
    """The listings of one release over `buffer`: bytes or a read-only mmap. Raises IndexFault if they are damaged."""

    __slots__ = ("_buffer", "count")

    def __init__(self, buffer: Any) -> None:
        if len(buffer) < _HEADER.size:
            raise IndexFault(f"expected a listings file of at least {_HEADER.size} octets, got {len(buffer)}")
        magic, count = _HEADER.unpack(bytes(buffer[: _HEADER.size]))
        self.count: int = count
        if magic != MAGIC:
            raise IndexFault(f"expected a listings file that begins with {MAGIC!r}, got {magic!r}")
        self._buffer = buffer
        first = _HEADER.size + _OFFSET.size * self.count
        if first > len(buffer) or self._end(self.count - 1) != len(buffer):
            raise IndexFault(f"expected a listings file as long as it says, got {len(buffer)} octets")

    def find(self, set_number: int) -> list[dict[str, Any]]:
        """The listings of this set; raises IndexFault if there is no such set or its text is damaged."""
        if not 0 <= set_number < self.count:
            raise IndexFault(f"expected a set below {self.count}, got {set_number}")
        text = bytes(self._buffer[self._end(set_number - 1) : self._end(set_number)])
        try:
            rows = json.loads(text)
        except ValueError as error:
            raise IndexFault(f"expected JSON for set {set_number}, got damaged octets") from error
        return list(rows)

    def _end(self, set_number: int) -> int:
        """Where the JSON of this set ends; for -1, where the first begins."""
        if set_number < 0:
            return _HEADER.size + _OFFSET.size * self.count
        at = _HEADER.size + _OFFSET.size * set_number
        (end,) = _OFFSET.unpack(bytes(self._buffer[at : at + _OFFSET.size]))
        return int(end)
