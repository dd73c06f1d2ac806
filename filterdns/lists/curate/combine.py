"""Which feeds name each name of a shelf. Few combinations of feeds are distinct, so each is kept once, by number."""

from __future__ import annotations

from collections.abc import Iterable

NO_FEED = 0  # the number of the combination without any


class Combinations:
    """Combinations of feeds, numbered as they come; a feed is a number too."""

    def __init__(self) -> None:
        self.all: list[tuple[int, ...]] = [()]
        self._numbers: dict[tuple[int, ...], int] = {(): NO_FEED}
        self._extended: dict[tuple[int, int], int] = {}

    def combine(self, feeds: Iterable[tuple[int, list[bytes]]]) -> dict[bytes, int]:
        """Name -> its combination, from the names of each feed, each name once a feed."""
        known: dict[bytes, int] = {}
        for feed, names in feeds:
            fresh = dict.fromkeys(names, self.extend(NO_FEED, feed))
            if known:
                for name in known.keys() & fresh.keys():
                    fresh[name] = self.extend(known[name], feed)
                known.update(fresh)
            else:
                known = fresh
        return known

    def extend(self, combination: int, feed: int) -> int:
        """The combination with one feed more."""
        number = self._extended.get((combination, feed))
        if number is None:
            number = self._extended[combination, feed] = self.number((*self.all[combination], feed))
        return number

    def join(self, combination: int, other: int) -> int:
        """The combination with all feeds of another one more."""
        for feed in self.all[other]:
            combination = self.extend(combination, feed)
        return combination

    def number(self, feeds: Iterable[int]) -> int:
        """The combination of these feeds."""
        key = tuple(sorted(set(feeds)))
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.all)
            self.all.append(key)
        return number
