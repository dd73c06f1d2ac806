"""Safe search: where it leads to is never listed, or searching stops in each house that has it on."""

from __future__ import annotations

from collections.abc import Set

RULE = "safe_search"
WORDS = "safe search needs it"


def refused(names: Set[bytes], targets: Set[bytes]) -> set[bytes]:
    """Those of these names that safe search answers with."""
    return set(names & targets)
