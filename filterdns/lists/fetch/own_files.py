"""Sources on this machine: a file, or all files of a folder as if they were one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from filterdns.lists.fetch.decode import read_decoded, too_long
from filterdns.lists.fetch.faults import FetchFault

_BOM = b"\xef\xbb\xbf"
MOST_FILES = 1000  # of one folder: more is a folder that was named by mistake


def read_own(text: str, most_octets: int) -> Iterator[bytes]:
    """The octets of a file, or of the files of a folder in the order of their names, a line feed between two.

    Hidden files, editors' copies (`name~`) and folders in the folder are left out. Raises FetchFault for what is no
    file (a device would never end), cannot be read, or is too long.
    """
    path = Path(text)
    try:
        files = _files(path) if path.is_dir() else [path]
        octets = 0
        for number, file_path in enumerate(files):
            if number:
                yield b"\n"
            for index, piece in enumerate(_read(file_path, most_octets)):
                if number and not index:
                    piece = piece.removeprefix(
                        _BOM
                    )  # at the start of a list it says nothing; in its middle it is a fault
                octets += len(piece)
                if octets > most_octets:
                    raise too_long(most_octets)
                yield piece
    except OSError as error:
        raise FetchFault(f"{error.filename or path} cannot be read: {error.strerror or error}") from error


def _files(folder: Path) -> list[Path]:
    names = sorted(name for name in os.listdir(folder) if not name.startswith(".") and not name.endswith("~"))
    paths = [path for path in (folder / name for name in names) if not path.is_dir()]
    if not paths:
        raise FetchFault(f"the folder {folder} has no file in it")
    if len(paths) > MOST_FILES:
        raise FetchFault(f"the folder {folder} has more than {MOST_FILES} files in it", lasting=True)
    return paths


def _read(path: Path, most_octets: int) -> Iterator[bytes]:
    with _open(path) as file:
        yield from read_decoded(file, "", most_octets)


def _open(path: Path) -> BinaryIO:
    """Open a regular file, through a link or not. Looked at before too: opening alone can set a device going."""
    if stat.S_ISREG(os.stat(path).st_mode):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
    raise FetchFault(f"{path} is not a file but a device or the like", lasting=True)
