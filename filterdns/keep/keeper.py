"""What to do now: looked at once a second and whenever something happens, one errand at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from filterdns.calendar import Calendar
from filterdns.clock import Clock
from filterdns.errors import FilterdnsError, StateFault
from filterdns.keep.duty import DutyErrand, DutyReport, Pace
from filterdns.keep.errand import Errand, Outcome, SteadyClock, Work
from filterdns.keep.rounds import Round, RoundErrand
from filterdns.keep.timetable import KeepLimits, Timetable
from filterdns.lists.orders import has_waiting
from filterdns.lists.progress import BUILD, FETCH, Bulletin, Progress, load_bulletin, store_bulletin
from filterdns.lists.release import current_file, open_current

TITLE, ROUND = "lists", "log"
REMEDY = "it is synchronised, or confirmed by `filterdns lists confirm-clock`"
ORDER_PAUSE_SECONDS = 5.0  # after an errand that failed, before an order is tried again


class Starter(Protocol):
    """Runs an errand in a child and tells what came of it (`jobs.Jobs`)."""

    def start(
        self,
        title: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[FilterdnsError], None],
    ) -> None: ...


class Keeper:
    """`fetching`: what the configuration allows. `is_online` is asked before each fetch, `calendar` each second."""

    def __init__(
        self,
        work: Work,
        starter: Starter,
        calendar: Calendar,
        clock: Clock,
        chance: Callable[[], float],
        say: Callable[[str], None],
        *,
        fetching: bool,
        is_online: Callable[[], bool],
        limits: KeepLimits | None = None,
    ) -> None:
        self._work, self._starter, self._calendar = work, starter, calendar
        self._clock, self._say = clock, say
        self._fetching, self._is_online = fetching, is_online
        self._limits = limits or KeepLimits()
        self._timetable = Timetable(self._limits, chance, clock.now())
        self._seen: tuple[int, int] | None = None
        self._is_away = False  # an errand is under way
        self._is_woken = True  # the first errand is told like one that somebody asked for
        self._is_first = self._is_first_round = True
        self._is_looked_at = work.go_round is None  # the first round is over
        self._is_waited_for = False  # somebody waits for the next errand, though nobody looks at its lines
        self._paces = [Pace(duty, self._limits, clock.now()) for duty in work.duties]
        self._orders_at = clock.now()
        known = load_bulletin(work.state) or Bulletin()
        self._bulletin = replace(known, progress=None, fetching=fetching, online=True, log_fault="")

    def wake(self) -> None:
        """Somebody asks for a build, and for whatever is due of the fetches."""
        self._is_woken = True
        self._timetable.wake(self._clock.now())

    def turn(self) -> float:
        """Begin what is due; seconds until the next look. Never raises."""
        now, when = self._clock.now(), self._clock.when()
        self._look_at_clock(now, when)
        if not self._is_away and self._work.go_round and now >= self._timetable.round_at:
            self._go_round(now)
        if not self._is_away:
            self._look_at_work(now)
        if self._is_looked_at:
            self._look_at_duties(now)
        return self._limits.look_seconds

    def _look_at_clock(self, now: float, when: datetime) -> None:
        """Whether the machine's clock is believed. A build says when it was made, so another one is looked at."""
        try:
            status = os.stat(current_file(self._work.state))
        except OSError:
            pass
        else:
            if self._seen != (status.st_ino, status.st_mtime_ns):
                self._seen = status.st_ino, status.st_mtime_ns
                self._read_built_at()
        was_believed = self._calendar.is_believed
        self._calendar.day(now, when)
        if was_believed and not self._calendar.is_believed:
            self._say(f"the clock says {when:%Y-%m-%d}, which is not believed: nothing expires before {REMEDY}")
        elif self._calendar.is_believed and not was_believed:
            self._say(f"the clock is believed again: {when:%Y-%m-%d}")
        if was_believed != self._calendar.is_believed and not self._is_away:
            self._note(clock_believed=self._calendar.is_believed)

    def _read_built_at(self) -> None:
        try:
            self._calendar.built_at = open_current(self._work.state).manifest.built_at
        except FilterdnsError:
            pass  # whoever uses the release tells it

    def _look_at_work(self, now: float) -> None:
        timetable = self._timetable
        fetch_is_due = self._fetching and now >= timetable.fetch_at
        online = self._bulletin.online
        if fetch_is_due:
            online = self._is_online()
            if not online:
                timetable.wait_for_network(now)
            self._tell_network(online)
        ordered = now >= self._orders_at and has_waiting(self._work.state)
        if ordered and self._fetching and not fetch_is_due:
            online = self._is_online()
        fetch = self._fetching and online and (fetch_is_due or ordered)
        if now >= timetable.build_at or ordered or fetch:
            self._begin(now, fetch=fetch, ordered=ordered)

    def _tell_network(self, online: bool) -> None:
        if online == self._bulletin.online:
            return
        self._say("there is a network: fetching lists" if online else "no network: lists are fetched once there is one")
        self._note(online=online)

    def _begin(self, now: float, *, fetch: bool, ordered: bool) -> None:
        asked = self._is_woken or ordered
        clock = self._believed_clock(now)
        begun_at = _text(clock.when())
        bulletin = replace(self._bulletin, begun_at=begun_at, clock_believed=self._calendar.is_believed)
        errand = Errand(
            self._work,
            fetch,
            (asked or self._is_waited_for) and not self._is_first,
            bulletin,
            clock,
            self._limits,
            self._say if asked else None,
        )
        self._is_away, self._is_woken, self._is_first, self._is_waited_for = True, False, False, False
        self._bulletin = bulletin
        self._note(progress=Progress(FETCH if fetch else BUILD))
        self._starter.start(
            TITLE,
            errand.run,
            lambda outcome: self._come_back(outcome, fetched=fetch, told=asked),
            self._fail,
        )

    def _believed_clock(self, now: float) -> Clock:
        return self._clock if self._calendar.is_believed else SteadyClock(self._calendar.moment(now), self._clock)

    def _go_round(self, now: float) -> None:
        """Have what is looked after between updates looked after; the first round comes before the first update."""
        assert self._work.go_round is not None
        errand = RoundErrand(self._work.go_round, self._believed_clock(now), self._is_first_round)
        self._is_away, self._is_first_round = True, False
        self._starter.start(ROUND, errand.run, self._come_round, self._fail_round)

    def _come_round(self, outcome: Round) -> None:
        now = self._clock.now()
        self._is_away, self._is_looked_at = False, True
        self._timetable.come_round(now, outcome.next_seconds)
        for line in outcome.lines:
            self._say(line)
        self._tell_log(outcome.log_fault)
        if outcome.build:
            self._timetable.build_at = now

    def _fail_round(self, fault: FilterdnsError) -> None:
        self._is_away, self._is_looked_at = False, True
        self._timetable.come_round(self._clock.now(), self._limits.round_seconds)
        self._tell_log(str(fault))

    def _look_at_duties(self, now: float) -> None:
        """Begin those that are due; each has a child of its own, whatever else is under way."""
        for pace in self._paces:
            if pace.is_due(now):
                pace.begin()
                errand = DutyErrand(pace.duty, self._believed_clock(now), self._calendar.is_believed)
                self._starter.start(
                    pace.duty.title,
                    errand.run,
                    lambda report, pace=pace: self._come_from_duty(pace, report),  # type: ignore[misc]
                    lambda fault, pace=pace: self._fail_duty(pace, fault),  # type: ignore[misc]
                )

    def _come_from_duty(self, pace: Pace, report: DutyReport) -> None:
        now = self._clock.now()
        if pace.end(report, now):
            self._timetable.build_at, self._is_waited_for = now, True
        for line in pace.new_lines(report):
            self._say(line)
        if report.look:
            self._timetable.look_after_update(now)

    def _fail_duty(self, pace: Pace, fault: FilterdnsError) -> None:
        if pace.fail(str(fault), self._clock.now()):
            self._say(f"{pace.duty.title}: tried again in {self._limits.duty_pause_seconds:.0f} s:\n{fault}")

    def _tell_log(self, fault: str) -> None:
        """Say what is wrong with the log, once; it stands in the bulletin for as long as it is so."""
        if fault == self._bulletin.log_fault:
            return
        if fault:
            self._say(f"the log: {fault}")
        else:
            self._say("the log is sound again")
            self._timetable.build_at = self._clock.now()
        self._note(log_fault=fault)

    def _come_back(self, outcome: Outcome, *, fetched: bool, told: bool) -> None:
        now = self._clock.now()
        self._is_away = False
        next_seconds = None
        if outcome.next_due is not None:
            next_seconds = (outcome.next_due - self._believed_when(now)).total_seconds()
        self._timetable.succeed(now, next_seconds, fetched=fetched)
        self._timetable.look_after_update(now)
        self._hear_again(now)
        for line in (*outcome.ordered, *(outcome.lines if told or outcome.built else ())):
            self._say(line)
        self._note(lines=outcome.lines, fault="", ended=True)

    def _fail(self, fault: FilterdnsError) -> None:
        now = self._clock.now()
        self._is_away = False
        pause = self._timetable.fail(now)
        self._orders_at = now + ORDER_PAUSE_SECONDS
        self._hear_again(now)
        if not self._bulletin.log_fault or str(fault) != self._bulletin.log_fault:  # or else it was told
            self._say(f"the lists cannot be compiled, those in use stay; tried again in {pause / 60:.0f} min:\n{fault}")
        self._note(fault=str(fault), ended=True)

    def _hear_again(self, now: float) -> None:
        """Who asked while an errand was under way may have changed what it had read already."""
        if self._is_woken:
            self._timetable.wake(now)
        if self._is_waited_for:
            self._timetable.build_at = now

    def _believed_when(self, now: float) -> datetime:
        return self._clock.when() if self._calendar.is_believed else self._calendar.moment(now)

    def _note(self, *, ended: bool = False, **changes: Any) -> None:
        """Say on the pages what stands. A disk that refuses is told by the next errand, which needs it."""
        now = self._clock.now()
        when = self._believed_when(now)
        due = self._timetable.next_at(fetching=self._fetching) - now
        changes["next_at"] = _text(when + timedelta(seconds=max(0.0, due)))
        if ended:
            changes |= {"progress": None, "ended_at": _text(when)}
        self._bulletin = replace(self._bulletin, **changes)
        try:
            store_bulletin(self._work.state, self._bulletin)
        except StateFault:
            pass


def _text(when: datetime) -> str:
    return when.isoformat(timespec="seconds")
