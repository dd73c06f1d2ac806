"""From names and sets to the octets of an index. The same names in the same order give the same octets.

`IndexWriter` takes names in portions and writes their records at once, so that a release of millions of names needs
little memory: eight octets a name are kept until the table is laid out.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate, repeat
from operator import add, call
from typing import Protocol

from filterdns.errors import IndexFault
from filterdns.lists.index import layout
from filterdns.lists.index.hashing import SEEDS_WITH_XXHASH, find_hash, get_hash, seed_for
from filterdns.names import label_offsets

EMPTY_SET = 0

_MOST_ENTRIES = 1 << 30  # tags are 32 bits: more names than this would be mostly collisions
_MOST_OCTETS = (1 << 32) - (1 << 20)  # places are 32 bits
_RANGES = 1 << 8  # of tags, by their first octet; the table is laid out by them
_READ_OCTETS = 1 << 20
_AT_ONCE = 2_000  # names that are added, so that what is done to them finds them in the processor's cache


@dataclass(frozen=True, slots=True)
class Mark:
    """What one listing says to the resolver: bits, whether subdomains are covered, and its last day."""

    mask: int
    subdomains: bool
    last_day: int = layout.FOREVER


class IndexFile(Protocol):
    """What is needed of a file that is open for reading and writing."""

    def write(self, octets: bytes | bytearray | memoryview, /) -> int: ...
    def read(self, octets: int, /) -> bytes: ...
    def seek(self, at: int, /) -> int: ...


class _Ranges:
    """Entries `tag << 32 | place of the name` by the first bits of their tags: a pass less than to sort portions."""

    def __init__(self) -> None:
        self._ranges: list[array[int]] = [array("Q") for _ in range(_RANGES)]
        self._takers = [taken.append for taken in self._ranges]

    def add(self, places: array[int], tags: array[int]) -> None:
        """Take the entries of these places and tags."""
        pairs = array("I", bytes(8 * len(places)))
        pairs[0::2], pairs[1::2] = places, tags
        firsts = memoryview(tags).cast("B")[3::4].tolist()
        entries = memoryview(pairs).cast("B").cast("Q").tolist()
        deque(map(call, map(self._takers.__getitem__, firsts), entries), maxlen=0)

    def ordered(self) -> Iterator[list[int]]:
        """All entries in order, in lists of those whose tags lie in one range."""
        for taken in self._ranges:
            part = taken.tolist()
            part.sort()
            yield part


class IndexWriter:
    """Writes the index of one release to an empty file. `salt`: the digest of the release's inputs."""

    def __init__(self, file: IndexFile, categories: list[tuple[str, str, int]], salt: bytes) -> None:
        self._file = file
        self._salt = salt
        self._categories = layout.write_categories(categories)
        self._records_at = _rounded(layout.HEADER.size + len(self._categories))
        self._octets = self._records_at + len(layout.NO_RECORD)  # of the file so far
        self._retry = 0 if get_hash(layout.XXH32) is not None else SEEDS_WITH_XXHASH
        self._ranges = _Ranges()
        self.records = 0
        file.seek(0)
        file.write(bytes(self._records_at) + layout.NO_RECORD)

    def add(self, wires: Sequence[bytes], heads: Sequence[bytes]) -> None:
        """Add records of wire names that were not added before; `heads`: the octets of their first words."""
        for start in range(0, len(wires), _AT_ONCE):
            self._add(wires[start : start + _AT_ONCE], heads[start : start + _AT_ONCE])

    def _add(self, wires: Sequence[bytes], heads: Sequence[bytes]) -> None:
        pieces = [b""] * (2 * len(wires))  # joined by the way: an object for each record would cost a tenth of all
        pieces[0::2], pieces[1::2] = heads, wires
        octets = b"".join(pieces)
        if self._octets + len(octets) > _MOST_OCTETS:
            raise IndexFault(f"expected at most {_MOST_OCTETS} octets of names in an index, got more")
        self._file.write(octets)
        lengths = map(add, map(len, wires), repeat(layout.HEAD.size))
        places = array("I", accumulate(lengths, initial=self._octets + layout.HEAD.size))
        self._note(wires, places[: len(wires)])
        self._octets += len(octets)
        self.records += len(wires)

    def finish(
        self, sets: Sequence[tuple[Mark, ...]], number: int, names: int, one_label: bool = False
    ) -> layout.Header:
        """Lay out the table, write rows and header. `sets[0]` is empty: it stands for names with listed names below.

        `names`: how many of the records have a set; `one_label`: whether a name of one label is among them.

        Raises IndexFault if the names cluster under every seed, or if there are too many.
        """
        if sets[EMPTY_SET] or not all(sets[1:]) or len(sets) > layout.MOST_SETS or self.records > _MOST_ENTRIES:
            raise IndexFault(f"expected at most {layout.MOST_SETS} sets, the first alone empty, got {len(sets)}")
        table_at = _rounded(self._octets)
        slots = max(8, int(self.records / layout.LOAD) + 1)
        self._file.seek(self._octets)
        self._file.write(bytes(table_at - self._octets))
        while not self._write_table(slots, table_at):
            self._retry += 1
            if self._retry > SEEDS_WITH_XXHASH:
                raise IndexFault(f"expected names that spread under {self._retry} seeds, got clusters under each")
            self._ranges = _Ranges()
            self._read_entries()
        rows = b"".join(
            layout.ROW.pack(mark.mask, set_number, mark.last_day, mark.subdomains)
            for set_number, marks in enumerate(sets)
            for mark in marks
        )
        rows_at = table_at + 8 * (slots + layout.TAIL)
        self._file.seek(rows_at)
        self._file.write(rows)
        header = layout.Header(
            category_octets=len(self._categories),
            hash_kind=self._kind,
            retries=self._retry,
            one_label=int(one_label),
            seed=seed_for(self._salt, self._retry),
            slots=slots,
            records=self.records,
            names=names,
            rows=len(rows) // layout.ROW.size,
            number=number,
            records_at=self._records_at,
            table_at=table_at,
            rows_at=rows_at,
            size=rows_at + len(rows),
        )
        self._file.seek(0)
        self._file.write(layout.write_header(header) + self._categories)
        return header

    @property
    def _no_record(self) -> int:
        return self._records_at + layout.HEAD.size

    @property
    def _kind(self) -> int:
        return layout.XXH32 if self._retry < SEEDS_WITH_XXHASH else layout.BLAKE2B

    def _note(self, wires: Iterable[bytes], places: array[int]) -> None:
        """Take the entries of these names."""
        tags = array("I", map(find_hash(self._kind), wires, repeat(seed_for(self._salt, self._retry))))
        self._ranges.add(places, tags)

    def _read_entries(self) -> None:
        """Take the entries of all records under another seed: once in a great many releases."""
        at, end, rest = self._records_at + len(layout.NO_RECORD), self._octets, b""
        while at + len(rest) < end:
            self._file.seek(at + len(rest))
            rest += self._file.read(min(_READ_OCTETS, end - at - len(rest)))
            wires, places, start = [], array("I"), 0
            while stop := layout.name_end(rest, start + layout.HEAD.size):
                wires.append(rest[start + layout.HEAD.size : stop])
                places.append(at + start + layout.HEAD.size)
                start = stop
            self._note(wires, places)
            rest, at = rest[start:], at + start

    def _write_table(self, slots: int, table_at: int) -> bool:
        """Write TABLE; False if a name would sit too far from its home."""
        empty = layout.GREATEST_TAG << 32 | self._no_record
        self._file.seek(table_at)
        free = 0
        for part in self._ranges.ordered():
            base = free
            last_home = (part[-1] >> 32) * slots >> 32 if part else 0
            piece = array("Q", [empty]) * (max(0, last_home - base) + len(part) + 1)
            for entry in part:
                home = (entry >> 32) * slots >> 32
                if home > free:
                    free = home
                elif free - home > layout.LONGEST_PROBE:
                    return False
                piece[free - base] = entry
                free += 1
            self._file.write(memoryview(piece)[: free - base].cast("B"))
        rest = array("Q", [empty]) * (slots + layout.TAIL - free)
        rest[-1] = self._no_record
        self._file.write(memoryview(rest).cast("B"))
        return True


def write_index(
    names: Mapping[bytes, int],
    sets: Sequence[tuple[Mark, ...]],
    categories: list[tuple[str, str, int]],
    number: int,
    salt: bytes,
) -> bytes:
    """The index of a few `names` (wire name -> position in `sets`), whole. Raises IndexFault as `finish` does."""
    file = BytesIO()
    index = IndexWriter(file, categories, salt)
    deepest = _deepest_below(names)
    wires = sorted(names.keys() | deepest.keys())
    index.add(wires, [layout.HEAD.pack(names.get(wire, EMPTY_SET) << 8 | deepest.get(wire, 0)) for wire in wires])
    index.finish(sets, number, len(names), any(name[name[0] + 1] == 0 for name in names))
    return file.getvalue()


def _rounded(octets: int) -> int:
    return (octets + 7) & ~7


def _deepest_below(names: Iterable[bytes]) -> dict[bytes, int]:
    """Two-label suffix -> greatest label count of the names below it."""
    deepest: dict[bytes, int] = {}
    for name in names:
        offsets = label_offsets(name)
        if len(offsets) > 2:
            suffix = name[offsets[-2] :]
            deepest[suffix] = max(deepest.get(suffix, 0), len(offsets))
    return deepest
