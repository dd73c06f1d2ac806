"""Examples in a manifest: of lines that are no names, and of listings that were set aside.

A manifest goes to everybody where there is a log. So there are no examples of lists that only an installation uses, nor
of categories whose names are not for browsing; the counts are of all, and `set_aside` beside the manifest has each.
"""

from __future__ import annotations

from collections.abc import Iterable

from filterdns.lists.compile import UsedList
from filterdns.lists.curate.name_rules import WORDS
from filterdns.lists.manifest import MOST_EXAMPLES
from filterdns.lists.own_data import OwnData
from filterdns.lists.set_aside import Refusal

_OPEN = "open"


def rejected_examples(lists: Iterable[UsedList], own: OwnData) -> list[str]:
    """Lines that are no names, as `list:line: what is wrong`."""
    told = _told(own)
    examples = [
        f"{used.recipe.id}:{example}"
        for used in lists
        if used.recipe.category in told and not used.recipe.household
        for example in used.run.census.rejected_examples
    ]
    return examples[:MOST_EXAMPLES]


def set_aside_examples(refusals: Iterable[Refusal], own: OwnData) -> list[str]:
    """Listings that a rule kept off, as `list: name: which rule`."""
    told = _told(own)
    private = {recipe.id for recipe in own.recipes.all if recipe.household}
    examples = [
        f"{each.source}: {each.name.decode()}: {WORDS[each.rule]}"
        for each in sorted(refusals)
        if each.category in told and each.source not in private
    ]
    return examples[:MOST_EXAMPLES]


def _told(own: OwnData) -> set[str]:
    return {row.id for row in own.table.categories if row.publication == _OPEN}
