"""Hot path. Random octets from the operating system's generator, drawn in blocks: a call for some 100 queries."""

from __future__ import annotations

from collections.abc import Callable

BLOCK_OCTETS = 4_096


class Entropy:
    """Random octets that are handed out once. `draw` is the system's generator (`os.urandom`)."""

    __slots__ = ("_at", "_block", "_draw")

    def __init__(self, draw: Callable[[int], bytes]) -> None:
        self._draw = draw
        self._block = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` octets, at most a block."""
        at = self._at
        self._at = end = at + count
        if end > len(self._block):
            self._block = self._draw(BLOCK_OCTETS)
            self._at = end = count
            at = 0
        return self._block[at:end]
