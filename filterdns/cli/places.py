"""The files that come with the program, and those of an installation beside them."""

from __future__ import annotations

from pathlib import Path

from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.recipes_file import Recipes, load_recipes
from filterdns.lists.shipped import base_folder, shipped_folder


def load_table() -> CategoryTable:
    """The category table that comes with the program."""
    return load_categories(shipped_folder() / "categories.yaml")


def load_installed(state: Path) -> Recipes:
    """Every list that there is in an installation, and which are on. Raises DataFault."""
    overlay = state / "lists"
    return load_recipes(base_folder(state), overlay if overlay.is_dir() else None, load_table())
