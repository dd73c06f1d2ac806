"""What one copy of a source holds, in numbers: what the guard judges by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Census:
    """One parsed copy. `p1_hits`, `p2_hits`: protected names that the list names, or names below them, as text."""

    sha256: str
    format: str  # as parsed; "html" or "" if nothing could be made of it
    lines: int
    names: int  # distinct
    duplicates: int  # names that stood there once more
    rejected: int
    exceptions: int = 0
    rejected_examples: tuple[str, ...] = ()  # `12: expected ..., got "..."`
    p1_hits: tuple[str, ...] = ()
    p2_hits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """From the accepted copy to a new one: how many names come and go, and some of them."""

    added: int
    removed: int
    added_examples: tuple[str, ...] = ()
    removed_examples: tuple[str, ...] = ()
