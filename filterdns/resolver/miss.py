"""A query that cannot be answered at once, and who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from filterdns.resolver.message.framing import MOST_OCTETS

if TYPE_CHECKING:
    from filterdns.resolver.limits.rate import Client
    from filterdns.resolver.message.edns import Edns
    from filterdns.resolver.policy.decision import Listings

VARIANTS = (b"", b"\1", b"\2", b"\3")


class Endpoint(Protocol):
    """Where an answer goes once it is there: a UDP server, a TCP connection, or nowhere for a prefetch."""

    def deliver(self, miss: Miss, reply: bytes) -> None:
        """Send `reply` to `miss.address`; never raises, never blocks."""


class Miss:
    """One query that needs an upstream. The server that read it sets `endpoint` and `address`."""

    __slots__ = (
        "address",
        "client",
        "edns",
        "endpoint",
        "flags",
        "key",
        "limit",
        "listings",
        "mask",
        "private_ok",
        "protected",
        "qname",
        "qtype",
        "question_end",
        "route",
        "transport",
        "variant",
        "wire",
    )

    endpoint: Endpoint
    address: Any

    def __init__(
        self,
        wire: bytes,
        question_end: int,
        flags: int,
        question: bytes,
        edns: Edns,
        client: Client,
        transport: int,
    ) -> None:
        self.wire = wire
        self.question_end = question_end
        self.flags = flags
        variant = edns.variant | flags >> 4 & 1  # DO << 1 | CD: answers to these are kept apart
        self.qname = question[:-4]  # lower case
        self.qtype = question[-4] << 8 | question[-3]
        self.key = question + VARIANTS[variant] if variant else question  # of the cache
        self.edns = edns
        self.variant = variant
        self.client = client
        self.transport = transport  # 0 UDP, 1 TCP
        self.limit = MOST_OCTETS if transport else edns.octets  # of the reply
        self.listings: Listings | None = None  # under which `mask` was found
        self.mask = 0  # of the question
        self.route = 0  # 0: the default upstreams; n: settings.forwarded_zones[n - 1]
        self.protected = 0  # P1 and P2 bits of the question
        self.private_ok = False  # private addresses may be answered (rebinding exception)
