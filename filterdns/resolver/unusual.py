"""Queries that are not plain: refused by their own octets, or found good after all.

under 12 octets, QR=1             no reply
opcode other than QUERY           NOTIMP
broken grammar, QDCOUNT != 1      FORMERR
EDNS version above 0              BADVERS (RFC 6891 section 6.1.3)
class other than IN, AXFR, IXFR   REFUSED
types that are no data            NOTIMP, but ANY, which is answered (RFC 8482)
RD=0                              REFUSED with EDE 20: whoever could ask our cache alone could see what others asked
"""

from __future__ import annotations

from filterdns.resolver.counters import DROPPED, LIMITED, MALFORMED, REFUSED_, SLOTS_A_TRANSPORT
from filterdns.resolver.limits.rate import Client
from filterdns.resolver.message.edns import NO_EDNS, write_ede
from filterdns.resolver.message.framing import MOST_OCTETS
from filterdns.resolver.message.layout import (
    AAAA,
    ANY,
    AXFR,
    BADVERS,
    CNAME,
    EDE_NOT_AUTHORITATIVE,
    EDE_PROHIBITED,
    FORMERR,
    HTTPS,
    IN,
    IXFR,
    MX,
    NOTIMP,
    NS,
    OPCODE_MASK,
    OPT,
    PTR,
    RD,
    REFUSED,
    SOA,
    TXT,
    UDP_OCTETS,
    A,
)
from filterdns.resolver.message.query import Query, read_query
from filterdns.resolver.message.respond import Records, compose, compose_header_only, compose_truncated

_NOT_AUTHORITATIVE = write_ede(EDE_NOT_AUTHORITATIVE)
_PROHIBITED = write_ede(EDE_PROHIBITED, b"this resolver answers its own networks only")
_FIRST_META_TYPE = 128  # RFC 6895 section 3.1: 128 to 255 are QTYPEs and meta-types


ORDINARY_ENDS = frozenset(
    rtype.to_bytes(2, "big") + b"\0\x01" for rtype in (A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, HTTPS)
)
"""QTYPE and QCLASS of nearly every question, for a check by one look-up."""


def is_ordinary_type(question: bytes) -> bool:
    """Whether the last octets of a question ask for data, or ANY, in class IN."""
    qtype = question[-4] << 8 | question[-3]
    if question[-2:] != b"\0\x01" or qtype == OPT:
        return False
    return qtype < _FIRST_META_TYPE or qtype >= ANY


def refuse_unusual(wire: bytes, edns_octets: int, counts: list[int], transport: int) -> bytes | Query | None:
    """The reply that a bad query gets, None for no reply, or the Query when nothing is wrong with it."""
    query = read_query(wire, edns_octets)
    if query is None:
        counts[DROPPED + transport * SLOTS_A_TRANSPORT] += 1
        return None
    rcode, ede = _fault_of(query)
    if not rcode:
        return query
    counts[(REFUSED_ if rcode == REFUSED else MALFORMED) + transport * SLOTS_A_TRANSPORT] += 1
    if rcode in (FORMERR, NOTIMP) and not query.edns.present:
        return compose_header_only(wire, query.flags, rcode)
    limit = MOST_OCTETS if transport else query.edns.octets
    return compose(wire, query.question_end or 12, query.flags, Records(rcode), query.edns, limit, ede)


def _fault_of(query: Query) -> tuple[int, bytes]:
    """(RCODE, options); RCODE 0 for a query that is answered."""
    if query.flags & OPCODE_MASK:
        return NOTIMP, b""
    if query.edns.version:
        return BADVERS, b""
    if query.question_end and (query.qclass != IN or query.qtype in (AXFR, IXFR)):
        return REFUSED, b""
    if query.fault:
        return FORMERR, b""
    if query.qtype == OPT or _FIRST_META_TYPE <= query.qtype < ANY:
        return NOTIMP, b""
    return (0, b"") if query.flags & RD else (REFUSED, _NOT_AUTHORITATIVE)


def limited_reply(wire: bytes, client: Client, transport: int) -> bytes | None:
    """For a client over its rate: over UDP a truncated answer, which a forged address cannot follow to TCP.

    Over TCP the address is real, so REFUSED says it. A client that may not ask at all gets REFUSED, with EDE 18
    over TCP alone: what goes to an address that may be forged is never longer than what came.
    """
    counts, offset = client.profile.counts, transport * SLOTS_A_TRANSPORT
    query = read_query(wire, UDP_OCTETS)
    if query is None or query.flags & OPCODE_MASK or not query.question_end or client.budget < -1:
        counts[DROPPED + offset] += 1
        return None
    counts[(LIMITED if client.allowed else REFUSED_) + offset] += 1
    if client.allowed and not transport:
        return compose_truncated(wire, query.question_end, query.flags)
    ede = b"" if client.allowed else _PROHIBITED
    edns, limit = (query.edns, MOST_OCTETS) if transport else (NO_EDNS, UDP_OCTETS)
    return compose(wire, query.question_end, query.flags, Records(REFUSED), edns, limit, ede)
