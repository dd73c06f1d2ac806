"""`STATE/desk/notes.json`: what the keeper found that people should look at: for desk, numbers and front page.

A copy of what can be computed again: written whole once a day, and nothing is lost with it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filterdns.errors import StateFault
from filterdns.lists.store_file import store_file

_MOST_OCTETS = 262_144
_MODE = 0o700


@dataclass(frozen=True, slots=True)
class AilingSource:
    """A public list that errs too often, and somebody should look at as a whole. Numbers of the last quarter."""

    source: str
    decided: int
    overturned: int


@dataclass(frozen=True, slots=True)
class FailedSample:
    """A list of which too many names in a sample were wrong, within a quarter; `source` is OWN for entries of ours."""

    source: str
    looked_at: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Incident:
    """A name of help that was wrongly closed. `due`: until when an incident note tells it (deploy/incident-note.md)."""

    case: int
    name: str
    due: date


@dataclass(frozen=True, slots=True)
class Notes:
    """`on`: the day they are of. `lacking_hands`: categories with too many late cases, and how many.

    `looked`: the last decision whose like was looked for, by its event's number.
    """

    on: date
    sources: tuple[AilingSource, ...] = ()
    lacking_hands: tuple[tuple[str, int], ...] = ()
    incidents: tuple[Incident, ...] = ()
    looked: int = 0
    samples: tuple[FailedSample, ...] = ()


def notes_file(state: Path) -> Path:
    """Where they lie."""
    return state / "desk" / "notes.json"


def store_notes(state: Path, notes: Notes) -> None:
    """Raises StateFault."""
    try:
        notes_file(state).parent.mkdir(mode=_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise StateFault(f"{notes_file(state).parent}: expected a folder, got {error.strerror or error}") from error
    store_file(notes_file(state), json.dumps(asdict(notes), indent=1, default=date.isoformat).encode() + b"\n")


def load_notes(state: Path) -> Notes | None:
    """None where there are none, or none that can be read."""
    try:
        with notes_file(state).open("rb") as file:
            return _read(json.loads(file.read(_MOST_OCTETS)))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


class FollowedNotes:
    """The notes of a state folder, read again when they change: cheap enough for each page."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._seen: tuple[int, int] | None = None
        self._notes: Notes | None = None

    def get(self) -> Notes | None:
        """Those of now; None where there are none."""
        try:
            status = notes_file(self._state).stat()
            seen = (status.st_ino, status.st_mtime_ns)
        except OSError:
            seen = None
        if seen != self._seen:
            self._notes, self._seen = load_notes(self._state), seen
        return self._notes


def _read(values: dict[str, Any]) -> Notes:
    return Notes(
        date.fromisoformat(values["on"]),
        tuple(
            AilingSource(str(row["source"]), int(row["decided"]), int(row["overturned"])) for row in values["sources"]
        ),
        tuple((str(category), int(number)) for category, number in values["lacking_hands"]),
        tuple(
            Incident(int(row["case"]), str(row["name"]), date.fromisoformat(row["due"])) for row in values["incidents"]
        ),
        int(values["looked"]),
        tuple(
            FailedSample(str(row["source"]), int(row["looked_at"]), int(row["wrong"]))
            for row in values.get("samples", ())
        ),
    )
