"""Octets of the `trees` file of a release, little-endian: what it takes to prove quickly what is in its name trees.

    +--------+--------------------+--------------------+--------------------+-----+
    | HEADER | directory, JSON    | tree 0: places     | tree 0: subtrees   | ... |
    |        | filled up to 8     | u32 each, up to 8  | 32 each            |     |
    +--------+--------------------+--------------------+--------------------+-----+

A place is where the name of a leaf begins in the release's `index`, in the order of the leaves.  A subtree is the hash
of 256 leaves; what is left of the last 256 has none.  The directory says of which index this is, the salt of HASHED
trees, and of each tree its category, how it is published, how many names it has and its root.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import IO, Any

from filterdns.errors import IndexFault
from filterdns.log.names.leaves import HASHED, OPEN
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.tree import HASH_OCTETS

TREES = "trees"  # the file's name
SUBTREE_LEVEL = 8
SUBTREE_LEAVES = 1 << SUBTREE_LEVEL

_MAGIC = b"FDNSTRE\n"
_VERSION = 1
_HEADER = Struct("<8s I I Q")  # magic, version, octets of the directory, size of the file
_PLACE_OCTETS = 4
_MOST_DIRECTORY_OCTETS = 1 << 16


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One tree as a release's entry names it. `root` in hexadecimal."""

    category: str
    publication: str  # OPEN or HASHED
    names: int
    root: str

    def fields(self) -> dict[str, Any]:
        """As the entry has it."""
        return {
            "category": self.category,
            "names": self.names,
            "publication": self.publication,
            "root": self.root,
        }


@dataclass(frozen=True, slots=True)
class Directory:
    """What is in the file. `index_sha256`: of the index that places are of."""

    index_sha256: str
    salt: bytes
    trees: tuple[TreeRow, ...]


class TreeFile:
    """The trees of one release over `buffer`, bytes or a read-only mmap. Raises IndexFault if they are damaged."""

    def __init__(self, buffer: Any) -> None:
        if len(buffer) < _HEADER.size:
            raise IndexFault(f"expected a file of trees of at least {_HEADER.size} octets, got {len(buffer)}")
        magic, version, octets, size = _HEADER.unpack(bytes(buffer[: _HEADER.size]))
        if magic != _MAGIC or version != _VERSION:
            raise IndexFault(f"expected a file of trees of version {_VERSION}, got {magic!r} {version}")
        if size != len(buffer) or octets > min(size - _HEADER.size, _MOST_DIRECTORY_OCTETS):
            raise IndexFault(f"expected a file of trees of {size} octets, got {len(buffer)}")
        self._view = memoryview(buffer)
        self.directory = _read_directory(bytes(self._view[_HEADER.size : _HEADER.size + octets]))
        self._parts: dict[str, tuple[memoryview, memoryview]] = {}
        at = _rounded(_HEADER.size + octets)
        for row in self.directory.trees:
            places_end, end = _ends(at, row.names)
            if end > size:
                raise IndexFault(f"expected {row.names} names in the tree of {row.category}, got fewer octets")
            places = self._view[at : at + _PLACE_OCTETS * row.names].cast("I")
            self._parts[row.category] = places, self._view[places_end:end]
            at = end
        if at != size:
            raise IndexFault(f"expected the trees to end at {size}, got {at}")

    def places(self, category: str) -> Sequence[int]:
        """Where the name of each leaf begins in the index."""
        return self._parts[category][0]

    def subtrees(self, category: str) -> list[bytes]:
        """The hash of each 256 leaves, from the first on."""
        octets = bytes(self._parts[category][1])
        return [octets[at : at + HASH_OCTETS] for at in range(0, len(octets), HASH_OCTETS)]


def write_tree_file(
    file: IO[bytes], directory: Directory, parts: Mapping[str, tuple[array[int], bytes | bytearray]]
) -> None:
    """Write the places and the subtrees of each tree of the directory to an empty file."""
    text = write_canonical(
        {
            "index": directory.index_sha256,
            "salt": directory.salt.hex(),
            "trees": [row.fields() for row in directory.trees],
        }
    )
    size = at = _rounded(_HEADER.size + len(text))
    for row in directory.trees:
        size = _ends(size, row.names)[1]
    file.write(_HEADER.pack(_MAGIC, _VERSION, len(text), size) + text + bytes(at - _HEADER.size - len(text)))
    for row in directory.trees:
        places, subtrees = parts[row.category]
        file.write(places.tobytes() + bytes(-_PLACE_OCTETS * len(places) % 8))
        file.write(subtrees)


def _ends(at: int, names: int) -> tuple[int, int]:
    """Where the places and the subtrees end of a tree that begins here."""
    places_end = _rounded(at + _PLACE_OCTETS * names)
    return places_end, places_end + HASH_OCTETS * (names // SUBTREE_LEAVES)


def _rounded(octets: int) -> int:
    return (octets + 7) & ~7


def _read_directory(octets: bytes) -> Directory:
    try:
        values = json.loads(octets)
        trees = tuple(
            TreeRow(str(row["category"]), str(row["publication"]), int(row["names"]), str(row["root"]))
            for row in values["trees"]
        )
        if not all(row.publication in (OPEN, HASHED) and row.names >= 0 for row in trees):
            raise ValueError
        return Directory(str(values["index"]), bytes.fromhex(values["salt"]), trees)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexFault("expected a directory of trees, got damaged octets") from error
