"""One errand: carry out what was ordered, then fetch and build. Runs in a child, whose memory goes when it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError, StateFault
from filterdns.keep.duty import Duty
from filterdns.keep.priority import CHILD_OOM_SCORE, step_back
from filterdns.keep.rounds import GoRound
from filterdns.keep.timetable import KeepLimits
from filterdns.lists.orders import (
    MOST_ATTEMPTS,
    UPDATE_NOW,
    Done,
    Order,
    Waiting,
    begin_order,
    finish_order,
    load_waiting,
)
from filterdns.lists.progress import Bulletin, Progress, store_bulletin

NOT_FETCHED = "nothing is fetched here: the configuration says lists.update: false"
OFFLINE = "nothing was fetched: this machine has no network at present; what is here was built"


class UpdateReport(Protocol):
    """What an update came to."""

    @property
    def release(self) -> int: ...
    @property
    def built(self) -> bool: ...
    @property
    def next_due(self) -> datetime | None: ...
    @property
    def lines(self) -> Sequence[str]: ...


class Update(Protocol):
    """Fetch what is due (`fetch`; all with `force`), judge, build, make current. Raises FilterdnsError."""

    def __call__(
        self,
        shipped: Path,
        overlay: Path,
        state: Path,
        clock: Clock,
        report: Callable[[Progress], None],
        *,
        fetch: bool,
        force: bool,
    ) -> UpdateReport: ...


Deed = Callable[[Order, datetime], str]
"""Carries out an order at a moment; what came of it, for people. Raises FilterdnsError. Twice is the same as once."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the keeper is there for, handed in by whoever starts it."""

    update: Update
    deeds: Mapping[str, Deed]  # by order; UPDATE_NOW needs none
    shipped: Path
    state: Path
    go_round: GoRound | None = None  # None: nothing is to be looked after between updates
    duties: tuple[Duty, ...] = ()  # beside updates; they begin once a first round has been made

    @property
    def overlay(self) -> Path:
        """What this installation adds to the shipped lists."""
        return self.state / "lists"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an errand came to, as plain values: it travels to the keeper through a pipe."""

    release: int
    built: bool
    next_due: datetime | None
    lines: tuple[str, ...]
    ordered: tuple[str, ...]  # what came of each order, in words


class SteadyClock(Clock):
    """The time by the clock that never jumps, from what was believed last: for when the machine's own is in doubt."""

    def __init__(self, when: datetime, clock: Clock) -> None:
        self._clock = clock
        self._zero = when - timedelta(seconds=clock.now())

    def now(self) -> float:
        return self._clock.now()

    def when(self) -> datetime:
        return (self._zero + timedelta(seconds=self.now())).astimezone(UTC)


class Teller:
    """Notes how far an update is, and says a line now and then if somebody is to see it."""

    def __init__(
        self, state: Path, bulletin: Bulletin, clock: Clock, limits: KeepLimits, say: Callable[[str], None] | None
    ) -> None:
        self._state, self._bulletin = state, bulletin
        self._clock, self._limits, self._say = clock, limits, say
        self._write_at = clock.now()
        self._say_at = clock.now() + limits.say_seconds

    def __call__(self, progress: Progress) -> None:
        """Take a step. Never raises: a full disk is told by what needs it."""
        now = self._clock.now()
        if now >= self._write_at:
            self._write_at = now + self._limits.write_seconds
            try:
                store_bulletin(self._state, replace(self._bulletin, progress=progress))
            except StateFault:
                pass
        if self._say is not None and now >= self._say_at:
            self._say_at = now + self._limits.say_seconds
            self._say(progress.text)


@dataclass(frozen=True, slots=True)
class Errand:
    """`waited_for`: a person asked for it. `clock`: the machine's, or a steady one while that is in doubt."""

    work: Work
    fetch: bool
    waited_for: bool
    bulletin: Bulletin
    clock: Clock
    limits: KeepLimits
    tell: Callable[[str], None] | None  # lines on progress; None: nobody looks

    def run(self) -> Outcome:
        """In the child. Raises FilterdnsError: orders are noted all the same, and the lists are as they were."""
        step_back(idle=not self.waited_for, oom_score=CHILD_OOM_SCORE)
        work = self.work
        notes: list[str] = []
        updates: list[Waiting] = []
        for waiting in load_waiting(work.state):
            order = waiting.order
            if order is not None and order.order == UPDATE_NOW and waiting.attempt < MOST_ATTEMPTS:
                updates.append(begin_order(waiting))
            else:
                notes.append(self._carry_out(waiting))
        try:
            report = work.update(
                work.shipped,
                work.overlay,
                work.state,
                self.clock,
                Teller(work.state, self.bulletin, self.clock, self.limits, self.tell),
                fetch=self.fetch,
                force=self.fetch and bool(updates),
            )
        except FilterdnsError as fault:
            for waiting in updates:
                self._finish(waiting, False, str(fault))
            raise
        for waiting in updates:
            why_not = OFFLINE if self.bulletin.fetching else NOT_FETCHED
            text = "; ".join(report.lines) or f"release {report.release}"
            note = self._finish(waiting, self.fetch, text if self.fetch else why_not)
            notes += [] if self.fetch else [note]  # else the report's own lines say it
        return Outcome(report.release, report.built, report.next_due, tuple(report.lines), tuple(notes))

    def _carry_out(self, waiting: Waiting) -> str:
        """Do what one order says; what came of it."""
        order = waiting.order
        if order is None:
            return self._finish(waiting, False, "expected an order of the pages, got damaged octets")
        if waiting.attempt >= MOST_ATTEMPTS:
            return self._finish(waiting, False, f"given up: cut short {MOST_ATTEMPTS} times; please order it again")
        deed = self.work.deeds.get(order.order)
        if deed is None:
            return self._finish(waiting, False, "this cannot be done here")
        waiting = begin_order(waiting)
        try:
            text = deed(order, self.clock.when())
        except FilterdnsError as fault:
            return self._finish(waiting, False, str(fault))
        return self._finish(waiting, True, text)

    def _finish(self, waiting: Waiting, is_done: bool, text: str) -> str:
        order = waiting.order or Order("")
        at = self.clock.when().isoformat(timespec="seconds")
        finish_order(self.work.state, waiting, Done(waiting.id, order.order, order.source, is_done, text, at))
        what = " ".join(filter(None, (order.order.replace("_", " ") or "an order", order.source)))
        return f"{what}: {text}"
