"""What could point at a person is hidden: small numbers of people in one cell, and what would give them away. Pure."""

from __future__ import annotations

from collections.abc import Mapping

FEWEST = 5  # people, or cases that people brought, in a cell that is shown


def cells_to_hide(counts: Mapping[str, int], *, total_is_shown: bool) -> frozenset[str]:
    """The keys whose counts are hidden: 1 to 4 each, and one more if the rest would tell the only one.

    Nothing is hidden of 0: nobody is in it.
    """
    hidden = {key for key, count in counts.items() if 0 < count < FEWEST}
    if len(hidden) == 1 and total_is_shown:
        rest = sorted((count, key) for key, count in counts.items() if count and key not in hidden)
        hidden |= {key for _, key in rest[:1]}
    return frozenset(hidden)
