"""Inputs of releases as a log offers them below its own address, fetched when they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from filterdns.errors import LogFault
from filterdns.lists.store_file import store_file
from filterdns.log.reading.files import LogFiles, MissingFile
from filterdns.log.recording.inputs import KeptInputs, MissingInput

MOST_FETCHED_OCTETS = 256 << 20  # of one packed input; a list of 4 million names has 30 MiB


class PublishedInputs(KeptInputs):
    """What the log has in `inputs/`. It is kept in a folder, where it is looked for first."""

    def __init__(self, files: LogFiles, folder: Path) -> None:
        super().__init__(folder)
        self._files, self._folder = files, folder

    def copy(self, sha256: str, path: Path) -> None:
        """See KeptInputs; what turned out to be other octets is fetched anew the next time."""
        try:
            super().copy(sha256, path)
        except MissingInput:
            raise
        except LogFault:
            (self._folder / f"{sha256}.gz").unlink(missing_ok=True)
            raise

    def _open(self, name: str, sha256: str) -> IO[bytes]:
        try:
            return super()._open(name, sha256)
        except MissingInput:
            self._fetch(name, sha256)
        return super()._open(name, sha256)

    def _fetch(self, name: str, sha256: str) -> None:
        try:
            octets = self._files.read(f"inputs/{name}.gz", MOST_FETCHED_OCTETS)
        except MissingFile:
            raise MissingInput(f"{sha256}: expected it in {self._files}/inputs, got nothing of that name") from None
        store_file(self._folder / f"{name}.gz", octets)
