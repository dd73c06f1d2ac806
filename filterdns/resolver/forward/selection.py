"""Which upstream is asked: the one with the least smoothed round-trip time that has not fallen.

An upstream falls when it was silent, refused or failing several times in a row. It is then probed with growing pauses,
by a name of ours and never by a person's question, until it answers again. When all have fallen the best of them is
still asked: that is how a network that comes back is noticed at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

_SILENT, _FAILING = 4, 1  # a silent upstream falls after 3 times, one that answers SERVFAIL after 12
_FALLS_AT = 12
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 64.0
_IDLE_PROBE_SECONDS = 30.0  # to know the round-trip time of those that are not in use
_LOOP_PROBE_SECONDS = 300.0  # the one in use: only to notice that it has begun to ask us
_GAIN = 0.125  # of one measure on the smoothed time (RFC 6298 section 2)
UNKNOWN_SECONDS = 0.4  # for one that was never measured: behind any that answers well


class Candidate:
    """What is known of one upstream: times in seconds of the monotonic clock."""

    __slots__ = ("fallen", "faults", "looped", "pause", "probe_at", "smoothed")

    def __init__(self) -> None:
        self.smoothed = UNKNOWN_SECONDS
        self.faults = 0  # weighed, since the last good answer
        self.fallen = False
        self.looped = False  # it asks us
        self.pause = _FIRST_PAUSE_SECONDS
        self.probe_at = 0.0


C = TypeVar("C", bound=Candidate)


class Selection(Generic[C]):
    """The upstreams of one route, and the best of them."""

    __slots__ = ("best", "candidates")

    def __init__(self, candidates: Sequence[C]) -> None:
        self.candidates = tuple(candidates)
        self.best: C | None = None
        self.rank()

    def rank(self) -> None:
        """Find the best again; None if every upstream is a loop."""
        self.best = self.next_after(())

    def next_after(self, tried: Collection[C]) -> C | None:
        """The best of those not tried yet: none that has fallen if another is left, never a loop."""
        best = None
        for candidate in self.candidates:
            if candidate.looped or candidate in tried:
                continue
            if best is None or (candidate.fallen, candidate.smoothed) < (best.fallen, best.smoothed):
                best = candidate
        return best

    def answered(self, candidate: C, seconds: float) -> None:
        """A verified answer after `seconds`."""
        candidate.faults = 0
        known = candidate.smoothed
        candidate.smoothed = seconds if known == UNKNOWN_SECONDS else known + (seconds - known) * _GAIN
        if candidate.fallen:
            candidate.fallen = False
            candidate.pause = _FIRST_PAUSE_SECONDS
            self.rank()

    def was_silent(self, candidate: C, now: float) -> None:
        """No answer in time, or the network refused."""
        self._blame(candidate, _SILENT, now)

    def failed(self, candidate: C, now: float) -> None:
        """It answered, but with SERVFAIL, REFUSED or what is no message."""
        self._blame(candidate, _FAILING, now)

    def _blame(self, candidate: C, weight: int, now: float) -> None:
        candidate.faults += weight
        if candidate.faults >= _FALLS_AT and not candidate.fallen:
            candidate.fallen = True
            candidate.probe_at = now + candidate.pause
            self.rank()

    def found_loop(self, candidate: C) -> None:
        """It asked us what we had asked it."""
        candidate.looped = True
        self.rank()

    def due_probes(self, now: float) -> list[C]:
        """Those to be probed now; each is put off to its next time."""
        due = [candidate for candidate in self.candidates if candidate.probe_at <= now]
        for candidate in due:
            if candidate.fallen:
                candidate.pause = min(2 * candidate.pause, _LONGEST_PAUSE_SECONDS)
                candidate.probe_at = now + candidate.pause
            else:
                candidate.probe_at = now + (_LOOP_PROBE_SECONDS if candidate is self.best else _IDLE_PROBE_SECONDS)
        return due
