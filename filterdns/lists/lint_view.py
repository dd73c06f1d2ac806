"""What the rules of lint look at, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from filterdns.errors import Fault
from filterdns.lists.own_rules import OwnRules
from filterdns.lists.placed import Placed
from filterdns.lists.written import Written


@dataclass(frozen=True, slots=True)
class View:
    """Everything that was written, and the day on which it is looked at."""

    written: Written
    rules: OwnRules
    today: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (`stops`), or to look at."""

    fault: Fault
    stops: bool


def fault(placed: Placed[object], key: str, expected: str, got: str, remedy: str = "") -> Finding:
    """Something to mend."""
    return Finding(placed.entry.fault(key, expected, got, remedy, what=_what(placed, key)), stops=True)


def warning(placed: Placed[object], key: str, expected: str, got: str, remedy: str = "") -> Finding:
    """Something to look at."""
    return Finding(placed.entry.fault(key, expected, got, remedy, what=_what(placed, key)), stops=False)


def _what(placed: Placed[object], key: str) -> str:
    name = placed.name.decode("ascii")
    return f"{name}: {key}" if key not in ("name", "id") else name
