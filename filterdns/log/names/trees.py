"""Proofs from the name trees of one release: which leaf a name has, or between which two it would stand.

`tree_making` wrote the trees, `tree_file` is their file, `name_leaves` says what a leaf is, `name_proof` what a proof
is and how anybody checks one.  A proof reads a few hundred records of the index and takes a few milliseconds, however
many names there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from filterdns.errors import IndexFault, LogFault
from filterdns.lists.index.layout import HEAD
from filterdns.lists.release import INDEX, Release, map_file
from filterdns.log.names.leaves import HASHED, Said, around_name, hash_of, hashed_leaf, said_of, text_of
from filterdns.log.names.tree_file import SUBTREE_LEAVES, SUBTREE_LEVEL, TREES, TreeFile, TreeRow
from filterdns.log.names.tree_proof import NameProof, ProvenLeaf
from filterdns.names import MAX_NAME_OCTETS
from filterdns.tlog.tree import inclusion_proof, leaf_hash, node_hash, root_of

_KEPT_BLOCKS = 8  # leaf hashes of 256 leaves each, 8 KiB
_KEPT_TREES = 4  # of which the hashes above those blocks are kept: 800 KiB for a million names
_KEPT_SETS = 4_096  # in a category, 1 KiB each


class NameTrees:
    """The trees of a release. Raises IndexFault if the release has none, or if they are of another index."""

    def __init__(self, release: Release) -> None:
        self._file = TreeFile(map_file(release.folder / TREES))
        self._index = map_file(release.folder / INDEX)
        self._rows = release.open_listings()
        self._today: date = datetime.fromisoformat(release.manifest.built_at).date()
        self.salt = self._file.directory.salt
        self.trees: dict[str, TreeRow] = {row.category: row for row in self._file.directory.trees}
        if self._file.directory.index_sha256 != release.manifest.files[INDEX].sha256:
            raise IndexFault(f"{release.folder}: expected trees of this index, got those of another")
        self._around = lru_cache(_KEPT_SETS)(self._find_around)
        self._leaf_hashes = lru_cache(_KEPT_BLOCKS)(self._hash_leaves)
        self._upper = lru_cache(_KEPT_TREES)(self._hash_upper)

    def prove(self, category: str, name: str) -> NameProof:
        """Whether this name, canonical text in A-labels, has a leaf of its own in this category, and what proves it.

        Listings of names above it are leaves of those names.  Raises LogFault for a category without a tree.
        """
        row = self.trees.get(category)
        if row is None:
            known = ", ".join(self.trees)
            raise LogFault(f"{category}: expected a category with a tree, one of {known}, got none")
        wanted = self._key(row, name.encode())
        index = self._find(row, wanted)
        listed = index < row.names and self._key_at(row, index) == wanted
        indexes = [index] if listed else [each for each in (index - 1, index) if 0 <= each < row.names]
        return NameProof(
            category=category,
            name=name,
            names=row.names,
            root=bytes.fromhex(row.root),
            publication=row.publication,
            salt=self.salt if row.publication == HASHED else b"",
            listed=listed,
            leaves=tuple(self._prove_leaf(row, each) for each in indexes),
        )

    def _prove_leaf(self, row: TreeRow, index: int) -> ProvenLeaf:
        proof = inclusion_proof(index, row.names, self._hashes(row))
        return ProvenLeaf(index, self._leaf(row, index), tuple(proof))

    def _hashes(self, row: TreeRow) -> Callable[[int, int], bytes]:
        return lambda level, number: self._node(row, level, number)

    def _node(self, row: TreeRow, level: int, number: int) -> bytes:
        """The hash of a complete subtree of 2 to the power of `level` leaves."""
        if level >= SUBTREE_LEVEL:
            return self._upper(row)[level - SUBTREE_LEVEL][number]
        first = number << level
        at = first % SUBTREE_LEAVES
        return root_of(self._leaf_hashes(row, first // SUBTREE_LEAVES)[at : at + (1 << level)])

    def _hash_upper(self, row: TreeRow) -> list[list[bytes]]:
        """Level by level the hashes of complete subtrees of 256 leaves and more."""
        levels = [self._file.subtrees(row.category)]
        while len(levels[-1]) > 1:
            levels.append([node_hash(*pair) for pair in zip(levels[-1][::2], levels[-1][1::2], strict=False)])
        return levels

    def _hash_leaves(self, row: TreeRow, block: int) -> list[bytes]:
        first = block * SUBTREE_LEAVES
        indexes = range(first, min(first + SUBTREE_LEAVES, row.names))
        return [leaf_hash(self._leaf(row, index)) for index in indexes]

    def _find(self, row: TreeRow, wanted: bytes) -> int:
        """The first leaf whose key is not below this one."""
        low, high = 0, row.names
        while low < high:
            middle = (low + high) // 2
            if self._key_at(row, middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _key(self, row: TreeRow, name: bytes) -> bytes:
        return hash_of(row.category, name, self.salt) if row.publication == HASHED else name

    def _key_at(self, row: TreeRow, index: int) -> bytes:
        return self._key(row, self._name_at(row, index)[0])

    def _leaf(self, row: TreeRow, index: int) -> bytes:
        name, number = self._name_at(row, index)
        around = self._around(row.category, number)
        if row.publication == HASHED:
            return hashed_leaf(around.said, self._key(row, name))
        return around.before + name + around.after

    def _name_at(self, row: TreeRow, index: int) -> tuple[bytes, int]:
        """The name of a leaf in canonical text, and the number of its set."""
        place = self._file.places(row.category)[index]
        end = self._index.find(b"\0", place, place + MAX_NAME_OCTETS)
        if place < HEAD.size or end < 0:
            raise IndexFault(f"expected a name at octet {place} of the index, got none; the release is damaged")
        (head,) = HEAD.unpack_from(self._index, place - HEAD.size)
        return text_of(self._index[place:end]), head >> 8

    def _find_around(self, category: str, number: int) -> _Around:
        """What a set says in a category, and the octets of its OPEN leaves."""
        for said in said_of(self._rows.find(number), self._today):
            if said.category == category:
                return _Around(said, *around_name(said))
        raise IndexFault(f"expected a listing in {category} in set {number}, got none; the release is damaged")


@dataclass(frozen=True, slots=True)
class _Around:
    said: Said
    before: bytes
    after: bytes
