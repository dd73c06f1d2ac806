"""How a release gets to disk and becomes current: complete and synchronised first, the pointer last.

A crash or a full disk at any point leaves the pointer at a whole release; what was half written lies in a folder whose
name is no number and is removed by the next build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.manifest import FileDigest
from filterdns.lists.release import Release, current_file, open_release, release_numbers, releases_folder, verify

KEPT_RELEASES = 3  # to fall back on, and to compare with

_UNFINISHED = "unfinished-"


class NewRelease:
    """A release being written. Every method raises StateFault if the disk refuses, and then nothing has changed."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self.number = next(release_numbers(state), 0) + 1
        self._folder = releases_folder(state) / f"{_UNFINISHED}{self.number:08d}"
        try:
            releases_folder(state).mkdir(parents=True, exist_ok=True)
            _remove_unfinished(state)
            self._folder.mkdir()
        except OSError as error:
            raise _fault(self._folder, error) from error

    def write(self, name: str, parts: Iterable[bytes | bytearray | memoryview]) -> FileDigest:
        """Write one file from its parts and synchronise it."""
        digest, size = hashlib.sha256(), 0
        path = self._folder / name
        try:
            with path.open("xb") as file:
                for part in parts:
                    file.write(part)
                    digest.update(part)
                    size += len(part)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            self.discard()
            raise _fault(path, error) from error
        return FileDigest(size, digest.hexdigest())

    def finish(self) -> Release:
        """Give the folder its number, read its digests back, and make it current."""
        folder = releases_folder(self._state) / f"{self.number:08d}"
        try:
            _synchronise_folder(self._folder)
            self._folder.rename(folder)
            _synchronise_folder(folder.parent)
        except OSError as error:
            self.discard()
            raise _fault(folder, error) from error
        release = open_release(self._state, self.number)
        verify(release)
        make_current(self._state, self.number)
        _remove_old(self._state, self.number)
        return release

    def discard(self) -> None:
        """Remove what was written, as far as the disk lets us."""
        shutil.rmtree(self._folder, ignore_errors=True)


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


def _remove_unfinished(state: Path) -> None:
    for path in releases_folder(state).glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


def _remove_old(state: Path, current: int) -> None:
    """Keep the newest releases; one that a worker still maps stays readable for it until it lets go."""
    for number in list(release_numbers(state))[KEPT_RELEASES:]:
        if number != current:
            shutil.rmtree(releases_folder(state) / f"{number:08d}", ignore_errors=True)


def _synchronise_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fault(path: Path, error: OSError) -> StateFault:
    return StateFault(f"{path}: expected room for a release, got {error.strerror or error}")
