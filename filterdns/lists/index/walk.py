"""Every listed name of an index, one after the other, from the mapped octets of its records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from filterdns.errors import IndexFault
from filterdns.lists.index.layout import HEAD, HEADER, NO_RECORD, name_end, read_header

_OCTETS = 1 << 20  # of records that are looked at together


def walk_index(buffer: Any) -> Iterator[tuple[bytes, int]]:
    """(wire name, set number) of each name with a listing, in the order of the file. Raises IndexFault."""
    header = read_header(bytes(buffer[: HEADER.size]), len(buffer))
    at, left, part, start = header.records_at + len(NO_RECORD), header.records, b"", 0
    while left:
        end = name_end(part, start + HEAD.size)
        if not end:
            part, start = part[start:] + bytes(buffer[at : min(at + _OCTETS, header.table_at)]), 0
            at += _OCTETS
            end = name_end(part, HEAD.size)
            if not end:
                raise IndexFault(f"expected {left} more names in the index, got the end of its records")
        (head,) = HEAD.unpack_from(part, start)
        if head >> 8:
            yield part[start + HEAD.size : end], head >> 8
        start = end
        left -= 1
