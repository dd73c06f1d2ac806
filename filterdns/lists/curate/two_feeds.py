"""Two feeds: what is called fraud by one keeper alone is not listed, since a competitor's shop is quickly called so."""

from __future__ import annotations

from collections.abc import Iterable

from filterdns.lists.recipe import Recipe

RULE = "two_feeds"
WORDS = "named by one feed alone, and two are needed"

NEEDS_TWO = frozenset({"fraud"})
_ENOUGH = 2


def enough(category: str, feeds: Iterable[Recipe]) -> bool:
    """Whether the feeds that name a name in a category are enough to list it.

    Two lists of one keeper are one feed, as are two of the household's; a list that a household added itself is enough
    for that household, because it has decided so.
    """
    if category not in NEEDS_TWO:
        return True
    recipes = list(feeds)
    keepers = {recipe.keeper.name.casefold() for recipe in recipes}
    return len(keepers) >= _ENOUGH or any(recipe.household for recipe in recipes)
