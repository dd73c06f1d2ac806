"""The release whose reasons are shown: opened read-only, followed as the pointer moves, kept if the next is damaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from filterdns.errors import FilterdnsError
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.manifest import Manifest
from filterdns.lists.release import current_file, open_current


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """One release as the pages read it. `built`: the day it was built."""

    index: ReleaseIndex
    listings: ListingRows
    names: int
    built: date | None


class CurrentRelease:
    """Follows the pointer of a state folder. `shown` is None until there is a release that can be read."""

    def __init__(self, state: Path, say: Callable[[str], None]) -> None:
        self._state = state
        self._say = say
        self._seen: tuple[int, int] | None = None
        self.shown: OpenRelease | None = None

    def follow(self) -> None:
        """Open the current release if the pointer has changed; a release that cannot be read leaves the last one."""
        pointer = self._pointer()
        if pointer is None or pointer == self._seen:
            return
        self._seen = pointer
        try:
            release = open_current(self._state)
            if self.shown is None or self.shown.index.number != release.number:
                self.shown = OpenRelease(
                    release.open_index(), release.open_listings(), release.manifest.names, _day(release.manifest)
                )
        except FilterdnsError as error:
            self._say(f"pages: the reasons shown stay as they are: {error}")

    def _pointer(self) -> tuple[int, int] | None:
        """What changes when another release becomes current: the pointer is replaced, not written over."""
        try:
            status = current_file(self._state).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns


def _day(manifest: Manifest) -> date | None:
    try:
        return datetime.fromisoformat(manifest.built_at).date()
    except ValueError:
        return None
