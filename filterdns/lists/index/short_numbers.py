"""A number for each of many names that waits to be written: in two octets as long as all of them fit, else in four."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from filterdns.lists.index.numbers import Numbers, greatest, halves, words

_MOST_SHORT = 1 << 16
_OCTETS_AT_ONCE = 1 << 18


class ShortNumbers:
    """Takes numbers below 2**32 in portions. `octets`: all of them, as an array of `type_code`, H or I, has them."""

    def __init__(self) -> None:
        self.octets, self.type_code = bytearray(), "H"

    def __len__(self) -> int:
        return len(self.octets) // (2 if self.type_code == "H" else 4)

    def add(self, numbers: Numbers) -> None:
        """Take these, behind those that are there."""
        if self.type_code == "H" and greatest(numbers) >= _MOST_SHORT:
            self.octets = bytearray(b"".join(self.words()))
            self.type_code = "I"
        octets = words(numbers)
        self.octets += halves(octets) if self.type_code == "H" else octets

    def words(self) -> Iterator[bytes]:
        """Four octets for each number, a piece of them at a time: a shelf may have all names of a release."""
        with memoryview(self.octets) as view:
            for start in range(0, len(view), _OCTETS_AT_ONCE):
                piece = bytes(view[start : start + _OCTETS_AT_ONCE])
                yield array("I", array("H", piece)).tobytes() if self.type_code == "H" else piece
