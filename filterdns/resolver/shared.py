"""One anonymous map that all processes of an installation share: what workers count, and how they do.

Laid out as 64-bit words, made by the supervisor before it forks:

    ALIVE      one word a worker: 1 from its first answer until it ends
    KNOWN      one word a worker: 1 from its first answer on
    RESTARTS   one word: workers that were started again
    DAY        for `metrics`: the day counted now, the totals of the day before, and where each counter stood when
               the day began
    workers    for each: WORKER_SLOTS counters; for each profile PROFILE_SLOTS counters; the devices seen today

A profile has a column for as long as the supervisor lives, whatever order the configuration has.  One process writes
each word and a word is written at once, so readers need no lock.  Pages that nothing touches cost nothing.  No name
and no address is ever laid here: devices are hashes with a key that exists in memory alone.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable

from filterdns.resolver.counters import FILTERED, PROFILE_SLOTS, SLOT, SLOTS_A_TRANSPORT, WORKER_SLOTS

MOST_WORKERS = 64  # two generations of up to 32, while a new configuration takes over
MOST_PROFILES = 64  # whose counters are shown; a profile beyond them is filtered like any other
CATEGORY_SLOTS = SLOTS_A_TRANSPORT - FILTERED
DEVICES_SHOWN = 10  # below so many devices a day a school's number is hidden

_KNOWN = MOST_WORKERS
_RESTARTS = 2 * MOST_WORKERS
_DAY = _RESTARTS + 1
DAY_WORDS = 4 + MOST_PROFILES * SLOTS_A_TRANSPORT
_WORKERS = _DAY + DAY_WORDS
_DEVICES_A_PROFILE = CATEGORY_SLOTS * DEVICES_SHOWN
_PROFILES_AT = WORKER_SLOTS
_DEVICES_AT = _PROFILES_AT + MOST_PROFILES * PROFILE_SLOTS
_A_WORKER = _DEVICES_AT + MOST_PROFILES * _DEVICES_A_PROFILE


class Shared:
    """The map. Made once, inherited by fork."""

    def __init__(self) -> None:
        self._map = mmap.mmap(-1, 8 * (_WORKERS + MOST_WORKERS * _A_WORKER))
        self._words = memoryview(self._map).cast("Q")
        self.day = self._words[_DAY : _DAY + DAY_WORDS]

    def set_alive(self, worker: int, alive: bool) -> None:
        """Say that a worker answers, or has ended."""
        self._words[worker] = alive
        if alive:
            self._words[_KNOWN + worker] = 1

    def alive(self) -> list[int]:
        """Numbers of the workers that answer."""
        return [worker for worker in range(MOST_WORKERS) if self._words[worker]]

    def known(self) -> list[int]:
        """Numbers of all workers that ever answered; what they counted stays."""
        return [worker for worker in range(MOST_WORKERS) if self._words[_KNOWN + worker]]

    def count_restart(self) -> None:
        """A worker was started again."""
        self._words[_RESTARTS] += 1

    def restarts(self) -> int:
        """How often a worker was started again."""
        return self._words[_RESTARTS]

    def store(self, worker: int, counts: list[int], columns: Iterable[tuple[int, list[int]]]) -> None:
        """Lay down a worker's counters, and those of each profile in its column."""
        base = _WORKERS + worker * _A_WORKER
        self._words[base : base + WORKER_SLOTS] = array("Q", counts)
        for column, profile in columns:
            at = base + _PROFILES_AT + column * PROFILE_SLOTS
            self._words[at : at + PROFILE_SLOTS] = array("Q", profile)

    def worker_counts(self, worker: int) -> list[int]:
        """What this worker laid down last, or one of the same number before it."""
        at = _WORKERS + worker * _A_WORKER
        return self._words[at : at + WORKER_SLOTS].tolist()

    def profile_counts(self, worker: int, column: int) -> list[int]:
        """The same for a profile."""
        at = _WORKERS + worker * _A_WORKER + _PROFILES_AT + column * PROFILE_SLOTS
        return self._words[at : at + PROFILE_SLOTS].tolist()

    def is_not_filtering(self) -> bool:
        """Whether a worker answers without any usable list."""
        return any(self.worker_counts(worker)[SLOT["release"]] == 0 for worker in self.alive())

    # Devices

    def note_device(self, worker: int, column: int, category: int, place: int, device: int) -> None:
        """Device number `place` (below DEVICES_SHOWN) of those that this worker saw today for a category's slot."""
        base = _WORKERS + worker * _A_WORKER + _DEVICES_AT + column * _DEVICES_A_PROFILE
        self._words[base + category * DEVICES_SHOWN + place] = device

    def devices(self, column: int, category: int) -> int:
        """Distinct devices of all workers today, exact below DEVICES_SHOWN."""
        seen: set[int] = set()
        for worker in self.known():
            at = _WORKERS + worker * _A_WORKER + _DEVICES_AT + column * _DEVICES_A_PROFILE + category * DEVICES_SHOWN
            seen.update(self._words[at : at + DEVICES_SHOWN])
        return len(seen - {0})

    def forget_devices(self, worker: int, columns: Iterable[int]) -> None:
        """Another day."""
        for column in columns:
            at = _WORKERS + worker * _A_WORKER + _DEVICES_AT + column * _DEVICES_A_PROFILE
            self._words[at : at + _DEVICES_A_PROFILE] = array("Q", bytes(8 * _DEVICES_A_PROFILE))
