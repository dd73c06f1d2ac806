"""The keeper's process: one for a state folder, woken by SIGHUP, ended by SIGTERM at any moment without harm."""

from __future__ import annotations

import fcntl
import gc
import os
import select
import signal
from collections.abc import Callable
from pathlib import Path

from filterdns.calendar import Calendar
from filterdns.clock import Clock
from filterdns.confirmed import vouching_for
from filterdns.errors import StateFault
from filterdns.jobs import Jobs
from filterdns.keep.errand import Work
from filterdns.keep.keeper import Keeper
from filterdns.keep.network import has_way_out
from filterdns.keep.priority import KEEPER_OOM_SCORE, step_back
from filterdns.keep.timetable import KeepLimits
from filterdns.lists.keep_lock import keep_lock


def keep_lists(work: Work, say: Callable[[str], None], *, fetching: bool) -> None:
    """Keep the lists until SIGTERM, which ends this process and its child at once. Raises StateFault."""
    wake, wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
    signal.signal(signal.SIGHUP, lambda number, frame: None)  # the wake-up is all
    step_back(idle=False, oom_score=KEEPER_OOM_SCORE)
    clock, limits = Clock(), KeepLimits()
    poll = select.poll()
    poll.register(wake, select.POLLIN)
    _take_lock(work.state, clock, limits, say)
    jobs = Jobs(poll, say, lambda: ())
    keeper = Keeper(
        work,
        jobs,
        Calendar(vouching_for(work.state)),
        clock,
        chance,
        say,
        fetching=fetching,
        is_online=has_way_out,
        limits=limits,
    )
    gc.freeze()
    while True:
        seconds = keeper.turn()
        for descriptor, _ in poll.poll(seconds * 1000):
            if descriptor == wake:
                os.read(wake, 4_096)
                keeper.wake()
            else:
                jobs.hear(descriptor)


def chance() -> float:
    """From 0 to below 1. The module `random` would cost this process 2 MiB."""
    return int.from_bytes(os.urandom(4)) / (1 << 32)


def _take_lock(state: Path, clock: Clock, limits: KeepLimits, say: Callable[[str], None]) -> None:
    """Become the one keeper of this folder; waits for as long as another is. The kernel lets go when we end."""
    path = keep_lock(state)
    try:
        state.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StateFault(f"{path}: expected a file that can be written, got {error.strerror or error}") from error
    tell_at = clock.now() + limits.lock_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            if clock.now() >= tell_at:
                say(f"another filterdns keeps the lists of {state}; this one uses what it builds")
                tell_at = float("inf")
            clock.nap(limits.look_seconds)
