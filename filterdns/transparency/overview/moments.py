"""Times, days and numbers as people say them, in the zone of the machine: its pages are read where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from filterdns.transparency.reasons.words import day_text

_DAY = re.compile(r"(?<![\w.-])\d{4}-\d\d-\d\d(?![\w-]|\.\w)")


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, as the reader's clock shows it. `zone` None: that of the machine."""

    when: datetime
    zone: tzinfo | None = None

    @property
    def today(self) -> date:
        """The day by the reader's clock."""
        return self.when.astimezone(self.zone).date()

    def day(self, at: datetime) -> date:
        """The day of a time by the reader's clock."""
        return at.astimezone(self.zone).date()

    def say(self, at: datetime) -> str:
        """`today at 14:05`, `yesterday at 23:10`, `tomorrow at 06:00`, `on 3 March 2030`."""
        near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((self.day(at) - self.today).days)
        return f"{near} at {at.astimezone(self.zone):%H:%M}" if near else f"on {day_text(self.day(at))}"

    def say_day(self, at: datetime) -> str:
        """3 March 2030."""
        return day_text(self.day(at))

    def is_past(self, at: datetime, by: timedelta = timedelta()) -> bool:
        """Whether a time lies behind by so much."""
        return self.when - at > by


def parse_moment(text: str) -> datetime | None:
    """A time in ISO 8601, UTC where it does not say; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def days_text(days: Iterable[date]) -> str:
    """`on 1, 3 and 4 March 2030`, `on 30 April and 2 May 2030`."""
    ordered = sorted(set(days))
    texts = []
    for day, after in zip(ordered, [*ordered[1:], None], strict=False):
        if after is None or after.year != day.year:
            texts.append(day_text(day))
        else:
            texts.append(f"{day.day}" if after.month == day.month else f"{day.day} {day:%B}")
    return f"on {listed(texts)}" if texts else ""


def days_in_words(text: str) -> str:
    """A text with days as 2030-03-05 written out, but for those that are part of a name."""
    return _DAY.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    try:
        return day_text(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def listed(texts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def count(number: int, one: str, many: str = "") -> str:
    """A number and what is counted: `1 name`, `40,000 names`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sentence(words: str) -> str:
    """Words that begin anywhere as a sentence: a capital letter, a full stop."""
    words = words.strip().rstrip(".")
    return f"{words[:1].upper()}{words[1:]}." if words else ""
