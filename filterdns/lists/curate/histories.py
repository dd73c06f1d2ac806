"""What becomes of a name's history from one release to the next: who has named it, since when, until when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from filterdns.lists.index.numbers import Known, Numbers, pairs
from filterdns.lists.index.seen import CURRENT, History, SeenFeed, SeenNames

TOMBSTONE_DAYS = 400  # a name that no source names any more is remembered for more than a year

NO_HISTORY = 0


@dataclass(frozen=True, slots=True)
class UsedSource:
    """A source of this release. `fetched`: the day (since 1970-01-01 UTC) on which its copy was fetched."""

    feed: SeenFeed
    fetched: int


def steps(codes: Numbers, combinations: Numbers) -> Numbers:
    """What happened to each name: history in the release before << 32 | combination of feeds now."""
    return pairs(codes, combinations)


def step_parts(step: int) -> tuple[int, int]:
    """The history before and the combination now."""
    return step >> 32, step & 0xFFFF_FFFF


class Histories(dict[int, int]):
    """Step -> history in this release, worked out when asked for.

    `sources_of`: the numbers of the sources of a combination.
    """

    def __init__(
        self,
        sources: Sequence[UsedSource],
        sources_of: Callable[[int], frozenset[int]],
        before: SeenNames | None,
        today: int,
    ) -> None:
        super().__init__()
        self.feeds = [source.feed for source in sources]
        self._fetched = [source.fetched for source in sources]
        self._current = len(sources)
        self._sources_of = sources_of
        self._before = before
        self._today = today
        self._feed_numbers = {feed.source: number for number, feed in enumerate(self.feeds)}
        self.all: list[History] = [()]
        self._numbers: dict[History, int] = {(): NO_HISTORY}
        self.known = Known(self)

    def __missing__(self, step: int) -> int:
        history = self._next(*step_parts(step))
        number = self._numbers.get(history)
        if number is None:
            number = self._numbers[history] = len(self.all)
            self.all.append(history)
        self[step] = number
        return number

    def _next(self, code: int, combination: int) -> History:
        now = self._sources_of(combination)
        days: dict[int, tuple[int, int]] = {}
        for feed, first, last in self._before.history(code) if self._before is not None and code else ():
            assert self._before is not None
            old = self._before.feeds[feed]
            last = old.confirmed if last == CURRENT else last
            number = self._feed_number(old)
            if number in now or self._today - last <= TOMBSTONE_DAYS:
                days[number] = (first, last)
        for number in now:
            first = days[number][0] if number in days else self._fetched[number]
            days[number] = (first, CURRENT)
        return tuple((number, *days[number]) for number in sorted(days))

    def _feed_number(self, old: SeenFeed) -> int:
        """The number of a feed of the release before; one that is used no more is kept for its tombstones."""
        number = self._feed_numbers.get(old.source)
        if number is None:
            number = self._feed_numbers[old.source] = len(self.feeds)
            self.feeds.append(old)
        return number
