"""What a child keeps in STATE/desk for the next one, and the files by whose change the keeper knows that it is needed.

STATE/desk/wake         touched by whoever leaves a deed in a database elsewhere, where no file changes
STATE/desk/looked       {"release": number, "entries": size of the log}: up to where things were looked at
STATE/desk/outcomes     {"from": size of the log}: outcomes from there on may be in the log and not be noted yet
STATE/desk/mail/        letters that wait
STATE/desk/commits/     decisions that wait to be committed to the work tree
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filterdns.log.writing.durable import SECRET_MODE, store_file

_MOST_OCTETS = 64 * 1024


def desk_folder(state: Path) -> Path:
    """Where all of the desk lies, for this user alone."""
    return state / "desk"


def watched_files(state: Path) -> tuple[Path, ...]:
    """Those that change when something happens at the desk: SQLite writes to its log, and then to its file."""
    folder = desk_folder(state)
    return folder / "cases.sqlite-wal", folder / "cases.sqlite", folder / "wake"


def mail_folder(state: Path) -> Path:
    """Letters that wait."""
    return desk_folder(state) / "mail"


def commits_folder(state: Path) -> Path:
    """Decisions that wait to be committed."""
    return desk_folder(state) / "commits"


def looked_file(state: Path) -> Path:
    """Up to where releases and the log were looked at."""
    return desk_folder(state) / "looked"


def outcomes_file(state: Path) -> Path:
    """From where on the log may have outcomes that were not noted."""
    return desk_folder(state) / "outcomes"


def load_values(path: Path) -> dict[str, Any]:
    """What is kept in a file; nothing where that cannot be read: then it is found anew."""
    try:
        with path.open("rb") as file:
            values = json.loads(file.read(_MOST_OCTETS))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def store_values(path: Path, values: Mapping[str, Any]) -> None:
    """Keep it, readable for nobody else. Raises StateFault."""
    store_file(path, json.dumps(values, sort_keys=True).encode(), mode=SECRET_MODE)
