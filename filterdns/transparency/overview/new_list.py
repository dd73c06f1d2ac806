"""A list that a household wants to add, as it was typed: what is wrong with each field, in words beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.parse.recipes import MOST_URL_CHARACTERS, url_fault
from filterdns.lists.recipe import NEVER, Recipe
from filterdns.lists.recipes_file import Recipes
from filterdns.transparency.overview.wording import CLASSES, category_title

ADDRESS, CATEGORY, TITLE = "address", "category", "title"
MOST_TITLE_CHARACTERS = 120
EXAMPLE = "https://lists.example/names.txt"


@dataclass(frozen=True, slots=True)
class NewList:
    """What was typed, and `problems`: a sentence for each field with a fault. `known`: the list from this address."""

    address: str = ""
    category: str = ""
    title: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    known: Recipe | None = None


def read_new_list(typed: Mapping[str, str], recipes: Recipes, table: CategoryTable) -> NewList:
    """What was typed with everything that is wrong about it. Looks whether a file is there."""
    address, category, title = (typed.get(name, "").strip() for name in (ADDRESS, CATEGORY, TITLE))
    known = next((recipe for recipe in recipes.all if address in recipe.urls and recipe.switch != NEVER), None)
    problems = {
        ADDRESS: _address_problem(address) or ("This list is here already." if known else ""),
        CATEGORY: ""
        if category in {id_ for _, of in usable(table) for id_, _ in of}
        else "Choose what the list is about.",
        TITLE: _title_problem(title),
    }
    return NewList(address, category, title, {name: text for name, text in problems.items() if text}, known)


def usable(table: CategoryTable) -> list[tuple[str, list[tuple[str, str]]]]:
    """The categories that a household may fill: (class, [(identifier, title), ...]) in the order of the page."""
    return [
        (title, [(row.id, category_title(row)) for row in table.categories if row.klass is klass])
        for klass, (title, _) in CLASSES.items()
        if klass is not Class.LEGAL
    ]


def _address_problem(address: str) -> str:
    if not address:
        return f"Type the address of the list. It looks like {EXAMPLE}"
    if len(address) > MOST_URL_CHARACTERS:
        return f"This address is too long. {MOST_URL_CHARACTERS:,} characters are the most."
    if address.startswith("/"):
        return _path_problem(address)
    if address.startswith("http://"):
        return "This address begins with http://, so anybody on the way could change the list. Try https:// instead."
    if not address.startswith("https://"):
        return f"An address of a list begins with https://, such as {EXAMPLE}"
    fault = url_fault(address, plain_too=False)
    if "password" in fault:
        return "There is a name or a password in this address. Leave it out."
    return f"This is not an address that can be fetched. It looks like {EXAMPLE}" if fault else ""


def _path_problem(text: str) -> str:
    """A list on this machine must be there now: one that is not stops the making of releases until it is."""
    path = Path(text)
    try:
        is_there = path.is_file() or path.is_dir()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        return "There is no file or folder of this name on this machine, or filterdns may not look there."
    return "" if os.access(path, os.R_OK) else "filterdns may not read this file."


def _title_problem(title: str) -> str:
    if len(title) > MOST_TITLE_CHARACTERS:
        return f"This is too long. {MOST_TITLE_CHARACTERS} characters are the most."
    return (
        ""
        if all(character.isprintable() for character in title)
        else "There are characters in it that cannot be shown."
    )
