"""A query that cannot be answered at once, and who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from filterdns.resolver.limits.rate import Client
    from filterdns.resolver.message.edns import Edns


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
        self, wire: bytes, question_end: int, flags: int, key: bytes, edns: Edns, variant: int, client: Client
    ) -> None:
        self.wire = wire
        self.question_end = question_end
        self.flags = flags
        self.key = key  # lower-case QNAME, QTYPE, QCLASS
        self.qname = key[:-4]
        self.qtype = key[-4] << 8 | key[-3]
        self.edns = edns
        self.variant = variant  # DO << 1 | CD: answers to these are kept apart
        self.client = client
        self.transport = 0  # counters.TCP for TCP
        self.limit = 0  # octets of the largest reply
        self.route = 0  # 0: the default upstreams; n: settings.forwarded_zones[n - 1]
        self.protected = 0  # P1 and P2 bits of the question
        self.private_ok = False  # private addresses may be answered (rebinding exception)
