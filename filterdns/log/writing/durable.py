"""Files that survive a crash whole: written beside, synchronised, renamed, and the folder synchronised.

`Disk` is the one seam through which the log changes a disk, so that a test can stop at each step of it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.log.writing.file_system import can_synchronise, synchronise_file_systems

PUBLIC_MODE = 0o644
SECRET_MODE = 0o600

_FRESH = ".new"  # what is being written
_FEW = 8  # files that are not worth threads
_AT_ONCE = 4  # more is not faster
_MANY = 32  # files for which all else that is dirty in the file system is worth writing too


class Disk:
    """Each thing that may be done to a disk, as one step."""

    def make_folder(self, folder: Path) -> None:
        """Make one folder; it may be there."""
        folder.mkdir(exist_ok=True)

    def write(self, path: Path, octets: bytes, mode: int) -> None:
        """Write a file, which nobody relies on yet."""
        with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            os.fchmod(file.fileno(), mode)  # one that was there, and whatever the umask
            file.write(octets)

    def synchronise(self, path: Path) -> None:
        """Wait until a file, or what is in a folder, is on the disk."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def synchronise_all(self, paths: Collection[Path]) -> None:
        """As `synchronise`, for many: what takes time are the flushes of the disk, which they share."""
        if len(paths) >= _MANY and can_synchronise():
            synchronise_file_systems(paths)
            return
        if len(paths) < _FEW:
            for path in paths:
                self.synchronise(path)
            return
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self.synchronise, paths):
                pass  # what one of them raised comes out here

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its name, in place of another."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file; it may be gone."""
        path.unlink(missing_ok=True)

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()


DISK = Disk()


def store_files(files: Mapping[Path, bytes], disk: Disk, mode: int = PUBLIC_MODE) -> None:
    """Write all of these files; when it returns they are on the disk. Each is the old one or the new one at any time.

    All are written, then all synchronised, then all renamed, then the folders synchronised. Raises StateFault.
    """
    with told(next(iter(files), Path("."))):
        folders = dict.fromkeys(path.parent for path in files)
        above = {fresh.parent for folder in folders for fresh in _make_folders(folder, disk)}
        for path, octets in files.items():
            disk.write(fresh_of(path), octets, mode)
        disk.synchronise_all([fresh_of(path) for path in files])
        for path in files:
            disk.rename(fresh_of(path), path)
        disk.synchronise_all([*folders, *sorted(above - set(folders))])


def store_file(path: Path, octets: bytes, disk: Disk = DISK, mode: int = PUBLIC_MODE) -> None:
    """Write one file whole; when it returns it is on the disk. Raises StateFault."""
    store_files({path: octets}, disk, mode)


def remove_files(paths: Collection[Path], disk: Disk = DISK) -> None:
    """Remove files that are there, for good. Raises StateFault."""
    there = [path for path in paths if path.exists()]
    with told(next(iter(there), Path("."))):
        for path in there:
            disk.remove(path)
        for folder in dict.fromkeys(path.parent for path in there):
            disk.synchronise(folder)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell an OSError as a StateFault about this file."""
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise StateFault(f"{where}: expected a disk that takes the log, got {error.strerror or error}") from error


def fresh_of(path: Path) -> Path:
    """Where a file is written before it has its name; a crash may leave it."""
    return path.with_name(path.name + _FRESH)


def _make_folders(folder: Path, disk: Disk) -> list[Path]:
    """Make a folder and those above it; which ones are new."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        disk.make_folder(new)
    return missing
