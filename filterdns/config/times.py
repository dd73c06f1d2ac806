"""Windows of the week as a family writes them: `mon-fri: 15:00-18:00`.

In the file `times` is a mapping of days to one time or a list of times.  Days are `mon` to `sun`, ranges of them
(`mon-fri`, also `sat-mon`), several with commas (`mon,wed,fri`) or `daily`; a time is `15:00-18:00`, its end exclusive,
at the latest `24:00`.
"""

from __future__ import annotations

import re

from filterdns.config.faults import Misfit, did_you_mean, shown
from filterdns.config.settings import Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})\Z")
_MINUTES_A_DAY = 1_440


def parse_days(text: str) -> frozenset[int]:
    """Numbers of the days, 0 for Monday.  Raises Misfit."""
    days: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        if part == "daily":
            days.update(range(7))
            continue
        first, _, last = part.partition("-")
        begin, end = _day(first, text), _day(last or first, text)
        days.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(days)


def _day(word: str, text: str) -> int:
    if word[:3] in DAYS and word in (word[:3], _LONG[word[:3]]):
        return DAYS.index(word[:3])
    remedy = did_you_mean(word, DAYS) if word else "days are mon tue wed thu fri sat sun, or daily"
    raise Misfit("days such as mon-fri, sat,sun or daily", shown(text), remedy)


_LONG = dict(zip(DAYS, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True))


def parse_minutes(text: str) -> tuple[int, int]:
    """First minute and end of a time of the day.  Raises Misfit."""
    expected = "a time such as 15:00-18:00"
    match = _TIME.match(text.strip())
    if match is None:
        raise Misfit(expected, shown(text))
    begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin_minute > 59 or end_minute > 59 or max(begin, end) > _MINUTES_A_DAY:
        raise Misfit(expected, shown(text), "hours go to 24:00, minutes to 59")
    if begin >= end:
        remedy = "a night is two windows: one until 24:00, one from 00:00 of the next day"
        raise Misfit("a time that ends after it begins", shown(text), remedy)
    return begin, end


def parse_window(days: str, time: str) -> Window:
    """One window.  Raises Misfit."""
    begin, end = parse_minutes(time)
    return Window(parse_days(days), begin, end)
