"""From names and sets to the octets of an index. The same names in the same order give the same octets.

`IndexWriter` takes names in portions and writes their records at once, so that a release of millions of names needs
little memory: eight octets a name are kept until the table is laid out.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import repeat
from typing import Protocol

from filterdns.errors import IndexFault
from filterdns.lists.index import columns, layout, table
from filterdns.lists.index.hashing import SEEDS_WITH_XXHASH, find_hash, get_hash, seed_for
from filterdns.lists.index.numbers import HAS_NUMPY, Numbers
from filterdns.lists.index.records import Wires, lay_records
from filterdns.lists.index.table import Crowded
from filterdns.names import label_offsets

EMPTY_SET = 0

_MOST_ENTRIES = 1 << 30  # tags are 32 bits: more names than this would be mostly collisions
_MOST_OCTETS = (1 << 32) - (1 << 20)  # places are 32 bits
_READ_OCTETS = 1 << 20
_AT_ONCE = 4_000  # names that are added, so that what is done to them finds them in the processor's cache


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


def _entries() -> table.Entries | columns.Entries:
    return columns.Entries() if HAS_NUMPY else table.Entries()


class IndexWriter:
    """Writes the index of one release to an empty file. `salt`: the digest of the release's inputs."""

    def __init__(self, file: IndexFile, categories: list[tuple[str, str, int]], salt: bytes) -> None:
        self._file = file
        self._salt = salt
        self._categories = layout.write_categories(categories)
        self._records_at = _rounded(layout.HEADER.size + len(self._categories))
        self._octets = self._records_at + len(layout.NO_RECORD)  # of the file so far
        self._retry = 0 if get_hash(layout.XXH32) is not None else SEEDS_WITH_XXHASH
        self._entries = _entries()
        self.records = 0
        file.seek(0)
        file.write(bytes(self._records_at) + layout.NO_RECORD)

    def add(self, names: Sequence[bytes], heads: Numbers) -> None:
        """Add records of canonical names in text that were not added before; `heads`: their first words."""
        forms = Wires()
        for start in range(0, len(names), _AT_ONCE):
            part, their_heads = names[start : start + _AT_ONCE], heads[start : start + _AT_ONCE]
            if HAS_NUMPY:
                self._add(*columns.lay_records(part, their_heads, self._octets))
            else:
                self.add_wires(forms.of(part), their_heads)

    def add_wires(self, wires: Sequence[bytes], heads: Sequence[int]) -> None:
        """The same of wire names."""
        self._add(*lay_records(wires, heads, self._octets))

    def _add(self, octets: bytes | bytearray, wires: Iterable[bytes], places: Sequence[int]) -> None:
        if self._octets + len(octets) > _MOST_OCTETS:
            raise IndexFault(f"expected at most {_MOST_OCTETS} octets of names in an index, got more")
        self._file.write(octets)
        self._note(wires, places)
        self._octets += len(octets)
        self.records += len(places)

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
            self._entries = _entries()
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

    def _note(self, wires: Iterable[bytes], places: Sequence[int]) -> None:
        """Take the entries of these names."""
        tags = array("I", map(find_hash(self._kind), wires, repeat(seed_for(self._salt, self._retry))))
        self._entries.add(places, tags)

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
        taken = 0
        try:
            for octets in self._entries.table(slots, empty):
                taken += self._file.write(octets) // 8
        except Crowded:
            return False
        rest = array("Q", [empty]) * (slots + layout.TAIL - taken)
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
    index.add_wires(wires, [names.get(wire, EMPTY_SET) << 8 | deepest.get(wire, 0) for wire in wires])
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
