"""A history that fails made shorter, as long as it fails: halves left out first, single steps last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Step = TypeVar("Step")


def shorten(history: Sequence[Step], fails: Callable[[list[Step]], bool], most: int) -> list[Step]:
    """The shortest that was found with so many tries at the most."""
    kept, size, tries = list(history), max(len(history) // 2, 1), 0
    while tries < most:
        at, has_shrunk = 0, False
        while at < len(kept) and tries < most:
            shorter = [*kept[:at], *kept[at + size :]]
            tries += 1
            if fails(shorter):
                kept, has_shrunk = shorter, True
            else:
                at += size
        if size == 1 and not has_shrunk:
            break
        size = max(size // 2, 1)
    return kept
