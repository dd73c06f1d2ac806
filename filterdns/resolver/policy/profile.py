"""Hot path. A profile at work: masks for the present moment, compiled from its settings and a release's categories.

What is by time is folded into `filtered` at each boundary, so that a decision never looks at a clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from filterdns.categories import ALWAYS, HOLD, Category, Class
from filterdns.config.settings import Action, ProfileSettings, Window
from filterdns.names import label_offsets
from filterdns.resolver.counters import new_profile_counts
from filterdns.resolver.policy.decision import Decision

MOST_TIMED_TTL_SECONDS = 60


class Profile:
    """One profile. `filtered`, `watch` and `timed_ttl` hold for the present second; the rest for one configuration."""

    __slots__ = (
        "allow",
        "allowed_parents",
        "answer",
        "by_bit",
        "canaries",
        "classes",
        "counts",
        "deny",
        "filtered",
        "has_rules",
        "id",
        "legal",
        "recent",
        "settings",
        "timed",
        "timed_ttl",
        "verdicts",
        "watch",
    )

    def __init__(self, settings: ProfileSettings, categories: tuple[Category, ...]) -> None:
        self.settings = settings
        self.id = settings.id
        self.answer = settings.answer
        self.canaries = settings.canaries
        self.recent: dict[bytes, tuple[bytes, int]] = {}  # the answers of this second
        self.counts = new_profile_counts()
        self.allow = frozenset(settings.allow)
        self.deny = frozenset(settings.deny)
        self.has_rules = bool(settings.allow or settings.deny)
        self.allowed_parents = frozenset(name[at:] for name in settings.allow for at in label_offsets(name)[1:])
        self.use_categories(categories)

    def use_categories(self, categories: tuple[Category, ...]) -> None:
        """Give the masks the bits of this release. A category that the release does not know filters nothing."""
        action = self.settings.actions.get
        self.by_bit = {category.mask: category for category in categories}
        self.classes = tuple(
            sum(c.mask for c in categories if c.klass is klass)
            for klass in (Class.SECURITY, Class.CONTENT, Class.BYPASS, Class.OVERUSE)
        )
        filtered = sum(c.mask for c in categories if action(c.id) is Action.FILTER)
        self.legal = filtered & sum(c.mask for c in categories if c.klass is Class.LEGAL)
        self.timed = sum(c.mask for c in categories if action(c.id) is Action.TIME)
        self.filtered = filtered | self.timed
        self.timed_ttl = MOST_TIMED_TTL_SECONDS
        self.set_watch()

    def set_watch(self) -> None:
        """The bits that make a cached answer worth a full evaluation; nothing decided before holds any more."""
        self.verdicts: dict[int, Decision] = {}
        self.watch = self.filtered | self.timed | HOLD | (ALWAYS if self.has_rules else 0)

    def new_second(self, when: datetime) -> None:
        """Forget the answers of the last second; open or close what is by time."""
        if self.recent:
            self.recent = {}
        if self.timed:
            allowed, seconds = window_state(self.settings.windows, when.astimezone(ZoneInfo(self.settings.timezone)))
            self.filtered = self.filtered & ~self.timed if allowed else self.filtered | self.timed
            self.timed_ttl = min(MOST_TIMED_TTL_SECONDS, seconds)
            self.set_watch()


def window_state(windows: tuple[Window, ...], local: datetime) -> tuple[bool, int]:
    """Whether `local` lies in a window, and the longest TTL in whole seconds (0 to 60) that ends before that changes.

    What is said here holds for a second, so the TTL is counted from that second's end. Minutes are counted in UTC and
    looked up on the wall: what a change to or from summer time leaps over is a boundary like any other.
    """
    inside, utc = is_open(windows, local), local.astimezone(UTC)
    for seconds in (60 - local.second, 120 - local.second):
        ahead = timedelta(seconds=seconds, microseconds=-local.microsecond)
        if is_open(windows, (utc + ahead).astimezone(local.tzinfo)) != inside:
            return inside, min(MOST_TIMED_TTL_SECONDS, max(0, int(ahead.total_seconds() - 1)))
    return inside, MOST_TIMED_TTL_SECONDS


def is_open(windows: tuple[Window, ...], local: datetime) -> bool:
    """Whether a window is open at this local time; a window past midnight is two windows."""
    minute, day = local.hour * 60 + local.minute, local.weekday()
    return any(day in w.days and w.begin_minute <= minute < w.end_minute for w in windows)


class Profiles:
    """All profiles of a configuration, by identifier; the list's order is the order of the metrics' slots."""

    def __init__(self, settings: tuple[ProfileSettings, ...], categories: tuple[Category, ...]) -> None:
        self.all = tuple(Profile(profile, categories) for profile in settings)
        self.by_id = {profile.id: profile for profile in self.all}

    def use_categories(self, categories: tuple[Category, ...]) -> None:
        for profile in self.all:
            profile.use_categories(categories)
            profile.recent = {}

    def new_second(self, when: datetime) -> None:
        for profile in self.all:
            profile.new_second(when)
