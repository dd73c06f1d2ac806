"""Hot path. One cached answer, and how it is said again at a later second.

All ages are whole seconds of the worker's monotonic clock. An answer that is given during second S is as old as at the
end of S: `S + 1 - born`, so that a TTL never grows, not even in an answer that is repeated until S ends.
"""

from __future__ import annotations

from typing import Any

from filterdns.resolver.message.layout import CD, COUNTS, QR, RA, RCODE_MASK, RD, U16, U32

# What an entry costs besides the octets of key and body, measured on CPython 3.11 (64 bit): the object with its slots,
# four bytes objects' heads, two heads of ten octets, a dictionary slot at its emptiest.
OVERHEAD_OCTETS = 520
_OCTETS_A_TTL = 24


_HEADS: dict[tuple[int, int, int, int], tuple[bytes, bytes]] = {}
_MOST_HEADS = 4_096  # there are some dozens, shared by all entries


def find_heads(shape: tuple[int, int, int, int]) -> tuple[bytes, bytes]:
    """Flags and counts, without and with OPT, for (RCODE, ANCOUNT, NSCOUNT, variant); AD is not set."""
    heads = _HEADS.get(shape)
    if heads is None:
        rcode, ancount, nscount, variant = shape
        flags = U16.pack(QR | RD | RA | (CD if variant & 1 else 0) | (rcode & RCODE_MASK))
        heads = flags + COUNTS.pack(1, ancount, nscount, 0), flags + COUNTS.pack(1, ancount, nscount, 1)
        if len(_HEADS) < _MOST_HEADS:
            _HEADS[shape] = heads
    return heads


class Entry:
    """An answer to one question. `mask`: categories of question and targets under `listings`."""

    __slots__ = (
        "ancount",
        "authenticated",
        "body",
        "born",
        "ede",
        "expires",
        "head",
        "head_opt",
        "listings",
        "mask",
        "negative",
        "nscount",
        "patched",
        "rcode",
        "second",
        "targets",
        "ttl_offsets",
        "ttls",
        "uses",
        "variant",
    )

    def __init__(
        self,
        rcode: int,
        body: bytes,
        ancount: int,
        nscount: int,
        ttl_offsets: tuple[int, ...],
        ttls: tuple[int, ...],
        targets: tuple[bytes, ...],
        variant: int = 0,
        authenticated: bool = False,
    ) -> None:
        self.rcode = rcode
        self.body = self.patched = body
        self.ancount = ancount
        self.ede = b""  # options: why there is nothing, where the upstream or our own shield said so
        self.nscount = nscount
        self.ttl_offsets = ttl_offsets
        self.ttls = ttls
        self.targets = targets
        self.authenticated = authenticated
        self.variant = variant
        # Octets 2 to 11 of the answer to a query with RD and this variant's CD, without and with OPT.
        self.head, self.head_opt = find_heads((rcode, ancount, nscount, variant))
        self.negative = False
        self.listings: Any = None
        self.mask = 0
        self.born = self.expires = 0  # seconds; fresh while second < expires
        self.second = self.uses = 0  # `patched` is for that second; seconds in which it was asked for

    def at(self, second: int) -> bytes:
        """The body as it reads during `second`, kept until another second asks."""
        self.patched = self.aged(second + 1 - self.born)
        self.second = second
        self.uses += 1
        return self.patched

    def aged(self, age: int, most: int = 0x7FFFFFFF) -> bytes:
        """The body with each TTL lowered by `age` seconds, between 0 and `most`."""
        if len(self.ttls) == 1:
            at = self.ttl_offsets[0]
            left = min(max(0, self.ttls[0] - age), most)
            return self.body[:at] + U32.pack(left) + self.body[at + 4 :]
        body = bytearray(self.body)
        for at, ttl in zip(self.ttl_offsets, self.ttls, strict=True):
            U32.pack_into(body, at, min(max(0, ttl - age), most))
        return bytes(body)

    def with_ttl(self, ttl_seconds: int) -> bytes:
        """The body with each TTL set: what is served stale (RFC 8767 section 4)."""
        body = bytearray(self.body)
        for at in self.ttl_offsets:
            U32.pack_into(body, at, ttl_seconds)
        return bytes(body)

    def octets(self, key: bytes) -> int:
        """Memory that the entry takes under this key, targets and a patched copy of the body included."""
        names = sum(map(len, self.targets)) + 49 * len(self.targets) if self.targets else 0
        return OVERHEAD_OCTETS + len(key) + 2 * len(self.body) + _OCTETS_A_TTL * len(self.ttls) + names
