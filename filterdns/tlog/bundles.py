"""Entry bundles: the entries of a level 0 tile, one after the other (C2SP tlog-tiles, "Log Entries").

+----------------+---------------+----------------+-----
| length, uint16 | entry, octets | length, uint16 | ...        big-endian
+----------------+---------------+----------------+-----
"""

from __future__ import annotations

from collections.abc import Iterable

from filterdns.errors import LogFault

MOST_ENTRY_OCTETS = 65_535  # what two octets can say


def write_bundle(entries: Iterable[bytes]) -> bytes:
    """The octets of a bundle; LogFault for an entry over 65,535 octets."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MOST_ENTRY_OCTETS:
            raise LogFault(f"entry: expected at most {MOST_ENTRY_OCTETS} octets, got {len(entry)}")
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def read_bundle(octets: bytes, count: int) -> list[bytes]:
    """The ``count`` entries of a bundle; LogFault unless it holds exactly these."""
    entries: list[bytes] = []
    at, end = 0, len(octets)
    while at < end and len(entries) < count:
        begin = at + 2
        at = begin + int.from_bytes(octets[at:begin], "big")
        if begin > end or at > end:
            raise LogFault(f"entry bundle: entry {len(entries)} of {count} is cut off at octet {end}")
        entries.append(octets[begin:at])
    if at != end or len(entries) != count:
        raise LogFault(f"entry bundle: expected {count} entries, got {len(entries)} and {end - at} octets more")
    return entries
