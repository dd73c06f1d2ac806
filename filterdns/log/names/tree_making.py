"""The name trees of a finished release folder: one pass over its index, in little memory, written beside it as `trees`.

A million names take seconds and a few octets each, so what is done to a name is done in C where it can be: records are
cut by one expression, names become text together, and each leaf is three pieces joined, of which the first and the last
are made once for all names of a set.  Of the tree itself no more is kept than the hash of each 256 leaves.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from itertools import accumulate, chain, compress, repeat
from operator import add, call
from pathlib import Path
from typing import IO

from filterdns.errors import IndexFault, StateFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.index.layout import HEAD, HEADER, NO_RECORD, Header, read_header
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.index.writer import EMPTY_SET
from filterdns.lists.manifest import Manifest
from filterdns.lists.release import INDEX, LISTINGS, map_file
from filterdns.log.names.leaves import (
    COUNTED,
    HASHED,
    OPEN,
    PROTECTIONS,
    Said,
    around_hashed,
    around_name,
    hashed_leaf,
    said_of,
    salt_of,
    texts_of,
)
from filterdns.log.names.tree_file import SUBTREE_LEAVES, SUBTREE_LEVEL, TREES, Directory, TreeRow, write_tree_file
from filterdns.tlog.tree import HASH_OCTETS, leaf_hash, root_of

_OCTETS = 1 << 15  # of records that are looked at together: what is made of them stays in the processor's cache
_ROOT_OCTETS = 1
LEAF_PREFIX, NODE_PREFIX = b"\0", b"\1"  # RFC 6962 section 2.1

# Head and name of a record: no octet of a canonical name is 0 but its last.
_records = re.compile(rb"(.{4})([^\0]+)\0", re.DOTALL).findall


def make_name_trees(folder: Path, manifest: Manifest, table: CategoryTable) -> Directory:
    """Write the trees of the release in this folder; what an entry says of them.

    Raises IndexFault for an index that is damaged, StateFault if the disk refuses.
    """
    path = folder / TREES
    today = datetime.fromisoformat(manifest.built_at).date()
    salt = salt_of(manifest.inputs_sha256)
    making = _Making(table, ListingRows(map_file(folder / LISTINGS)), salt, today)
    with (folder / INDEX).open("rb") as index:
        header = read_header(index.read(HEADER.size), manifest.files[INDEX].octets)
        for wires, sets, places in _batches(index, header):
            making.add(wires, sets, places)
    trees = making.finish()
    directory = Directory(manifest.files[INDEX].sha256, salt, tuple(tree.row() for tree in trees))
    try:
        with path.open("wb") as file:
            write_tree_file(file, directory, {tree.category: (tree.places, tree.subtrees) for tree in trees})
    except OSError as error:
        raise StateFault(f"{path}: expected room for the trees of a release, got {error.strerror or error}") from error
    return directory


def _batches(file: IO[bytes], header: Header) -> Iterator[tuple[list[bytes], list[int], list[int]]]:
    """Wire names without their root label, set numbers, and places of the names, in the order of the index."""
    at, left, rest = header.records_at + len(NO_RECORD), header.records, b""
    file.seek(at)
    while left:
        read = file.read(min(_OCTETS, header.table_at - at - len(rest)))
        octets = rest + read
        found = _records(octets)[:left]
        if not found or not read:
            raise IndexFault(f"expected {left} more names in the index, got the end of its records")
        wires = [wire for _, wire in found]
        heads = array("I", b"".join([head for head, _ in found]))
        lengths = map(add, map(len, wires), repeat(HEAD.size + _ROOT_OCTETS))
        places = list(accumulate(lengths, initial=at + HEAD.size))
        end = places.pop() - HEAD.size
        yield wires, [head >> 8 for head in heads], places
        rest, at = octets[end - at :], end
        left -= len(found)


class _Tree:
    """A tree whose leaves come in their order."""

    publication = OPEN

    def __init__(self, category: str) -> None:
        self.category = category
        self.places = array("I")
        self.subtrees = bytearray()  # hashes of 256 leaves
        self.hashes: list[bytes] = []  # of leaves that have no subtree yet

    def around(self, said: Said) -> tuple[bytes, bytes]:
        """What stands before and behind a name in the octets whose hash the tree takes."""
        before, after = around_name(said)
        return LEAF_PREFIX + before, after

    def taker(self, said: Said) -> Callable[[int], None]:
        """Takes the places of names of which this is said."""
        return self.places.append

    def settle(self) -> None:
        """Keep the hashes of whole subtrees in the place of those of their leaves."""
        count = len(self.hashes) // SUBTREE_LEAVES * SUBTREE_LEAVES
        if count:
            self.subtrees += b"".join(subtree_hashes(self.hashes[:count]))
            del self.hashes[:count]

    def finish(self) -> None:
        """All leaves have come."""
        self.settle()

    def row(self) -> TreeRow:
        """What the release's entry says of the finished tree."""
        subtrees = bytes(self.subtrees)
        whole = [subtrees[at : at + HASH_OCTETS] for at in range(0, len(subtrees), HASH_OCTETS)]
        return TreeRow(self.category, self.publication, len(self.places), root_over(whole, self.hashes).hex())


class _HashedTree(_Tree):
    """A tree whose leaves have to be put in the order of the names' hashes first."""

    publication = HASHED

    def __init__(self, category: str, salt: bytes) -> None:
        super().__init__(category)
        self._salt = salt
        self._said: list[tuple[int, Said]] = []  # of each leaf its place and what is said

    def around(self, said: Said) -> tuple[bytes, bytes]:
        return around_hashed(said.category, self._salt)

    def taker(self, said: Said) -> Callable[[int], None]:
        return lambda place: self._said.append((place, said))

    def settle(self) -> None:
        """Nothing is settled before all have come."""

    def finish(self) -> None:
        """Make leaves of the hashes of names."""
        ordered = sorted(zip(self.hashes, self._said, strict=True), key=lambda each: each[0])
        self.places = array("I", [place for _, (place, _) in ordered])
        self.hashes = [leaf_hash(hashed_leaf(said, hashed)) for hashed, (_, said) in ordered]
        super().settle()


class _Making:
    """All trees of one release, while the names of its index go by.

    A thing said is a set of listings and one of its categories, numbered as they come.
    """

    def __init__(self, table: CategoryTable, rows: ListingRows, salt: bytes, today: date) -> None:
        self._trees: dict[str, _Tree] = {}
        for row in table.categories:
            if row.publication != COUNTED:
                is_open = row.publication == OPEN
                self._trees[row.id] = _Tree(row.id) if is_open else _HashedTree(row.id, salt)
        self._trees |= {category: _Tree(category) for category in PROTECTIONS}
        self._rows, self._today = rows, today
        self._things: dict[int, tuple[int, ...]] = {EMPTY_SET: ()}  # by set number
        self._before: list[bytes] = []  # by thing
        self._after: list[bytes] = []
        self._hash_takers: list[Callable[[bytes], None]] = []
        self._place_takers: list[Callable[[int], None]] = []
        self._last = b""

    def add(self, wires: Sequence[bytes], sets: Sequence[int], places: Sequence[int]) -> None:
        """Take names in the order of the index. Raises IndexFault for another order."""
        for number in set(sets) - self._things.keys():
            self._look_at(number)
        by_name = list(map(self._things.__getitem__, sets))
        counts = list(map(len, by_name))
        things = list(chain.from_iterable(by_name))
        names = chain.from_iterable(map(repeat, self._in_order(texts_of(wires), counts), counts))
        pieces = zip(map(self._before.__getitem__, things), names, map(self._after.__getitem__, things), strict=True)
        hashes = [sha256(octets).digest() for octets in map(b"".join, pieces)]
        deque(map(call, map(self._hash_takers.__getitem__, things), hashes), maxlen=0)
        of_leaves = chain.from_iterable(map(repeat, places, counts))
        deque(map(call, map(self._place_takers.__getitem__, things), of_leaves), maxlen=0)
        for tree in self._trees.values():
            tree.settle()

    def finish(self) -> list[_Tree]:
        """All of them, whole."""
        for tree in self._trees.values():
            tree.finish()
        return list(self._trees.values())

    def _look_at(self, number: int) -> None:
        """Number the things that a set says into trees."""
        things = []
        for said in said_of(self._rows.find(number), self._today):
            tree = self._trees.get(said.category)
            if tree is None:
                continue
            before, after = tree.around(said)
            things.append(len(self._before))
            self._before.append(before)
            self._after.append(after)
            self._hash_takers.append(tree.hashes.append)
            self._place_takers.append(tree.taker(said))
        self._things[number] = tuple(things)

    def _in_order(self, names: list[bytes], counts: list[int]) -> list[bytes]:
        """The same names, all behind those that came before; those that are in no tree stand where they like."""
        listed = [self._last, *compress(names, counts)]
        if listed != sorted(listed):
            raise IndexFault("expected names of an index in the order of their text, got others")
        self._last = listed[-1]
        return names


def subtree_hashes(hashes: list[bytes]) -> list[bytes]:
    """The hash of each 256 leaves, of which there are whole subtrees alone."""
    for _ in range(SUBTREE_LEVEL):
        pairs = zip(repeat(NODE_PREFIX), hashes[::2], hashes[1::2], strict=False)
        hashes = [sha256(octets).digest() for octets in map(b"".join, pairs)]
    return hashes


def root_over(subtrees: Sequence[bytes], leaves: Sequence[bytes]) -> bytes:
    """The root of a tree of whole subtrees and fewer than 256 leaf hashes behind them (RFC 6962 section 2.1).

    A tree is split at the greatest power of two below its size, so the whole subtrees make one of their own.
    """
    if not leaves:
        return root_of(subtrees)
    if not subtrees:
        return root_of(leaves)
    return root_of([*subtrees, root_of(leaves)])
