"""Hand-written files that we change for people: whole or not at all, one writer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filterdns.errors import StateFault


def store_file(path: Path, octets: bytes) -> None:
    """Write a file so that a crash leaves the old or the new one. Raises StateFault; the old one then stays."""
    fresh = path.with_name(f".{path.name}.new")  # hidden: no reader of the folder takes it for a list
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _synchronise(path.parent)
    except OSError as error:
        raise StateFault(f"{path}: expected a file that can be written, got {error.strerror or error}") from error


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Wait until nobody else changes files of this folder. Raises StateFault."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("w")
    except OSError as error:
        raise StateFault(f"{folder}: expected a folder that can be written, got {error.strerror or error}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _synchronise(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
