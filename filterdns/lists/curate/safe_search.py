"""Safe search: where it leads to is never listed, or searching stops in each house that has it on."""

from __future__ import annotations

RULE = "safe_search"
WORDS = "safe search needs it"
