"""A download while it comes in, and what is left of it when it is cut: the next attempt goes on where this one ended.

STATE/downloads/partial/<id>        octets as they came, content coding and all
STATE/downloads/partial/<id>.json   `Mark`: of which address and content they are, and how many of them are surely there

Only a strong ETag says that the rest will fit to the beginning (RFC 9110 section 13.1.5); without one, or from a server
that sends no ranges, a cut download is thrown away. The mark is written after the octets are synchronised, so that a
power cut costs what came since the last mark and never leaves a hole.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from filterdns.errors import StateFault
from filterdns.lists.copies import downloads_folder


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a partial download. `etag` is strong, or "" if the download cannot go on later."""

    url: str
    etag: str = ""
    coding: str = ""
    octets: int = 0


def partial_folder(state: Path) -> Path:
    """Where partial downloads lie."""
    return downloads_folder(state) / "partial"


def partial_path(state: Path, source: str) -> Path:
    """Where the octets of a source come in."""
    return partial_folder(state) / source.replace("/", "~")


class Partial:
    """The one download of a source. Every method that writes raises StateFault if the disk refuses."""

    def __init__(self, state: Path, source: str, sync_octets: int) -> None:
        self.path = partial_path(state, source)
        self._mark_path = self.path.with_name(self.path.name + ".json")
        self._sync_octets = sync_octets
        self._file: BinaryIO | None = None
        self._unmarked = 0
        self.mark = Mark("")

    def find_rest(self, url: str) -> Mark | None:
        """What is there of this address and may go on; None if nothing is."""
        try:
            mark = Mark(**json.loads(self._mark_path.read_bytes()))
            sound = mark.url == url and bool(mark.etag) and 0 < mark.octets <= self.path.stat().st_size
        except (OSError, ValueError, TypeError):
            return None
        return mark if sound else None

    def begin(self, mark: Mark) -> None:
        """Write from `mark.octets` on: 0 for a new download, else the end of what is there."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if mark.octets:
                self._file = self.path.open("r+b")
                self._file.truncate(mark.octets)
                self._file.seek(mark.octets)
            else:
                self._mark_path.unlink(missing_ok=True)
                self._file = self.path.open("wb")
        except OSError as error:
            raise self._fault(error) from error
        self.mark = mark
        self._unmarked = 0

    def append(self, octets: bytes) -> None:
        """Write what came."""
        assert self._file is not None
        try:
            self._file.write(octets)
        except OSError as error:
            self.discard()
            raise self._fault(error) from error
        self.mark = replace(self.mark, octets=self.mark.octets + len(octets))
        self._unmarked += len(octets)
        if self._unmarked >= self._sync_octets:
            self._write_mark()

    def finish(self) -> None:
        """All is there: synchronise it and close it."""
        self._close(keep=True)

    def stop(self) -> None:
        """No more comes: keep what may go on later, throw away what may not."""
        if self._file is None:
            return
        if self.mark.etag and self.mark.octets:
            self._write_mark()
            self._close(keep=False)
        else:
            self.discard()

    def discard(self) -> None:
        """Remove what is there, as far as the disk lets us."""
        try:
            self._close(keep=False)
        except StateFault:
            self._file = None
        for path in (self._mark_path, self.path):
            try:
                path.unlink(missing_ok=True)
            except OSError:
                pass

    def _write_mark(self) -> None:
        """Only where the download may go on later: another one needs no synchronised beginning."""
        self._unmarked = 0
        if not self.mark.etag:
            return
        assert self._file is not None
        fresh = self._mark_path.with_name(self._mark_path.name + ".new")
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            fresh.write_text(json.dumps(asdict(self.mark)))
            fresh.replace(self._mark_path)
        except OSError as error:
            self.discard()  # most likely the disk is full: others need the room
            raise self._fault(error) from error

    def _close(self, keep: bool) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        try:
            with file:
                if keep:
                    file.flush()
                    os.fsync(file.fileno())
        except OSError as error:
            raise self._fault(error) from error

    def _fault(self, error: OSError) -> StateFault:
        return StateFault(f"{self.path}: expected room for a download, got {error.strerror or error}")
