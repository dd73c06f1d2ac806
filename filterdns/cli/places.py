"""Where things lie: the state folder and the lists that come with the program."""

from __future__ import annotations

import os
from pathlib import Path

from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder


def default_state() -> Path:
    """`filterdns` in the user's XDG state folder (XDG Base Directory Specification 0.8)."""
    base = os.environ.get("XDG_STATE_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    return folder / "filterdns"


def load_table() -> CategoryTable:
    """The category table that comes with the program."""
    return load_categories(shipped_folder() / "categories.yaml")
