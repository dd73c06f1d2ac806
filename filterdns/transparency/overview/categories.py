"""Lists in their categories, categories in their classes, and what a home is offered at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from filterdns.categories import Class
from filterdns.config.settings import ProfileSettings
from filterdns.lists.categories_file import CategoryRow
from filterdns.transparency.overview.moments import count
from filterdns.transparency.overview.rows import ListRow, State
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.overview.wording import CLASSES, NOTES, category_title, filtered_text, is_enforced

TEST_NAMES = 1  # that each category has, made up so that anybody can try it

_ORDER = {State.STOPPED: 0, State.ON: 1, State.COMING: 2, State.OFF: 3, State.OFFERED: 4, State.NEVER: 5}


@dataclass(frozen=True, slots=True)
class CategoryBlock:
    """One category with its lists: `used` are on or were chosen by somebody, `offered` wait for a tap."""

    id: str
    title: str
    names: int  # in the current release, whoever listed them
    filtered: str  # who gets it filtered here, without a full stop
    is_enforced: bool
    used: tuple[ListRow, ...]
    offered: tuple[ListRow, ...]
    never: tuple[ListRow, ...]

    @property
    def is_in_vain(self) -> bool:
        """Whether lists are on that close nothing, because no profile filters the category."""
        return not self.is_enforced and self.on > 0

    @property
    def on(self) -> int:
        """How many lists are on."""
        return sum(row.state in (State.ON, State.COMING) for row in self.used)

    @property
    def counts(self) -> str:
        """`2 lists on, 195,339 names in use`."""
        return f"{count(self.on, 'list') if self.on else 'No list'} on, {count(self.names, 'name')} in use"

    @property
    def note(self) -> str:
        """What else decides whether a name of a list counts, in a sentence."""
        return NOTES.get(self.id, "")

    @property
    def is_written(self) -> bool:
        """Whether people here wrote names into it, besides the one for trying it out."""
        return self.names > TEST_NAMES

    @property
    def written(self) -> str:
        """How many names people here wrote, for a category that no list is taken for."""
        return count(self.names, "name")


@dataclass(frozen=True, slots=True)
class Group:
    """A class of categories. `plain`: those for which there is no list, only what people here wrote."""

    anchor: str
    title: str
    words: str
    blocks: tuple[CategoryBlock, ...]
    plain: tuple[CategoryBlock, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A category that nobody has decided about, and the lists that are recommended for it."""

    block: CategoryBlock
    rows: tuple[ListRow, ...]


def groups_of(snapshot: Snapshot, rows: Sequence[ListRow], profiles: Sequence[ProfileSettings]) -> tuple[Group, ...]:
    """All categories but those of orders from outside, in the order of the page."""
    by_category: dict[str, list[ListRow]] = {}
    for row in rows:
        by_category.setdefault(row.recipe.category, []).append(row)
    names = snapshot.current.names_by_category if snapshot.current else {}
    groups = []
    for klass, (title, words) in CLASSES.items():
        blocks = [
            _block(category, by_category.get(category.id, []), names, profiles)
            for category in snapshot.table.categories
            if category.klass is klass
        ]
        listed, plain = (tuple(b for b in blocks if _has_lists(b) is having) for having in (True, False))
        groups.append(Group(f"class-{klass.value}", title, words, listed, plain))
    return tuple(groups)


def offers_of(snapshot: Snapshot, groups: Sequence[Group]) -> tuple[Offer, ...]:
    """What is offered at first: content with a recommended list where none is on and nobody has chosen yet."""
    offers = []
    for block in (block for group in groups for block in group.blocks):
        rows = tuple(row for row in block.offered if row.recipe.recommended)
        category = snapshot.table.get(block.id)
        if rows and not block.used and category is not None and category.klass is Class.CONTENT:
            offers.append(Offer(block, rows))
    return tuple(offers)


def _block(
    category: CategoryRow, rows: Sequence[ListRow], names: Mapping[str, int], profiles: Sequence[ProfileSettings]
) -> CategoryBlock:
    ordered = sorted(rows, key=lambda row: (_ORDER[row.state], row.title.casefold()))
    return CategoryBlock(
        id=category.id,
        title=category_title(category),
        names=names.get(category.id, 0),
        filtered=filtered_text(category.id, profiles),
        is_enforced=is_enforced(category.id, profiles),
        used=tuple(row for row in ordered if row.state not in (State.OFFERED, State.NEVER)),
        offered=tuple(row for row in ordered if row.state is State.OFFERED),
        never=tuple(row for row in ordered if row.state is State.NEVER),
    )


def _has_lists(block: CategoryBlock) -> bool:
    return bool(block.used or block.offered or block.never)
