"""A clock that a person has looked at and found right, for machines without a time server.

    STATE/clock.json     the clock's wall seconds at monotonic 0 when it was confirmed

Monotonic time begins at the machine's start, so a confirmation holds as long as the clock runs on without a jump, for
every process of this machine, and is worth nothing after the next start: then the clock may be wrong again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from filterdns.calendar import MOST_STEP_SECONDS
from filterdns.clock import is_synchronised
from filterdns.errors import StateFault

_MOST_OCTETS = 1_024


def clock_file(state: Path) -> Path:
    """Where the confirmation is kept."""
    return state / "clock.json"


def confirm_clock(state: Path, now: float, when: datetime) -> None:
    """Say that the clock is right as it runs now. Raises StateFault."""
    path = clock_file(state)
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_text(json.dumps({"base": when.timestamp() - now, "confirmed_at": when.isoformat()}) + "\n")
        fresh.replace(path)
    except OSError as error:
        raise StateFault(f"{path}: expected room for a line, got {error.strerror or error}") from error


def is_confirmed(state: Path, base: float) -> bool:
    """Whether the clock with these wall seconds at monotonic 0 is the one that was confirmed."""
    try:
        with clock_file(state).open("rb") as file:
            confirmed = json.loads(file.read(_MOST_OCTETS))["base"]
        return abs(float(confirmed) - base) <= MOST_STEP_SECONDS
    except (OSError, ValueError, TypeError, KeyError):
        return False


def vouching_for(state: Path) -> Callable[[float], bool]:
    """What `Calendar` asks while a clock is in doubt: is it synchronised, or confirmed?"""
    return lambda base: is_synchronised() or is_confirmed(state, base)
