"""Follows the pointer to the current release: a new one is mapped and handed over, a bad one is told and left alone.

The digest of a release is checked before the pointer moves (`lists.build`) and by the supervisor at the start, never
here: reading 50 MiB would make queries late. Here the header and the size are checked, and, where a log is required,
the proof that it has the release: one signature, once for each.  One whose proof is refused is looked at again each
minute: a proof is written anew where the keys of its log have changed.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from filterdns.calendar import Calendar
from filterdns.errors import IndexFault, LogFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.release import Release, current_file, open_current
from filterdns.log.trust import Demands, check_release, trust_of

AGAIN_SECONDS = 60.0  # between two looks at a release that the log does not have: 3 ms each


class ReleaseWatch:
    """Looks at the pointer once a second. `index` is the last good one, None while there was none.

    `demands`: what the configuration demands of a release; None for nothing.
    """

    def __init__(
        self, state: Path, say: Callable[[str], None], today: Calendar, demands: Demands | None = None
    ) -> None:
        self._trust = trust_of(state, demands) if demands is not None else None
        self._pointer = current_file(state)
        self._state = state
        self._say = say
        self._today = today
        self._seen: tuple[int, int] | None = None
        self._again_at = math.inf  # when a release that was refused is looked at again
        self._told = ""  # why it was
        self.release: Release | None = None  # of the index
        self.index: ReleaseIndex | None = None
        self.built_at = ""  # of the index, ISO 8601

    def look(self, now: float, when: datetime) -> ReleaseIndex | None:
        """A new index if another release is current or another day has begun, else None. Never raises."""
        try:
            status = os.stat(self._pointer)
        except OSError:  # gone for now: what is open stays in use
            pass
        else:
            if self._seen != (status.st_ino, status.st_mtime_ns) or now >= self._again_at:
                self._seen = status.st_ino, status.st_mtime_ns
                return self._open(now, when)
        day = self._today.day(now, when)
        if self.index is not None and self.release is not None and self.index.today != day:
            return self._map(self.release, day)
        return None

    def _open(self, now: float, when: datetime) -> ReleaseIndex | None:
        self._again_at = math.inf
        try:
            release = open_current(self._state)
            if self._trust is not None:
                check_release(release.folder, release.manifest.inputs, self._trust)
        except (IndexFault, LogFault) as fault:
            if isinstance(fault, LogFault):
                self._again_at = now + AGAIN_SECONDS
            self._keep(fault)
            return None
        self._told = ""
        self._today.built_at = release.manifest.built_at
        return self._map(release, self._today.day(now, when))

    def _map(self, release: Release, day: int) -> ReleaseIndex | None:
        """Each day has an index of its own: what was classified under yesterday's listings is classified anew."""
        try:
            self.index = release.open_index(day)
        except IndexFault as fault:
            self._keep(fault)
            return None
        self.release = release
        self.built_at = release.manifest.built_at
        return self.index

    def _keep(self, fault: IndexFault | LogFault) -> None:
        if self._told != str(fault):
            self._told = str(fault)
            kept = f"release {self.index.number} stays in use" if self.index is not None else "NOT FILTERING"
            self._say(f"a new release cannot be used, {kept}: {fault}")
