"""From the fields of a button's form to orders for the keeper: only what the page would offer."""

from __future__ import annotations

import re

from filterdns.lists.orders import (
    ACCEPT,
    KEEP_OLD,
    REMOVE,
    ROLLBACK,
    SWITCH_OFF,
    SWITCH_ON,
    UNDO,
    UPDATE_NOW,
    Order,
)
from filterdns.lists.recipe import NEVER, Recipe
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.web.forms import Fields, first

MOST_SOURCES = 20  # switched on by one button

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_ABOUT_A_COPY = (ACCEPT, KEEP_OLD, UNDO)
_ABOUT_A_LIST = (*_ABOUT_A_COPY, SWITCH_ON, SWITCH_OFF, REMOVE)


def orders_of(fields: Fields, snapshot: Snapshot) -> tuple[Order, ...]:
    """The orders of a form; () if it asks for anything that cannot be ordered here."""
    what = first(fields, "order")
    if what == UPDATE_NOW:
        return (Order(UPDATE_NOW),)
    if what == ROLLBACK:
        number = first(fields, "release")
        kept = {str(release.number): release.number for release in snapshot.releases}
        return (Order(ROLLBACK, release=kept[number]),) if number in kept else ()
    sources, digest = fields.get("source", ())[:MOST_SOURCES], first(fields, "digest")
    if what not in _ABOUT_A_LIST or (what in _ABOUT_A_COPY and not _DIGEST.match(digest)):
        return ()
    recipes = [snapshot.recipes.get(source) for source in sources]
    if not all(recipe is not None and _may(what, recipe) for recipe in recipes):
        return ()
    shown = digest if what in _ABOUT_A_COPY else ""
    return tuple(Order(what, source=source, digest=shown) for source in sources)


def _may(what: str, recipe: Recipe) -> bool:
    if what == SWITCH_ON:
        return recipe.switch != NEVER
    return what != REMOVE or recipe.household
