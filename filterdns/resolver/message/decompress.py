"""Names in a message that may be compressed (RFC 1035 section 4.1.4), read with bounded work.

A pointer must go strictly backward and never into the header. A chain of pointers ends after `MOST_HOPS`, and each name
is read once for the message, so that hostile chains cost no more than honest ones.
"""

from __future__ import annotations

from filterdns.errors import WireFault
from filterdns.names import MAX_LABEL_OCTETS, MAX_NAME_OCTETS
from filterdns.resolver.message.layout import HEADER_OCTETS

MOST_HOPS = 32  # honest writers point at names that end in one pointer or none
_POINTER = 0xC0


class Names:
    """The names of one message. `stray` turns true when a pointer leads to octets that were not read as a name.

    Such a message is legal, but its octets may not be passed on: what is patched later (TTLs) could change a name.
    """

    __slots__ = ("_found", "_starts", "stray", "wire")

    def __init__(self, wire: bytes) -> None:
        self.wire = wire
        self.stray = False
        self._starts: set[int] = set()  # where the labels of names that were read begin
        self._found: dict[int, tuple[bytes, int]] = {}

    def read(self, at: int) -> tuple[bytes, int]:
        """The name at an offset, uncompressed, in the letter case found, and the offset behind it.

        Raises WireFault for a name over 255 octets, a label of an unknown kind, a pointer that goes forward or into the
        header, and a name that the message's end cuts off.
        """
        found = self._found.get(at)
        if found is None:
            try:
                found = self._read(at, 0)
            except IndexError:
                raise WireFault("a name that the end of the message cuts off") from None
        return found

    def _read(self, at: int, hops: int) -> tuple[bytes, int]:
        wire, start = self.wire, at
        while length := wire[at]:
            if length >= _POINTER:
                name = wire[start:at] + self._tail((length & 0x3F) << 8 | wire[at + 1], start, hops)
                at += 1
                break
            if length > MAX_LABEL_OCTETS or at - start > MAX_NAME_OCTETS:
                raise WireFault("a label of an unknown kind or a name without an end")
            if not hops:
                self._starts.add(at)
            at += length + 1
        else:
            name = wire[start : at + 1]
        if len(name) > MAX_NAME_OCTETS:
            raise WireFault("a name over 255 octets")
        found = self._found[start] = name, at + 1
        return found

    def _tail(self, target: int, start: int, hops: int) -> bytes:
        """The name that a pointer leads to, from a name (or the rest of one) that began at `start`."""
        if target not in self._starts:
            self.stray = True
        if not HEADER_OCTETS <= target < start or hops == MOST_HOPS:
            raise WireFault("a pointer that does not lead backward to a name")
        found = self._found.get(target)
        return self._read(target, hops + 1)[0] if found is None else found[0]
