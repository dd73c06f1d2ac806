"""A duty: what is carried out beside updates, in a child of its own: by its pace, and when files it watches change.

An update may take minutes, and nobody who was wronged has to wait for it.  What a duty does is handed in; here is when.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filterdns.clock import Clock
from filterdns.keep.priority import CHILD_OOM_SCORE, step_back
from filterdns.keep.timetable import KeepLimits

Signature = tuple[tuple[int, int, int], ...]
"""By which a change of files is noticed: inode, time in nanoseconds and size of each; (0, 0, 0) for none."""


@dataclass(frozen=True, slots=True)
class DutyReport:
    """What a duty came to, as plain values: it travels to the keeper through a pipe.

    `worked`: whether there was anything to do. `build`: a number that rises with each thing which only a build makes
    count, 0 for none; `look`: a round is to see what came of it. `seen`: the watched files as they were before the
    child looked for the last time.
    """

    next_seconds: float
    worked: bool = False
    lines: tuple[str, ...] = ()
    build: int = 0
    look: bool = False
    seen: Signature | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """One of them. `go` gets the time, and whether the machine's clock is believed. Nothing is done before `ready`
    exists, if that is given."""

    title: str
    go: Callable[[Clock, bool], DutyReport]
    watched: tuple[Path, ...] = ()
    ready: Path | None = None


@dataclass(frozen=True, slots=True)
class DutyErrand:
    """One time that it is carried out."""

    duty: Duty
    clock: Clock
    is_believed: bool

    def run(self) -> DutyReport:
        """In the child, behind what answers queries and before what nobody waits for. Raises FilterdnsError."""
        step_back(idle=False, oom_score=CHILD_OOM_SCORE)
        return self.duty.go(self.clock, self.is_believed)


class Pace:
    """When a duty is due: at a time, or one look after its files have changed.

    Files that change all the time and leave nothing to do (a flood of appeals) are looked at ever less often, down to
    once in `most_gap_seconds`.
    """

    def __init__(self, duty: Duty, limits: KeepLimits, now: float) -> None:
        self.duty = duty
        self._limits = limits
        self._at = now
        self._not_before = now
        self._gap = 0.0
        self._seen: Signature | None = None
        self._looked: Signature = ()
        self._is_away = False
        self._build = 0
        self._fault = ""
        self._lines: tuple[str, ...] = ()

    def is_due(self, now: float) -> bool:
        """Whether it is to begin now; then `begin` is to be called."""
        if self._is_away or now < self._not_before or (self.duty.ready is not None and not self.duty.ready.exists()):
            return False
        return now >= self._at or self._seen is None or signature_of(self.duty.watched) != self._seen

    def begin(self) -> None:
        """Its child is about to begin."""
        self._is_away = True
        self._looked = signature_of(self.duty.watched)

    def end(self, report: DutyReport, now: float) -> bool:
        """Its child came back; whether a build is wanted that is new. One that fails has a pace of its own."""
        limits = self._limits
        self._is_away, self._fault = False, ""
        self._seen = report.seen if report.seen is not None else self._looked
        self._at = now + max(report.next_seconds, limits.look_seconds)
        self._gap = 0.0 if report.worked else min(max(2 * self._gap, limits.look_seconds), limits.most_gap_seconds)
        self._not_before = now + self._gap
        is_new, self._build = report.build > self._build, max(report.build, self._build)
        return is_new

    def new_lines(self, report: DutyReport) -> list[str]:
        """What it has to say that it did not say the last time: what cannot be done is tried often, and told once."""
        said, self._lines = self._lines, report.lines
        return [line for line in report.lines if line not in said]

    def fail(self, fault: str, now: float) -> bool:
        """Its child did not come back; whether this has to be told, since it is new."""
        self._is_away = False
        self._at = self._not_before = now + self._limits.duty_pause_seconds
        is_new, self._fault = fault != self._fault, fault
        return is_new


def signature_of(paths: tuple[Path, ...]) -> Signature:
    """How these files and folders are now. An empty one is as good as none: SQLite makes and removes such."""
    return tuple(map(_signature_of_one, paths))


def _signature_of_one(path: Path) -> tuple[int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return 0, 0, 0
    return (status.st_ino, status.st_mtime_ns, status.st_size) if status.st_size else (0, 0, 0)
