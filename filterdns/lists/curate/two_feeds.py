"""Two feeds: what is called fraud by one keeper alone is not listed, since a competitor's shop is quickly called so."""

from __future__ import annotations

from collections.abc import Iterable

RULE = "two_feeds"
WORDS = "named by one feed alone, and two are needed"

FEWEST_KEEPERS = {"fraud": 2}


def too_few(feeds: Iterable[tuple[str, str, bool]]) -> frozenset[str]:
    """The categories for which too few keepers name a name; two lists of one keeper are one feed.

    `feeds` that name it: (category, keeper, whether the household added the list). What a household lists itself is
    enough for that household, because it has decided so.
    """
    keepers: dict[str, set[str]] = {}
    enough = set()
    for category, keeper, household in feeds:
        keepers.setdefault(category, set()).add(keeper.casefold())
        if household:
            enough.add(category)
    return frozenset(c for c in keepers.keys() - enough if len(keepers[c]) < FEWEST_KEEPERS.get(c, 1))
