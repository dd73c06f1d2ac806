"""The clock that commands about lists go by: the machine's, unless it is behind the lists and nobody vouches for it.

A command sees the clock for a moment only, so a jump while the machine runs is noticed by the keeper alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filterdns.calendar import Calendar
from filterdns.clock import Clock
from filterdns.confirmed import vouching_for
from filterdns.errors import IndexFault
from filterdns.keep.errand import SteadyClock
from filterdns.keep.keeper import REMEDY
from filterdns.lists.release import open_current


def believed_clock(state: Path, say: Callable[[str], None], clock: Clock | None = None) -> Clock:
    """A clock for an update; says so if it is not the machine's, but one that starts at the last build."""
    clock = clock or Clock()
    calendar = Calendar(vouching_for(state))
    try:
        calendar.built_at = open_current(state).manifest.built_at
    except IndexFault:
        return clock  # the first build: there is nothing to compare with
    now, when = clock.now(), clock.when()
    calendar.day(now, when)
    if calendar.is_believed:
        return clock
    say(f"the clock says {when:%Y-%m-%d %H:%M} UTC, before the lists were made: it is not believed until {REMEDY}")
    return SteadyClock(calendar.moment(now), clock)
