"""How a release gets to disk and becomes current: complete and synchronised first, the pointer last.

A crash or a full disk at any point leaves the pointer at a whole release; what was half written lies in a folder whose
name is no number and is removed by the next build.

    new = NewRelease(state); new.open(...) or new.write(...) for each file; new.finish(manifest)

Between the manifest and the pointer is the place of the log: a release that it does not contain never becomes current.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from filterdns.errors import IndexFault, StateFault
from filterdns.lists.manifest import FileDigest, Manifest, write_manifest
from filterdns.lists.release import (
    MANIFEST,
    Release,
    current_file,
    get_pointed,
    open_release,
    release_numbers,
    releases_folder,
)

KEPT_RELEASES = 3  # to fall back on, and to compare with

_UNFINISHED = "unfinished-"
_NEVER = "never-"  # a finished release that did not become current

Recorder = Callable[[Path, Manifest], None]
"""Records a finished release folder before it becomes current; whatever it raises keeps the release from that."""


def record_nowhere(folder: Path, manifest: Manifest) -> None:
    """Without a log there is nothing to record in."""


class NewRelease:
    """A release being written. Every method raises StateFault if the disk refuses, and then nothing has changed.

    `number`: of a release that is made again; those before it are kept then.
    """

    def __init__(self, state: Path, number: int = 0) -> None:
        self._state, self._is_again = state, number > 0
        self.number = number or max(next(release_numbers(state), 0), *_never_current(state), 0) + 1
        self.folder = releases_folder(state) / f"{_UNFINISHED}{self.number:08d}"
        try:
            releases_folder(state).mkdir(parents=True, exist_ok=True)
            _remove_unfinished(state, get_pointed(state))
            self.folder.mkdir()
        except OSError as error:
            raise _fault(self.folder, error) from error

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A new file of the release, for writing anywhere in it; synchronised at the end."""
        path = self.folder / name
        try:
            with path.open("x+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.discard()
            raise _fault(path, error) from error
        except BaseException:
            self.discard()
            raise

    def write(self, name: str, parts: Iterable[bytes | bytearray | memoryview]) -> None:
        """Write one file from its parts and synchronise it."""
        with self.open(name) as file:
            for part in parts:
                file.write(part)

    def digest(self, name: str) -> FileDigest:
        """Size and SHA-256 of a file of the release, read back from the disk."""
        path = self.folder / name
        try:
            with path.open("rb") as file:
                return FileDigest(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            self.discard()
            raise _fault(path, error) from error

    def finish(self, manifest: Manifest, record: Recorder = record_nowhere) -> Release:
        """Write the manifest, give the folder its number, record it, and make it current."""
        self.write(MANIFEST, (write_manifest(manifest),))
        folder = _folder(self._state, self.number)
        try:
            _synchronise_folder(self.folder)
            self.folder.rename(folder)
            _synchronise_folder(folder.parent)
        except OSError as error:
            self.discard()
            raise _fault(folder, error) from error
        release = open_release(self._state, self.number)
        release.open_index()
        if any((folder / name).stat().st_size != digest.octets for name, digest in manifest.files.items()):
            raise IndexFault(f"{folder}: expected files as long as when they were written, got others")
        record(folder, manifest)
        make_current(self._state, self.number)
        if not self._is_again:
            _remove_old(self._state, self.number)
        return release

    def discard(self) -> None:
        """Remove what was written, as far as the disk lets us."""
        shutil.rmtree(self.folder, ignore_errors=True)


def reserve_number(state: Path, number: int) -> None:
    """Give no release this number or one below it: a log has them, whatever became of their folders. Raises StateFault.

    Lasts until there is a newer release.
    """
    if number and number > max(next(release_numbers(state), 0), *_never_current(state), 0):
        never = releases_folder(state) / f"{_NEVER}{number:08d}"
        try:
            never.mkdir(parents=True)
        except OSError as error:
            raise _fault(never, error) from error


def make_current(state: Path, number: int) -> None:
    """Point at this release, atomically and for good. Raises StateFault; the pointer then stays as it was."""
    path = current_file(state)
    fresh = path.with_name("current.new")
    try:
        with fresh.open("wb") as file:
            file.write(f"{number}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _synchronise_folder(state)
    except OSError as error:
        raise _fault(path, error) from error


def _remove_unfinished(state: Path, current: int | None) -> None:
    """Remove what was never finished, and the files of what was but never became current.

    An empty folder is left of the latter until there is a newer release: a log may have its number, which is not given
    twice.
    """
    for path in releases_folder(state).glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
    for number in release_numbers(state):
        if current is not None and number > current:
            never = releases_folder(state) / f"{_NEVER}{number:08d}"
            _folder(state, number).rename(never)
    for number in _never_current(state):
        for path in (releases_folder(state) / f"{_NEVER}{number:08d}").iterdir():
            path.unlink()


def _never_current(state: Path) -> list[int]:
    """Numbers of releases that were finished since the current one and did not become it."""
    return [int(path.name.removeprefix(_NEVER)) for path in releases_folder(state).glob(f"{_NEVER}{'[0-9]' * 8}")]


def _remove_old(state: Path, current: int) -> None:
    """Keep the newest releases; one that a worker still maps stays readable for it until it lets go."""
    for number in list(release_numbers(state))[KEPT_RELEASES:]:
        if number != current:
            shutil.rmtree(_folder(state, number), ignore_errors=True)
    for path in releases_folder(state).glob(f"{_NEVER}*"):
        shutil.rmtree(path, ignore_errors=True)


def _folder(state: Path, number: int) -> Path:
    return releases_folder(state) / f"{number:08d}"


def _synchronise_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fault(path: Path, error: OSError) -> StateFault:
    return StateFault(f"{path}: expected room for a release, got {error.strerror or error}")
