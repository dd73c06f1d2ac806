"""Octets of the index file, little-endian, each section at a multiple of 8.

    +--------+------------+-----------+---------------------+----------+
    | HEADER | categories | RECORDS   | TABLE               | SET ROWS |
    |        | JSON       | see below | u32 place | u32 tag | 24 each  |
    +--------+------------+-----------+---------------------+----------+

Records come first, so that they can be written while lists are merged; the table is laid out when all are known.

TABLE is a hash table whose slots are pairs, so that a name costs one cache line here and one at its record.  A name's
tag is its salted 32-bit hash, its home slot is `tag * slots >> 32`, and a name sits at its home or behind it such that
the tags in use ascend.  An empty slot has the greatest tag, so one comparison `tag of slot < tag` steps over smaller
entries and stops at the name, at a greater entry or at an empty slot.  `TAIL` extra slots at the end take what is
pushed past the last home; the very last tag is 0 and ends a run of greatest tags.

A place is where a record's name begins in the file; for an empty slot it points at a record that equals no name.

    record   u32  set number << 8 | deepest
             wire name, lower case, with the root label

`deepest` is 0 except in records of two labels: no name with more labels is listed below.  A two-label suffix without a
listing of its own that has listed names below gets a record too, with set 0, the empty set.  So one probe of the
two-label suffix answers for most names: absent, nothing at or below it is listed.

A set is one distinct tuple of listings.  Each of its marks is a row:

    row      u64 mask | u32 set number | u32 last day | u8 covers subdomains | 7 zeros

A mark counts up to its last day (days since 1970-01-01 UTC, inclusive); FOREVER has no last day.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from struct import Struct

from filterdns.categories import Category, number_categories
from filterdns.errors import IndexFault

MAGIC = b"FDNSIDX\n"
VERSION = 3

HEADER = Struct("<8s I I B B B x I I I I I Q Q Q Q Q")
ROW = Struct("<Q I I B 7x")
HEAD = Struct("<I")

GREATEST_TAG = 0xFFFF_FFFF
LONGEST_PROBE = 64  # slots behind the home; at this load random hashes need about 20 for five million names
TAIL = LONGEST_PROBE + 2  # one empty slot ends every search, the last one ends a run of greatest tags
LOAD = 0.7
NO_RECORD = b"\xff" * 8  # 255 is no label length: equals no name
FOREVER = 0xFFFF_FFFF
MOST_SETS = 1 << 24

XXH32 = 1
BLAKE2B = 2


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of HEADER in their order, without magic and version."""

    category_octets: int
    hash_kind: int  # XXH32 or BLAKE2B
    retries: int  # salts that were refused for a probe over LONGEST_PROBE
    one_label: int  # 1 if a name of one label is listed
    seed: int
    slots: int  # homes, TAIL not counted
    records: int  # NO_RECORD not counted
    names: int  # records with a listing
    rows: int
    number: int  # of the release
    records_at: int
    table_at: int
    rows_at: int
    size: int  # of the whole file


def write_header(header: Header) -> bytes:
    """The octets of a header."""
    return HEADER.pack(MAGIC, VERSION, *astuple(header))


def read_header(buffer: bytes, size: int) -> Header:
    """The header at the beginning of `buffer`, checked against the file's size.

    Raises IndexFault for another magic or version, and for sections that do not lie in the file one after the other.
    """
    if len(buffer) < HEADER.size:
        raise IndexFault(f"expected an index of at least {HEADER.size} octets, got {len(buffer)}")
    magic, version, *fields = HEADER.unpack_from(buffer)
    if magic != MAGIC:
        raise IndexFault(f"expected an index that begins with {MAGIC!r}, got {magic!r}")
    if version != VERSION:
        raise IndexFault(f"expected an index of version {VERSION}, got {version}; build the lists again")
    header = Header(*fields)
    if header.size != size:
        raise IndexFault(f"expected an index of {header.size} octets, got {size}")
    sections_fit = (
        HEADER.size + header.category_octets <= header.records_at
        and header.records_at + len(NO_RECORD) <= header.table_at
        and header.table_at + 8 * (header.slots + TAIL) == header.rows_at
        and header.rows_at + ROW.size * header.rows == size
        and all(at % 8 == 0 for at in (header.table_at, header.records_at, header.rows_at, size))
        and header.slots > 0
    )
    if not sections_fit:
        raise IndexFault("expected sections one after the other within the index, got a damaged header")
    return header


def write_categories(rows: list[tuple[str, str, int]]) -> bytes:
    """The category table of (id, class, EDE) as JSON."""
    return json.dumps(rows, separators=(",", ":")).encode()


def read_categories(octets: bytes) -> tuple[Category, ...]:
    """The category table; raises IndexFault if it is not one."""
    try:
        return number_categories([(str(id_), str(klass), int(ede)) for id_, klass, ede in json.loads(octets)])
    except (ValueError, TypeError) as error:
        raise IndexFault(f"expected a table of categories in the index, got {octets[:60]!r}") from error


def name_end(octets: bytes, at: int) -> int:
    """Behind the root label of the wire name at `at`; 0 if it does not end here."""
    while at < len(octets) and octets[at]:
        at += octets[at] + 1
    return at + 1 if at < len(octets) else 0
