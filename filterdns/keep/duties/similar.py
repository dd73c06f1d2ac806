"""Names that may be the same error as one that was opened: in the same list, listed today (requirements J6 f).

The names of a release are walked a shelf at a time, so that it takes little memory, and for so long at the most: what
was not looked at in time is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from filterdns.lists.index.seen import CURRENT, SeenNames
from filterdns.lists.names_of import CATEGORY, SOURCE, ListedNames
from filterdns.lists.release import Release
from filterdns.lists.shelves import SHELVES
from filterdns.names import parse_name
from filterdns.transparency.appeals.life import MOST_SIMILAR, similar_names, words_of

MOST_SECONDS = 60.0  # two million names take three on a laptop, twenty on a small board


@dataclass(frozen=True, slots=True)
class Mistake:
    """A name that a list named by mistake."""

    name: str
    category: str
    source: str


def find_similar(release: Release, mistake: Mistake, now: Callable[[], float]) -> tuple[list[str], bool]:
    """Up to MOST_SIMILAR names, and whether all were looked at. `now`: monotonic seconds. Raises IndexFault."""
    walk = _Walk(release, mistake, now, now() + MOST_SECONDS)
    return similar_names(mistake.name, walk.names(), most=MOST_SIMILAR), not walk.is_cut


class _Walk:
    def __init__(self, release: Release, mistake: Mistake, now: Callable[[], float], until: float) -> None:
        self._seen, self._listed = release.open_seen(), ListedNames(release)
        self._mistake, self._now, self._until = mistake, now, until
        parent = mistake.name.partition(".")[2]
        self._ending = f".{parent}".encode()
        self._words = tuple(word.encode() for word in words_of(mistake.name))
        self.is_cut = False

    def names(self) -> Iterator[str]:
        """Names that the list names today and that are listed for its category, of those that may be meant."""
        histories = _naming(self._seen, self._mistake.source)
        for shelf in range(SHELVES):
            if self._now() > self._until:
                self.is_cut = True
                return
            names, codes = self._seen.shelf(shelf)
            for name, code in zip(names, codes, strict=True):
                if code in histories and self._may_be(name) and self._is_listed(name):
                    yield name.decode("ascii")

    def _may_be(self, name: bytes) -> bool:
        """A quick look; `similar_names` has the last word."""
        return name.endswith(self._ending) or any(word in name for word in self._words)

    def _is_listed(self, name: bytes) -> bool:
        kinds = self._listed.get(parse_name(name.decode("ascii")))
        return f"{self._mistake.category} {self._mistake.source}" in kinds.keys((CATEGORY, SOURCE))


def _naming(seen: SeenNames, source: str) -> set[int]:
    """The histories of names that this list names today."""
    feeds = {number for number, feed in enumerate(seen.feeds) if feed.source == source}
    return {
        number
        for number in range(seen.histories)
        if any(feed in feeds and last == CURRENT for feed, _, last in seen.history(number))
    }
