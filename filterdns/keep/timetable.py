"""When to build and when to fetch, in monotonic seconds. Pure: time and chance are handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepLimits:
    """Paces of the keeper."""

    daily_seconds: float = 86_400.0  # a build at least so often, with or without a network: entries expire by day
    jitter: float = 0.1  # of a day or of a pause, so that homes that started together do not come together
    least_seconds: float = 60.0  # between two updates that nobody asked for
    first_pause_seconds: float = 60.0  # after a failure, doubled each time
    most_pause_seconds: float = 4 * 3_600.0
    offline_seconds: float = 60.0  # between two looks whether there is a network: a look costs nothing
    round_seconds: float = 600.0  # after a round that failed
    least_round_seconds: float = 5.0  # between two rounds, and from an update to the round that looks what came of it
    look_seconds: float = 1.0  # how late an order is noticed
    lock_seconds: float = 10.0  # that a keeper which is just ending may hold the lock before it is told
    most_gap_seconds: float = 4.0  # between two looks of a duty that finds nothing though its files change
    duty_pause_seconds: float = 15.0  # after a duty that failed: somebody waits for it
    write_seconds: float = 0.5  # between two notes on progress
    say_seconds: float = 3.0  # between two lines on progress


class Timetable:
    """Both are due at the start. Whatever comes first is done; a build is part of every fetch.

    `chance`: random numbers from 0 to below 1.
    """

    def __init__(self, limits: KeepLimits, chance: Callable[[], float], now: float) -> None:
        self._limits, self._chance = limits, chance
        self._pause = limits.first_pause_seconds
        self.build_at = self.fetch_at = self.round_at = now

    def wake(self, now: float) -> None:
        """Somebody asks for it: a build, whatever is due of the fetches, and a round, though the last one failed."""
        self.build_at = self.fetch_at = self.round_at = now

    def wait_for_network(self, now: float) -> None:
        """Look again in a while whether there is one."""
        self.fetch_at = now + self._limits.offline_seconds

    def succeed(self, now: float, next_seconds: float | None, *, fetched: bool) -> None:
        """An update came to its end. `next_seconds`: until a source is due again, None if none ever is."""
        limits = self._limits
        self._pause = limits.first_pause_seconds
        self.build_at = now + limits.daily_seconds * (1 - limits.jitter * self._chance())
        if fetched:
            wished = limits.daily_seconds if next_seconds is None else next_seconds
            self.fetch_at = now + min(max(wished, limits.least_seconds), limits.daily_seconds)

    def come_round(self, now: float, next_seconds: float) -> None:
        """A round came to its end."""
        self.round_at = now + max(next_seconds, self._limits.least_round_seconds)

    def look_after_update(self, now: float) -> None:
        """A round follows an update, which may have decided something."""
        self.round_at = min(self.round_at, now + self._limits.least_round_seconds)

    def fail(self, now: float) -> float:
        """An update did not come to its end; the pause in seconds before the next."""
        limits = self._limits
        pause = self._pause * (1 + limits.jitter * self._chance())
        self._pause = min(2 * self._pause, limits.most_pause_seconds)
        self.build_at = self.fetch_at = now + pause
        return pause

    def next_at(self, *, fetching: bool) -> float:
        """When something is due."""
        return min(self.build_at, self.fetch_at) if fetching else self.build_at
