"""What a release remembers of a name beside its index: which lists name it or did, and what a rule kept off.

Both files are opened when they are first asked for and stay mapped, so that a look-up reads a few pages of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from filterdns.lists.index.seen import CURRENT, SeenNames
from filterdns.lists.release import Release
from filterdns.lists.set_aside import Refusal, SetAsideNames
from filterdns.lists.shelves import shelf_of

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One list that names a name, whether or not it is listed for that, or that named it once.

    `last`: None while the list names it, else the last day on which it was confirmed that it did. `confirmed`: the last
    day on which the copy that was used was what the list serves.
    """

    name: bytes  # canonical text
    source: str  # identifier of the list
    title: str  # of a list that is used no more, as it was then
    category: str
    household: bool  # added by the installation itself
    first: date
    last: date | None
    confirmed: date


class Sightings:
    """The memory of one release, asked for exactly one name at a time. Raises IndexFault where it is damaged."""

    def __init__(self, release: Release) -> None:
        self._release = release

    @cached_property
    def _seen(self) -> SeenNames:
        return self._release.open_seen()

    @cached_property
    def _set_aside(self) -> SetAsideNames:
        return self._release.open_set_aside()

    def named(self, name: bytes) -> list[Sighting]:
        """The lists that name this name or did, those of today first."""
        sightings = []
        for number, first, last in self._seen.get(name, shelf_of(name)):
            feed = self._seen.feeds[number]
            until = None if last == CURRENT else _day(last)
            sightings.append(
                Sighting(
                    name,
                    feed.source,
                    feed.title or feed.source,
                    feed.category,
                    feed.household,
                    _day(first),
                    until,
                    _day(feed.confirmed),
                )
            )
        return sorted(sightings, key=lambda sighting: sighting.last is not None)

    def beginning(self, prefix: bytes, most: int) -> list[bytes]:
        """Names, up to `most`, that lists name or did and that begin so."""
        return self._seen.beginning(prefix, range(shelf_of(prefix), shelf_of(prefix + b"\xff") + 1), most)

    def ending(self, suffix: bytes, most: int) -> list[bytes]:
        """The same of those that end so; it takes a look at every name, 10 ms a million."""
        return self._seen.ending(suffix, most)

    def refused(self, name: bytes) -> list[Refusal]:
        """What named this name and was kept off by a rule."""
        return self._set_aside.get(name)


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
