"""Casebooks for tests. Tables are made once, by the real migrations; a test gets a copy of the file."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy.engine import URL

from filterdns.config.settings import DeskSettings
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook, open_casebook

RULES = Rules()


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        open_casebook(state, DeskSettings()).close()
        return casebook_file(state).read_bytes()


def casebook_file(state: Path) -> Path:
    return state / "desk" / "cases.sqlite"


def new_casebook(state: Path, rules: Rules = RULES) -> Casebook:
    """An empty one in a state folder, for the test to close; `open_casebook(state, DeskSettings())` finds the same."""
    file = casebook_file(state)
    file.parent.mkdir(mode=0o700, parents=True)
    file.write_bytes(_template())
    file.chmod(0o600)
    return Casebook(URL.create("sqlite", database=str(file)), rules)
