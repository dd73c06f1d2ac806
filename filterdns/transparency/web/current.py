"""The release whose reasons are shown and what is revoked: followed as files change, kept if the next is damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path

from filterdns.calendar import Calendar
from filterdns.clock import day_of
from filterdns.confirmed import vouching_for
from filterdns.errors import FilterdnsError, StateFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.manifest import Manifest
from filterdns.lists.release import MANIFEST, current_file, open_current
from filterdns.lists.revocations import (
    Revocation,
    RevocationTable,
    allowed_file,
    load_revocations,
    publisher_revocations_file,
    revocations_file,
)
from filterdns.lists.sightings import Sightings
from filterdns.log.trust import Demands, check_release, trust_of
from filterdns.transparency.web.names_in_log import NamesInLog


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """One release as the pages read it. `built`: the day it was built; `sightings` open when first asked."""

    index: ReleaseIndex
    listings: ListingRows
    sightings: Sightings
    names: int
    built: date | None
    folder: Path
    manifest: Manifest
    manifest_sha256: str


class CurrentRelease:
    """Follows the pointer of a state folder. `shown` is None until there is a release that can be read.

    `demands`: what the configuration demands of a release; None for nothing.
    """

    def __init__(self, state: Path, say: Callable[[str], None], demands: Demands | None = None) -> None:
        self._trust = trust_of(state, demands) if demands is not None else None
        self._state = state
        self._say = say
        self._seen: tuple[int, int] | None = None
        self._suspensions = (revocations_file(state), publisher_revocations_file(state))
        self._seen_suspended: dict[Path, tuple[int, int] | None] = dict.fromkeys(self._suspensions)
        self._suspended: dict[Path, tuple[Revocation, ...]] = {}
        self._allowed: tuple[Revocation, ...] = ()
        self.shown: OpenRelease | None = None
        self.revocations = RevocationTable()
        self._calendar = Calendar(vouching_for(state))
        self.log = NamesInLog(state, say)

    @property
    def state(self) -> Path:
        """The state folder that is followed."""
        return self._state

    def day(self, now: float, when: datetime) -> date:
        """Which day it is for what expires: the workers' own rule, so that pages tell what they do."""
        return day_of(self._calendar.day(now, when))

    def follow(self) -> None:
        """Look at all of them; what cannot be read leaves what was read last. Never raises."""
        self._follow_release()
        self.log.follow()
        for path in self._suspensions:
            suspended = _identity(path)
            if suspended != self._seen_suspended[path]:
                self._seen_suspended[path] = suspended
                self._suspended[path] = self._load(path, self._suspended.get(path, ()))
                self._join()

    def _join(self) -> None:
        self.revocations = RevocationTable([*chain(*self._suspended.values()), *self._allowed])

    def _load(self, path: Path, before: tuple[Revocation, ...]) -> tuple[Revocation, ...]:
        try:
            return load_revocations(path)
        except StateFault as fault:
            self._say(f"pages: what is shown as revoked may be old: {fault}")
            return before

    def _follow_release(self) -> None:
        """Open the current release if the pointer has changed; a release that cannot be read leaves the last one."""
        pointer = _identity(current_file(self._state))
        if pointer is None or pointer == self._seen:
            return
        self._seen = pointer
        try:
            release = open_current(self._state)
            if self._trust is not None:
                check_release(release.folder, release.manifest.inputs, self._trust)
            if self.shown is None or self.shown.index.number != release.number:
                self.shown = OpenRelease(
                    index=release.open_index(),
                    listings=release.open_listings(),
                    sightings=Sightings(release),
                    names=release.manifest.names,
                    built=_day(release.manifest),
                    folder=release.folder,
                    manifest=release.manifest,
                    manifest_sha256=hashlib.sha256((release.folder / MANIFEST).read_bytes()).hexdigest(),
                )
                self._calendar.built_at = release.manifest.built_at
                self._allowed = self._load(allowed_file(release.folder), ())
                self._join()
        except (FilterdnsError, OSError) as error:
            self._say(f"pages: the reasons shown stay as they are: {error}")


def _identity(path: Path) -> tuple[int, int] | None:
    """What changes when such a file does: it is replaced, not written over."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _day(manifest: Manifest) -> date | None:
    try:
        return datetime.fromisoformat(manifest.built_at).date()
    except ValueError:
        return None
