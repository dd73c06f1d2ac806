"""What is left of an upstream's reply once everything that was not asked for is gone."""

from __future__ import annotations


class Answer:
    """The records on a question's chain, ready to be laid behind a question of the same length at octet 12.

    `body` holds the kept answer and authority records; names in it point only at octets that are in it or in the
    question. `ttl_offsets` are the places of the TTLs within `body`, `ttls` their values in seconds.
    `soa_minimum` is the lesser of TTL and MINIMUM of a negative answer's SOA in seconds (RFC 2308 section 5), None
    without one. `targets` are the canonical names that the answer leads to (CNAME, DNAME, SVCB, HTTPS), `addresses` the
    4 or 16 octets of each address in it, hints included. `ede` is the upstream's Extended DNS Error (RFC 8914).
    """

    __slots__ = (
        "addresses",
        "ancount",
        "authenticated",
        "body",
        "ede",
        "negative",
        "nscount",
        "rcode",
        "soa_minimum",
        "targets",
        "truncated",
        "ttl_offsets",
        "ttls",
    )

    def __init__(
        self,
        rcode: int,
        truncated: bool,
        authenticated: bool,
        body: bytes,
        ancount: int,
        nscount: int,
        ttl_offsets: tuple[int, ...],
        ttls: tuple[int, ...],
        soa_minimum: int | None,
        targets: tuple[bytes, ...],
        negative: bool,
        addresses: tuple[bytes, ...],
        ede: int | None,
    ) -> None:
        self.rcode = rcode
        self.truncated = truncated
        self.authenticated = authenticated
        self.body = body
        self.ancount = ancount
        self.nscount = nscount
        self.ttl_offsets = ttl_offsets
        self.ttls = ttls
        self.soa_minimum = soa_minimum
        self.targets = targets
        self.negative = negative
        self.addresses = addresses
        self.ede = ede


def without_records(rcode: int, ede: int | None, *, truncated: bool = False, negative: bool = False) -> Answer:
    """An answer that says no more than its RCODE."""
    return Answer(rcode, truncated, False, b"", 0, 0, (), (), None, (), negative, (), ede)
