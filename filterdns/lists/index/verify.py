"""Whether an index is one that the writer could have made: every name at its place, every set known, nothing outside.

Run once a release, outside the workers, before the release becomes current; a worker then trusts the octets.
"""

from __future__ import annotations

from array import array

from filterdns.errors import IndexFault
from filterdns.lists.index import layout
from filterdns.lists.index.hashing import Hash, find_hash

_MOST_NAME_OCTETS = 255


def verify_index(octets: bytes) -> layout.Header:
    """Check all sections; raises IndexFault at the first thing that is wrong."""
    header = layout.read_header(octets[: layout.HEADER.size], len(octets))
    layout.read_categories(octets[layout.HEADER.size : layout.HEADER.size + header.category_octets])
    sets = {row[1] for row in layout.ROW.iter_unpack(octets[header.rows_at :])}
    if sets != set(range(1, len(sets) + 1)):
        raise IndexFault("expected sets numbered without a gap in the index, got others")
    places = _read_records(octets, header, sets)
    _verify_table(octets, header, places)
    return header


def _read_records(octets: bytes, header: layout.Header, sets: set[int]) -> array[int]:
    """Places of all names; each name is well formed and of a known set."""
    places = array("I")
    at, listed = header.records_at + len(layout.NO_RECORD), 0
    for _ in range(header.records):
        end = _name_end(octets, at + 4, header.table_at)
        name = octets[at + 4 : end]
        set_number = int.from_bytes(octets[at : at + 4], "little") >> 8
        if end > header.table_at or not 1 < len(name) <= _MOST_NAME_OCTETS:
            raise IndexFault(f"expected a name at octet {at} of the index, got {name[:64]!r}")
        if set_number and set_number not in sets:
            raise IndexFault(f"expected a set with marks at octet {at} of the index, got {set_number}")
        listed += set_number > 0
        places.append(at + 4)
        at = end
    if listed != header.names:
        raise IndexFault(f"expected {header.names} listed names in the index, got {listed}")
    return places


def _name_end(octets: bytes, at: int, limit: int) -> int:
    """Behind the root label of the wire name at `at`; beyond `limit` if there is none before it."""
    while at < limit and octets[at]:
        at += octets[at] + 1
    return at + 1


def _verify_table(octets: bytes, header: layout.Header, places: array[int]) -> None:
    """Every record is in the table once, under its own hash, between its home and the longest probe."""
    hash_of: Hash = find_hash(header.hash_kind)
    size = header.slots + layout.TAIL
    table = memoryview(octets)[header.table_at : header.table_at + 8 * size].cast("I")
    empty = header.records_at + layout.HEAD.size
    found = array("I")
    before, alike = 0, set[bytes]()  # names of the tag before
    for slot, (place, tag) in enumerate(zip(table[::2], table[1::2], strict=True)):
        if place == empty:
            if tag != (0 if slot == size - 1 else layout.GREATEST_TAG):
                raise IndexFault(f"expected an empty slot {slot} in the index, got tag {tag}")
            continue
        name = octets[place : _name_end(octets, place, header.table_at)] if place > empty else b""
        home = tag * header.slots >> 32
        if (
            not name
            or hash_of(name, header.seed) != tag
            or tag < before
            or (tag == before and name in alike)
            or not 0 <= slot - home <= layout.LONGEST_PROBE
        ):
            raise IndexFault(f"expected slot {slot} of the index to lead to its name, got tag {tag}")
        found.append(place)
        alike = {*alike, name} if tag == before else {name}
        before = tag
    if sorted(found) != places.tolist():
        raise IndexFault(f"expected {len(places)} names in the table of the index, got {len(found)} others")
