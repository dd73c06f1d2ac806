"""One anonymous map that all processes of an installation share: what workers count, and how they do.

Laid out as 64-bit words, made by the supervisor before it forks:

    ALIVE        one word a worker: 1 from its first answer until it ends
    RESTARTS     one word a worker
    then for each worker WORKER_SLOTS words, then for each of MOST_PROFILES profiles PROFILE_SLOTS words

One process writes each word and a word is written at once, so that readers need no lock. Pages that nothing touches
cost nothing. No name and no address is ever laid here.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable

from filterdns.resolver.counters import PROFILE_SLOTS, SLOT, WORKER_SLOTS

MOST_WORKERS = 64
MOST_PROFILES = 64  # whose counters are shown; a profile beyond them is filtered like any other

_HEAD = 2 * MOST_WORKERS
_A_WORKER = WORKER_SLOTS + MOST_PROFILES * PROFILE_SLOTS


class Shared:
    """The map. Made once, inherited by fork."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, 8 * (_HEAD + MOST_WORKERS * _A_WORKER))
        self._words = memoryview(self._map).cast("Q")

    def set_alive(self, worker: int, alive: bool) -> None:
        self._words[worker] = alive

    def alive(self) -> list[int]:
        """Numbers of the workers that answer."""
        return [worker for worker in range(MOST_WORKERS) if self._words[worker]]

    def count_restart(self, worker: int) -> None:
        self._words[MOST_WORKERS + worker] += 1

    def restarts(self) -> int:
        """Workers that were started again, in all."""
        return sum(self._words[MOST_WORKERS : 2 * MOST_WORKERS])

    def store(self, worker: int, counts: list[int], profiles: Iterable[list[int]]) -> None:
        """Lay down a worker's counters, and those of each profile in the order of the settings."""
        at = _HEAD + worker * _A_WORKER
        self._words[at : at + WORKER_SLOTS] = array("Q", counts)
        at += WORKER_SLOTS
        for profile in list(profiles)[:MOST_PROFILES]:
            self._words[at : at + PROFILE_SLOTS] = array("Q", profile)
            at += PROFILE_SLOTS

    def worker_counts(self, worker: int) -> list[int]:
        at = _HEAD + worker * _A_WORKER
        return self._words[at : at + WORKER_SLOTS].tolist()

    def profile_counts(self, worker: int, profile: int) -> list[int]:
        """Counters of profile number `profile`; all 0 for one beyond those that are shown."""
        if profile >= MOST_PROFILES:
            return [0] * PROFILE_SLOTS
        at = _HEAD + worker * _A_WORKER + WORKER_SLOTS + profile * PROFILE_SLOTS
        return self._words[at : at + PROFILE_SLOTS].tolist()

    def is_not_filtering(self) -> bool:
        """Whether a worker answers without any usable list."""
        return any(self.worker_counts(worker)[SLOT["release"]] == 0 for worker in self.alive())
