"""The names of a shelf: all that lists name today and all that are remembered, each with who names it now and before.

Where the build before has kept how its names were merged, only the names of lists that have changed are looked at; else
all are merged.  Both ways come to the same names and combinations.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import ne
from typing import IO

from filterdns.lists.curate.combine import NO_FEED, Combinations
from filterdns.lists.curate.histories import NO_HISTORY
from filterdns.lists.curate.ordered import places_for
from filterdns.lists.index.numbers import (
    Numbers,
    inserted,
    looked_up,
    numbers_at,
    numbers_in,
    numbers_of,
    places_of_any,
)
from filterdns.lists.index.seen import SeenNames
from filterdns.lists.merged import ListKey, MergedBefore
from filterdns.lists.runs import EXACT, SCOPES, Run, spans_of
from filterdns.lists.shelves import Span


@dataclass(frozen=True, slots=True)
class MergedShelf:
    """Names in order; of each its history in the release before and its combination of feeds now, either may be 0.

    `fresh`: those that no list named in the build before; None if that is not known.
    """

    names: list[bytes]
    codes: Numbers
    combinations: Numbers
    fresh: Sequence[bytes] | None = None

    def combination(self, name: bytes) -> int:
        """The combination of this name; NO_FEED if no list names it."""
        place = bisect_left(self.names, name)
        return int(self.combinations[place]) if self.names[place : place + 1] == [name] else NO_FEED


class Merging:
    """Merges the names of lists. `kept`: how those of `before` were merged, if that is known."""

    def __init__(
        self,
        lists: Sequence[tuple[ListKey, Run]],
        combinations: Combinations,
        before: SeenNames | None,
        kept: MergedBefore | None,
    ) -> None:
        self._lists, self._combinations, self._before = lists, combinations, before
        self._kept = _Kept(kept, [key for key, _ in lists], combinations) if before and kept else None

    def parts(self, shelf: int, files: Sequence[IO[bytes]]) -> Iterator[tuple[Span, MergedShelf]]:
        """The names of a shelf, a span at a time; `files` are the open files of the runs."""
        runs = [(run, file) for (_, run), file in zip(self._lists, files, strict=True)]
        spans = spans_of(runs, shelf)
        before = self._parts_before(shelf, [end for _, end in spans[:-1]])
        kept = self._kept.shelf(shelf) if self._kept else array("I")
        done = 0
        for span, (names, codes) in zip(spans, before, strict=True):
            if self._kept:
                changed = self._combinations.combine(self._feeds(shelf, files, self._kept.changed, span))
                part = numbers_in(kept[done : done + len(names)])
                done += len(names)
                yield span, self._kept.change(part, names, numbers_in(codes), changed)
                continue
            known = self._combinations.combine(self._feeds(shelf, files, range(len(self._lists)), span))
            known_before = dict(zip(names, codes, strict=True))
            known = dict.fromkeys(known_before, NO_FEED) | known if known_before else known
            names = sorted(known)
            if known_before:
                codes_before = numbers_of(map(known_before.get, names, repeat(NO_HISTORY)), len(names))
            else:
                codes_before = numbers_of(repeat(NO_HISTORY, len(names)), len(names))
            yield span, MergedShelf(names, codes_before, numbers_of(map(known.__getitem__, names), len(names)))

    def _parts_before(self, shelf: int, ends: list[bytes]) -> Iterator[tuple[list[bytes], array[int]]]:
        """Names and histories of the release before."""
        if self._before is not None:
            return self._before.parts(shelf, ends)
        return repeat(([], array("I")), len(ends) + 1)

    def _feeds(
        self, shelf: int, files: Sequence[IO[bytes]], numbers: Iterable[int], span: Span
    ) -> Iterator[tuple[int, list[bytes]]]:
        """(feed, names) of these lists. A list that is meant for names alone narrows what its format says."""
        for number in numbers:
            key, run = self._lists[number]
            for section in SCOPES:
                names = run.names(files[number], section, shelf, span)
                if names:
                    yield 2 * number + (key.subdomains and section != EXACT), names


class _Kept:
    """The merged names of the build before, and what of them changes.

    `combinations` has none yet and gets those of the build before.
    """

    def __init__(self, kept: MergedBefore, keys: Sequence[ListKey], combinations: Combinations) -> None:
        self._kept, self._combinations = kept, combinations
        by_id = {key.id: number for number, key in enumerate(keys)}
        same = frozenset(kept.lists)
        self.changed = [number for number, key in enumerate(keys) if key not in same]
        """Numbers of the lists whose names are not those of the build before."""
        is_changed = frozenset(self.changed)
        # By combination before: what becomes of it, of its lists that have changed alone, and of the others alone.
        whole_now: list[int] = []
        part_now: list[int] = []
        self._rest: list[int] = []
        for feeds in kept.combinations:
            now = [(by_id.get(kept.lists[feed // 2].id), feed % 2) for feed in feeds]
            whole = [(number, 2 * number + wide) for number, wide in now if number is not None]
            part = [feed for number, feed in whole if number in is_changed]
            rest = [feed for number, feed in whole if number not in is_changed]
            for table, chosen in ((whole_now, part + rest), (part_now, part), (self._rest, rest)):
                table.append(combinations.number(chosen))
        self._whole_now, self._part_now = (numbers_of(table, len(table)) for table in (whole_now, part_now))

    def shelf(self, number: int) -> array[int]:
        """The combination before of each name of a shelf."""
        return self._kept.shelf(number)

    def change(self, before: Numbers, names: list[bytes], codes: Numbers, changed: Mapping[bytes, int]) -> MergedShelf:
        """The names with what changed lists name now instead of what they named before."""
        combinations = looked_up(self._whole_now, before)
        named: dict[bytes, int] = {}
        if self.changed:
            parts = looked_up(self._part_now, before)
            places = places_of_any(parts)
            named = dict(zip(map(names.__getitem__, places), numbers_at(parts, places), strict=True))
        came: list[bytes] = []
        came_back: list[bytes] = []
        for name in sorted(_different(named, changed)):
            place = bisect_left(names, name)
            if names[place : place + 1] == [name]:
                number = int(before[place])
                if not self._kept.combinations[number]:
                    came_back.append(name)
                rest = self._rest[number]
                combinations[place] = self._combinations.join(rest, changed.get(name, NO_FEED))
            else:
                came.append(name)
        if came:
            places = places_for(came, names)
            codes = inserted(codes, places, [NO_HISTORY] * len(came))
            combinations = inserted(combinations, places, [changed[name] for name in came])
            names = inserted(names, places, came)
        return MergedShelf(names, codes, combinations, [*came, *came_back])


def _different(one: Mapping[bytes, int], other: Mapping[bytes, int]) -> set[bytes]:
    """The names for which two maps have other numbers, or one has none; mostly they have the same."""
    are_other = map(ne, map(other.get, one), one.values())
    return {*compress(one, are_other), *(other.keys() - one.keys())}
