"""What a release changed against the one before, by category: how many names came and went, and which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set

from filterdns.lists.curate.histories import step_parts
from filterdns.lists.curate.two_feeds import too_few
from filterdns.lists.index.numbers import Known, Numbers, places_of_any
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.records import Wires
from filterdns.lists.index.seen import CURRENT, SeenNames
from filterdns.lists.manifest import ListInput
from filterdns.lists.shelves import SHELVES, shelf_of

Categories = frozenset[str]


class ReleaseBefore:
    """The release that is compared with. `special`: names that it listed itself, or kept off by a rule."""

    def __init__(
        self, index: ReleaseIndex, seen: SeenNames, lists: Mapping[str, ListInput], special: Iterable[bytes]
    ) -> None:
        self._index = index
        self.seen = seen
        self._special: list[set[bytes]] = [set() for _ in range(SHELVES)]
        for name in special:
            self._special[shelf_of(name)].add(name)
        self._lists = [lists.get(feed.source) for feed in seen.feeds]
        self._wires = Wires()

    def special(self, shelf: int) -> Set[bytes]:
        """The names of a shelf whose categories their history does not tell."""
        return self._special[shelf]

    def categories(self, history: int) -> Categories:
        """The categories in which names of a history were listed, if no rule was about them."""
        current = [self._lists[feed] for feed, _, last in self.seen.history(history) if last == CURRENT]
        used = [each for each in current if each is not None]
        few = too_few((each.category, each.keeper, each.household) for each in used)
        return frozenset(each.category for each in used) - few

    def categories_of(self, name: bytes) -> Categories:
        """The categories in which exactly this name was listed, whatever the rules were about it."""
        (wire,) = self._wires.of([name])
        mask: int = next((mask for offset, mask, _ in self._index.matches(wire) if offset == 0), 0)
        return frozenset(category.id for category in self._index.categories if mask & category.mask)


class _IsChanged(dict[int, int]):
    """Step -> 1 if categories came or went, else 0."""

    def __init__(self, difference: Callable[[int], object]) -> None:
        super().__init__()
        self._difference = difference

    def __missing__(self, step: int) -> int:
        is_changed = self[step] = int(self._difference(step) is not None)
        return is_changed


class Changes:
    """Collects changes while a release is compiled; there are none without a release before."""

    def __init__(self, before: ReleaseBefore | None, categories_now: Callable[[int], Categories]) -> None:
        self._before, self._now = before, categories_now
        self._known: dict[int, tuple[Categories, Categories] | None] = {}
        self._is_changed = Known(_IsChanged(self._difference))
        self.lines: list[bytes] = []  # `+adult name` and `-adult name`
        self.added: Counter[str] = Counter()
        self.removed: Counter[str] = Counter()

    def note(
        self,
        names: Sequence[bytes],
        steps: Numbers,
        special: Mapping[bytes, Categories],
    ) -> None:
        """Take a shelf: the step of each name that any list has or had, and the names that a rule is or was about or
        that we list or listed ourselves, with the categories that they are listed in now.
        """
        if self._before is None:
            return
        for place in places_of_any(self._is_changed.of(steps)):
            if names[place] not in special:
                self._add(names[place], self._difference(int(steps[place])))
        for name, now in special.items():
            before = self._before.categories_of(name)
            self._add(name, (now - before, before - now))

    def _difference(self, step: int) -> tuple[Categories, Categories] | None:
        """Categories that came and that went; None if neither."""
        if step not in self._known:
            assert self._before is not None
            code, combination = step_parts(step)
            before, now = self._before.categories(code), self._now(combination)
            self._known[step] = None if before == now else (now - before, before - now)
        return self._known[step]

    def _add(self, name: bytes, difference: tuple[Collection[str], Collection[str]] | None) -> None:
        for sign, categories, counts in zip(b"+-", difference or (), (self.added, self.removed), strict=False):
            for category in sorted(categories):
                counts[category] += 1
                self.lines.append(b"%c%b %b\n" % (sign, category.encode(), name))


def read_changes(lines: Iterable[bytes]) -> Iterable[tuple[str, str, str]]:
    """(sign, category, name) of each line of a `delta` file."""
    for line in lines:
        category, _, name = line[1:].strip().partition(b" ")
        yield chr(line[0]), category.decode(), name.decode()
