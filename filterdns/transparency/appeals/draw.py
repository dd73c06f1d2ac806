"""Who examines a case is drawn by lot, and anybody can draw again: from the root of the log at a size that nobody could
foresee when the case was opened, the case's number and the pseudonyms of those who qualify.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection


def draw(root: bytes, case: int, qualified: Collection[str], number: int = 1) -> list[str]:
    """The people of the lot, `number` of them or as many as there are, in the order in which they were drawn.

    Each one's lot is SHA-256(root || case, decimal || 0x00 || pseudonym, UTF-8); the least are drawn.
    """
    return sorted(set(qualified), key=lambda pseudonym: lot(root, case, pseudonym))[:number]


def lot(root: bytes, case: int, pseudonym: str) -> bytes:
    """The lot of one person in one case."""
    return hashlib.sha256(root + str(case).encode() + b"\0" + pseudonym.encode()).digest()
