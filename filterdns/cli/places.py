"""The files that come with the program."""

from __future__ import annotations

from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder


def load_table() -> CategoryTable:
    """The category table that comes with the program."""
    return load_categories(shipped_folder() / "categories.yaml")
