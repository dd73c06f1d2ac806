"""From names and sets to the octets of an index. The same arguments give the same octets."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct

from filterdns.errors import IndexFault
from filterdns.lists.index import layout
from filterdns.lists.index.hashing import SEEDS_WITH_XXHASH, Hash, find_hash, get_hash, seed_for

_HEAD = Struct("<I")
_MOST_ENTRIES = 1 << 30  # tags are 32 bits: more names than this would be mostly collisions

EMPTY_SET = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """What one listing says to the resolver: bits, whether subdomains are covered, and its last day."""

    mask: int
    subdomains: bool
    last_day: int = layout.FOREVER


@dataclass(frozen=True, slots=True)
class IndexParts:
    """An index as buffers to be written one after the other, and what is in it."""

    header: layout.Header
    parts: tuple[bytes | bytearray | memoryview, ...]


def write_index(
    names: Mapping[bytes, int],
    sets: Sequence[tuple[Mark, ...]],
    categories: list[tuple[str, str, int]],
    number: int,
    salt: bytes,
) -> IndexParts:
    """Lay out an index of `names` (wire name -> position in `sets`) for release `number`.

    `sets[0]` must be empty; it stands for names that only have listed names below them.  Raises IndexFault if the names
    cluster under every seed, or if there are too many.
    """
    if sets[EMPTY_SET] or not all(sets[1:]) or len(sets) > layout.MOST_SETS or len(names) > _MOST_ENTRIES:
        raise IndexFault(f"expected at most {layout.MOST_SETS} sets, the first alone empty, got {len(sets)}")
    category_octets = layout.write_categories(categories)
    table_at = _rounded(layout.HEADER.size + len(category_octets))
    deepest = _deepest_below(names)
    listed, records, offsets = _records(names, deepest)
    kind, retry, seed, slots, entries = _placed(listed, offsets, salt)
    records_at = table_at + 8 * (slots + layout.TAIL)
    rows_at = records_at + len(records)
    table = _table(entries, slots, records_at // 4)
    rows = b"".join(
        layout.ROW.pack(mark.mask, set_number, mark.last_day, mark.subdomains)
        for set_number, marks in enumerate(sets)
        for mark in marks
    )
    header = layout.Header(
        category_octets=len(category_octets),
        hash_kind=kind,
        retries=retry,
        one_label=int(any(name[name[0] + 1] == 0 for name in listed)),
        seed=seed,
        slots=slots,
        records=len(listed),
        names=len(names),
        rows=len(rows) // layout.ROW.size,
        number=number,
        table_at=table_at,
        records_at=records_at,
        rows_at=rows_at,
        size=rows_at + len(rows),
    )
    head = (layout.write_header(header) + category_octets).ljust(table_at, b"\0")
    return IndexParts(header, (head, memoryview(table).cast("B"), records, rows))


def _rounded(octets: int) -> int:
    return (octets + 7) & ~7


def _deepest_below(names: Iterable[bytes]) -> dict[bytes, int]:
    """Two-label suffix -> greatest label count of the names below it."""
    deepest: dict[bytes, int] = {}
    get = deepest.get
    for name in names:
        at, one, count, end = 0, name[0] + 1, 2, len(name) - 1
        if one >= end:
            continue
        two = one + name[one] + 1
        while two < end:
            at, one, count = one, two, count + 1
            two += name[two] + 1
        if at and get(suffix := name[at:], 0) < count:
            deepest[suffix] = count
    return deepest


def _records(names: Mapping[bytes, int], deepest: dict[bytes, int]) -> tuple[list[bytes], bytearray, array[int]]:
    """All names with a record in order, the section, and where each record begins in it, divided by 4."""
    listed = sorted(names.keys() | deepest.keys()) if deepest else sorted(names)
    records = bytearray(layout.NO_RECORD)
    offsets = array("I")
    set_of, deepest_of, pack, padding = names.get, deepest.get, _HEAD.pack, (b"", b"\0\0\0", b"\0\0", b"\0")
    for name in listed:
        offsets.append(len(records) >> 2)
        records += pack(set_of(name, EMPTY_SET) << 8 | deepest_of(name, 0)) + name + padding[len(name) & 3]
    records += b"\0" * (-len(records) % 8)
    return listed, records, offsets


def _placed(listed: list[bytes], offsets: array[int], salt: bytes) -> tuple[int, int, int, int, list[int]]:
    """(hash kind, retry, seed, slots, entries `tag << 32 | offset` in order) of the first seed that spreads them."""
    slots = max(8, int(len(listed) / layout.LOAD) + 1)
    has_xxhash = get_hash(layout.XXH32) is not None
    for retry in range(0 if has_xxhash else SEEDS_WITH_XXHASH, SEEDS_WITH_XXHASH + 1):
        kind = layout.XXH32 if retry < SEEDS_WITH_XXHASH else layout.BLAKE2B
        seed = seed_for(salt, retry)
        entries = _entries(listed, offsets, find_hash(kind), seed)
        if _longest_probe(entries, slots) <= layout.LONGEST_PROBE:
            return kind, retry, seed, slots, entries
    raise IndexFault(f"expected names that spread under {SEEDS_WITH_XXHASH + 1} seeds, got clusters under each")


def _entries(listed: list[bytes], offsets: array[int], hash_of: Hash, seed: int) -> list[int]:
    packed = array("Q", (hash_of(name, seed) << 32 | at for name, at in zip(listed, offsets, strict=True)))
    return sorted(packed)


def _longest_probe(entries: list[int], slots: int) -> int:
    """Slots between a name's home and where it sits, at the worst."""
    free = longest = 0
    for entry in entries:
        home = (entry >> 32) * slots >> 32
        if home >= free:
            free = home
        elif free - home > longest:
            longest = free - home
        free += 1
    return longest


def _table(entries: list[int], slots: int, first_word: int) -> array[int]:
    """TABLE; `first_word` is where the records begin in the file, divided by 4."""
    table = array("I", [layout.GREATEST_TAG, first_word]) * (slots + layout.TAIL)
    free = 0
    for entry in entries:
        tag = entry >> 32
        home = tag * slots >> 32
        if home > free:
            free = home
        table[2 * free] = tag
        table[2 * free + 1] = first_word + (entry & 0xFFFF_FFFF)
        free += 1
    table[-2] = 0
    return table
