"""What a build keeps for the next one: which feeds name each name of its `seen` file, STATE/work/merged.

    magic 8 | u64 where the JSON begins | u32 CRC-32 of the JSON | for each shelf u16 or u32 for each name of `seen`:
    its combination | JSON

A list that has not changed need not be merged again: the next build begins with these combinations and looks at the
names of changed lists alone.  The names that a rule was about are kept too: while rules are about the same names, only
what no list named before is asked about.  The file costs two octets a name on the disk.  It says of which `seen` file
it speaks; one that is damaged or of another is as good as none, and then everything is merged anew, to the same result.
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import IO

import filterdns
from filterdns.errors import StateFault
from filterdns.lists.index.numbers import Numbers
from filterdns.lists.index.short_numbers import ShortNumbers
from filterdns.lists.runs import Run
from filterdns.lists.shelves import BOUNDS, SHELVES

VERSION = 2
_MAGIC = b"FDNSMRG\n"
_HEADER = struct.Struct("<8s Q I")

Feeds = tuple[int, ...]
"""Numbers of feeds, two for each list: 2 * list, and one more for names with their subdomains."""


@dataclass(frozen=True, slots=True)
class ListKey:
    """What names a list gave to a merge: only a list with the same key gives the same ones."""

    id: str
    run: str
    subdomains: bool


def list_key(id_: str, run: Run, subdomains: bool) -> ListKey:
    """The key of a list that is used."""
    return ListKey(id_, run.path.name, subdomains)


@dataclass(frozen=True, slots=True)
class MergedBefore:
    """The combinations of the build before. Combination 0 is of no feed: a name that is only remembered."""

    path: Path
    lists: tuple[ListKey, ...]
    combinations: tuple[Feeds, ...]
    places: tuple[tuple[str, int, int, int], ...]  # of each shelf: type code, where it begins, octets and their CRC-32
    rules: str  # `NameRules.digest`
    ruled: tuple[tuple[bytes, ...], ...]  # of each shelf: the names that a rule was about, among those that were listed

    def shelf(self, number: int) -> array[int]:
        """The combination of each name of a shelf. Raises ValueError or OSError if the file is damaged."""
        type_code, at, octets, checksum = self.places[number]
        with self.path.open("rb") as file:
            file.seek(at)
            text = file.read(octets)
        if len(text) != octets or zlib.crc32(text) != checksum:
            raise ValueError(f"{self.path}: expected {octets} octets as they were written, got others")
        return array(type_code, text)


def load_merged(state: Path, seen_sha256: str) -> MergedBefore | None:
    """What was kept of the build that wrote this `seen` file; None if there is none or it is not whole."""
    path = merged_path(state)
    try:
        with path.open("rb") as file:
            magic, at, checksum = _HEADER.unpack(file.read(_HEADER.size))
            file.seek(at)
            text = file.read()
        values = json.loads(text)
        if (
            magic != _MAGIC
            or checksum != zlib.crc32(text)
            or values["seen"] != seen_sha256
            or values["version"] != _version()
        ):
            return None
        before = MergedBefore(
            path=path,
            lists=tuple(ListKey(*key) for key in values["lists"]),
            combinations=tuple(map(tuple, values["combinations"])),
            places=tuple(map(tuple, values["places"])),
            rules=values["rules"],
            ruled=tuple(tuple(names.encode().split()) for names in values["ruled"]),
        )
        for shelf in range(SHELVES):  # now, while doing without costs nothing
            before.shelf(shelf)
    except (OSError, ValueError, KeyError, TypeError, IndexError, struct.error):
        return None
    return before


class MergedWriter:
    """Keeps combinations for the next build, shelf by shelf, in an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._places: list[tuple[str, int, int, int]] = []
        self._shelf = ShortNumbers()
        self._at = file.write(bytes(_HEADER.size))

    def add(self, combinations: Numbers) -> None:
        """Take the combination of each name that `seen` has next on its shelf."""
        self._shelf.add(combinations)

    def end_shelf(self) -> None:
        """Write the shelf: it has no more names."""
        text = self._shelf.octets
        self._places.append((self._shelf.type_code, self._at, len(text), zlib.crc32(text)))
        self._at += self._file.write(text)
        self._shelf = ShortNumbers()

    def finish(
        self,
        lists: Sequence[ListKey],
        combinations: Sequence[Feeds],
        seen_sha256: str,
        rules: str,
        ruled: Sequence[Sequence[bytes]],
    ) -> None:
        """Write what the combinations are of, and which names of each shelf a rule was about."""
        values = {
            "version": _version(),
            "seen": seen_sha256,
            "lists": list(map(astuple, lists)),
            "combinations": combinations,
            "places": self._places,
            "rules": rules,
            "ruled": [b" ".join(names).decode() for names in ruled],
        }
        text = json.dumps(values, separators=(",", ":")).encode()
        self._file.write(text)
        self._file.seek(0)
        self._file.write(_HEADER.pack(_MAGIC, self._at, zlib.crc32(text)))


@contextmanager
def keep_merged(state: Path) -> Iterator[MergedWriter]:
    """What this build keeps for the next one, whole or not at all. Raises StateFault if the disk refuses.

    Nothing is synchronised: what a crash leaves is found damaged and made again.
    """
    path = merged_path(state)
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            yield MergedWriter(file)
        fresh.replace(path)
    except OSError as error:
        raise StateFault(f"{path}: expected room for what a build keeps, got {error.strerror or error}") from error


def merged_path(state: Path) -> Path:
    """Where combinations are kept."""
    return state / "work" / "merged"


def _version() -> str:
    """Shelves that are cut elsewhere, or another program, make what was kept useless."""
    return f"{VERSION} {filterdns.__version__} {zlib.crc32(b' '.join(BOUNDS))}"
