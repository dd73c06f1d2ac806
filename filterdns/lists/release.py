"""Releases on disk: the current one, its index mapped read-only, and the newest one whose digests are right.

    STATE/current                       the number of the current release
    STATE/releases/00000007/index       `index.layout`
                            listings    `index.rows`
                            seen        `index.seen`
                            set_aside   what lists named and a rule kept off, `set_aside`
                            allowed     names that were taken off, `revocations`
                            own         names that we list ourselves, a line each, in order
                            delta       what changed against the release before, `changes`
                            manifest.json

Read by workers and pages: this module imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filterdns.errors import IndexFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.index.seen import SeenNames
from filterdns.lists.manifest import Manifest, read_manifest
from filterdns.lists.set_aside import SetAsideNames

INDEX, LISTINGS, SEEN, SET_ASIDE, ALLOWED, OWN, DELTA = FILES = (
    "index",
    "listings",
    "seen",
    "set_aside",
    "allowed",
    "own",
    "delta",
)
MANIFEST = "manifest.json"
MOST_MANIFEST_OCTETS = 16 * 1024 * 1024

_MOST_POINTER_OCTETS = 32


@dataclass(frozen=True, slots=True)
class Release:
    """One immutable release."""

    number: int
    folder: Path
    manifest: Manifest

    def open_index(self, today: int = 0) -> ReleaseIndex:
        """The mapped index, header and size checked; `today` in days since 1970-01-01 UTC. Raises IndexFault."""
        return ReleaseIndex(map_file(self.folder / INDEX), today)

    def open_listings(self) -> ListingRows:
        """What people read about each set of the index, mapped. Raises IndexFault."""
        return ListingRows(map_file(self.folder / LISTINGS))

    def open_seen(self) -> SeenNames:
        """Which lists named a name since when, mapped. Raises IndexFault."""
        return SeenNames(map_file(self.folder / SEEN))

    def open_set_aside(self) -> SetAsideNames:
        """What lists named and a rule kept off, mapped. Raises IndexFault."""
        path = self.folder / SET_ASIDE
        is_empty = path.exists() and path.stat().st_size == 0  # which cannot be mapped
        return SetAsideNames(b"" if is_empty else map_file(path))


def releases_folder(state: Path) -> Path:
    """Where releases lie."""
    return state / "releases"


def current_file(state: Path) -> Path:
    """The file with the number of the current release; its change is how readers notice a new one."""
    return state / "current"


def open_current(state: Path) -> Release:
    """The release that `current` names. Raises IndexFault if there is none or it cannot be read."""
    return open_release(state, pointed_number(state))


def pointed_number(state: Path) -> int:
    """The number in `current`, whatever lies there. Raises IndexFault if there is none."""
    path = current_file(state)
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_POINTER_OCTETS).strip()
    except OSError as error:
        raise IndexFault(f"{path}: expected the number of a release, got {error.strerror}; build the lists") from error
    if not text.isdigit():
        raise IndexFault(f"{path}: expected the number of a release, got {text!r}; build the lists again")
    return int(text)


def open_release(state: Path, number: int) -> Release:
    """The release of this number. Raises IndexFault if it is not there or its manifest is not its own."""
    folder = releases_folder(state) / f"{number:08d}"
    try:
        with (folder / MANIFEST).open("rb") as file:
            manifest = read_manifest(file.read(MOST_MANIFEST_OCTETS))
    except OSError as error:
        raise IndexFault(f"{folder}: expected a release, got {error.strerror}") from error
    if manifest.number != number:
        raise IndexFault(f"{folder}: expected the manifest of release {number}, got that of {manifest.number}")
    return Release(number, folder, manifest)


def verify(release: Release) -> None:
    """Compare the digests of all files with the manifest, by read(). Raises IndexFault."""
    for name in FILES:
        expected = release.manifest.files.get(name)
        path = release.folder / name
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise IndexFault(f"{path}: expected a file of the release, got {error.strerror}") from error
        if expected is None or digest != expected.sha256:
            raise IndexFault(f"{path}: expected the digest of the manifest, got {digest[:16]}...; the file is damaged")


def newest_good(state: Path, first: int = 0) -> Release:
    """Release `first` if its digests are right, else the one of the highest number that is whole.

    One behind the pointer never became current, maybe because no log has it, and is not taken.  Raises IndexFault if
    there is none.
    """
    pointed = get_pointed(state)
    for number in (first, *release_numbers(state)):
        if pointed is not None and number > pointed:
            continue
        try:
            release = open_release(state, number)
            verify(release)
            release.open_index()
        except IndexFault:
            continue
        return release
    raise IndexFault(f"{releases_folder(state)}: expected a release, got none that is whole; build the lists")


def release_numbers(state: Path) -> Iterator[int]:
    """Numbers of the releases that lie there, whole or not, the highest first."""
    try:
        names = [path.name for path in releases_folder(state).iterdir()]
    except OSError:
        names = []
    yield from sorted((int(name) for name in names if name.isdigit() and len(name) == 8), reverse=True)


def get_pointed(state: Path) -> int | None:
    """The number in `current`, None if there is none."""
    try:
        return pointed_number(state)
    except IndexFault:
        return None


def let_go(mapped: mmap.mmap) -> None:
    """Take what was read of a mapped file out of this process's memory; it is read again when it is needed."""
    mapped.madvise(mmap.MADV_DONTNEED)


def map_file(path: Path) -> mmap.mmap:
    """A file of a release, mapped read-only. Raises IndexFault."""
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise IndexFault(f"{path}: expected a file of the release, got {error}") from error
