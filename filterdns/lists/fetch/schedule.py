"""When a source is asked again, and what its journal says after an attempt. Pure: time and random numbers come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from filterdns.lists.copies import MOST_COPIES, Copy, Journal
from filterdns.lists.fetch.limits import SECONDS_A_DAY, FetchLimits

_MOST_DOUBLINGS = 20  # beyond any interval


def stamp(when: datetime) -> str:
    """A time as journals have it."""
    return when.isoformat(timespec="seconds")


def stamp_not_before(when: datetime) -> str:
    """The first whole second that is not before a time."""
    return stamp(when + timedelta(microseconds=-when.microsecond % 1_000_000))


def is_due(journal: Journal, update_hours: int, when: datetime, limits: FetchLimits) -> bool:
    """Whether a source may be asked now. A time that no rule of ours sets comes from a clock that was wrong."""
    try:
        next_at = datetime.fromisoformat(journal.next_at)
        longest = max(update_hours * 3600.0, SECONDS_A_DAY) * (1 + limits.jitter)
        return when >= next_at or next_at > when + timedelta(seconds=longest)
    except (ValueError, TypeError):
        return True


def after_success(
    journal: Journal, copy: Copy, update_hours: int, when: datetime, random: Random, limits: FetchLimits
) -> Journal:
    """The journal once a source has served this copy: it is the newest, and no other copy has its digest."""
    others = tuple(other for other in journal.copies if other.sha256 != copy.sha256)
    seconds = update_hours * 3600.0 * random.uniform(1 - limits.jitter, 1 + limits.jitter)
    return Journal(
        source=journal.source,
        copies=(*others, copy)[-MOST_COPIES:],
        tried_at=stamp(when),
        next_at=stamp_not_before(when + timedelta(seconds=seconds)),
        fetches=journal.fetches + 1,
    )


def after_failure(
    journal: Journal,
    update_hours: int,
    when: datetime,
    random: Random,
    limits: FetchLimits,
    lasting: bool = False,
    wait_seconds: float = 0.0,
) -> Journal:
    """The journal after a failure, but for the fault's words: copies stay, the pause doubles up to the interval.

    `lasting`: the interval at once. `wait_seconds`: at least what the server asked for. Never more than a day.
    """
    most = min(update_hours * 3600.0, limits.most_pause_seconds)
    pause = most if lasting else min(limits.first_pause_seconds * 2 ** min(journal.failures, _MOST_DOUBLINGS), most)
    pause *= random.uniform(1 - limits.jitter, 1 + limits.jitter)
    pause = min(max(pause, wait_seconds), limits.most_pause_seconds)
    next_at = stamp_not_before(when + timedelta(seconds=pause))
    return replace(journal, tried_at=stamp(when), next_at=next_at, failures=journal.failures + 1)
