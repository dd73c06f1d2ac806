"""Many names at once, as people paste them: a line each, or with commas, semicolons or spaces between."""

from __future__ import annotations

import re
from dataclasses import dataclass

from filterdns.transparency.reasons.typed import MOST_CHARACTERS, Problem, TypedFault, read_typed

MOST_NAMES = 50  # at once: about 50 ms of work

_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One of them: the canonical name, or why it is none."""

    typed: str
    qname: bytes = b""
    problem: Problem | None = None
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Pasted:
    """All that was understood. `left_out`: how many there were beyond MOST_NAMES."""

    items: tuple[Item, ...]
    left_out: int = 0


def read_many(text: str) -> Pasted:
    """What somebody pasted, in its order; a name that comes again, in whatever form, counts once."""
    parts = [part for part in _BETWEEN.split(text) if part]
    items: dict[bytes | str, Item] = {}
    for part in parts[: 2 * MOST_NAMES]:
        item = _read(part)
        items.setdefault(item.qname or item.typed, item)
    kept = tuple(items.values())
    beyond = max(0, len(parts) - 2 * MOST_NAMES)
    return Pasted(kept[:MOST_NAMES], max(0, len(kept) - MOST_NAMES) + beyond)


def _read(part: str) -> Item:
    shown = part[:MOST_CHARACTERS]
    try:
        return Item(shown, read_typed(part))
    except TypedFault as fault:
        return Item(shown, problem=fault.problem, proposal=fault.proposal)
