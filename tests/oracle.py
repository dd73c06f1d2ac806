"""Slow twins of the hot path, made with dnspython: what a full DNS library says that our octets should say.

Nothing here is shared with the code that it judges. Names are canonical wire form on both sides, so that both can be
compared without a look at letter case.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.wire

Row = tuple[str, str, int, str]  # owner in lower case, type, TTL, RDATA in presentation form

MOST_ALIASES = 16
HIGHEST_TTL = 0x7FFFFFFF  # RFC 2181 section 8


@dataclass(frozen=True)
class Question:
    """What a query asks, as dnspython reads it."""

    qname: bytes
    qtype: int
    qclass: int
    rd: bool
    cd: bool
    edns: bool
    version: int
    do: bool
    octets: int  # that the client takes over UDP, 512 without EDNS


def read_query(wire: bytes) -> Question | None:
    """None: dnspython refuses these octets, or they are no single question of opcode QUERY without records."""
    try:
        message = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return None
    if message.flags & dns.flags.QR or message.opcode() != dns.opcode.QUERY or len(message.question) != 1:
        return None
    if message.answer or message.authority:
        return None
    asked = message.question[0]
    return Question(
        qname=canonical(asked.name),
        qtype=int(asked.rdtype),
        qclass=int(asked.rdclass),
        rd=bool(message.flags & dns.flags.RD),
        cd=bool(message.flags & dns.flags.CD),
        edns=message.edns >= 0,
        version=max(message.edns, 0),
        do=bool(message.ednsflags & dns.flags.DO) if message.edns >= 0 else False,
        octets=max(message.payload, 512) if message.edns >= 0 else 512,
    )


def canonical(name: dns.name.Name) -> bytes:
    """RFC 4034 section 6.2."""
    wire = name.canonicalize().to_wire()
    assert wire is not None
    return wire


def read_reply(wire: bytes) -> dns.message.Message | None:
    """The message with a set for each record, so that order and repetition stay; None if dnspython refuses it."""
    try:
        return dns.message.from_wire(wire, one_rr_per_rrset=True)
    except (dns.exception.DNSException, ValueError):
        return None


def is_well_formed(wire: bytes) -> bool:
    """Whether names, counts and lengths fit to the last octet; what stands in RDATA is not looked at."""
    parser = dns.wire.Parser(wire)
    try:
        _, _, questions, *counts = parser.get_struct("!HHHHHH")
        for _ in range(questions):
            parser.get_name()
            parser.get_bytes(4)
        for _ in range(sum(counts)):
            parser.get_name(decompress=True)
            parser.get_bytes(parser.get_struct("!HHIH")[3])
    except dns.exception.DNSException:
        return False
    return parser.remaining() == 0


def kept_answer(message: dns.message.Message, do: bool) -> Counter[Row] | None:
    """Which answer records belong to the question: its chain of aliases and the records of its type at the end.

    None for a chain of more than `MOST_ALIASES`, such as a DNAME that makes names longer for ever. Of several CNAMEs at
    one name the first counts. A DNAME above a name of the chain belongs to it (RFC 6672), and with `do` the signatures
    over what is kept.
    """
    asked = message.question[0]
    records = [rrset for rrset in message.answer if rrset.rdclass == dns.rdataclass.IN]
    kept: Counter[Row] = Counter()
    name, seen = asked.name.canonicalize(), set()
    while name not in seen:
        if len(seen) > MOST_ALIASES:
            return None
        seen.add(name)
        here = [r for r in records if r.name == name]
        aliases = [r for r in here if r.rdtype == dns.rdatatype.CNAME][:1]
        found = [r for r in here if r.rdtype == asked.rdtype]
        found = aliases if asked.rdtype == dns.rdatatype.CNAME else found
        keep(kept, found or aliases)
        if do and (found or aliases):
            keep(kept, signatures(here, asked.rdtype if found else dns.rdatatype.CNAME))
        if found:
            break
        dname = dname_above(records, name)
        if dname is not None and row(dname) not in kept:
            keep(kept, [dname])
            if do:
                keep(kept, signatures([r for r in records if r.name == dname.name], dns.rdatatype.DNAME))
        if aliases:
            name = aliases[0][0].target.canonicalize()
        elif dname is not None:
            try:
                name = (name.relativize(dname.name) + dname[0].target).canonicalize()
            except dns.name.NameTooLong:
                break
        else:
            break
    return kept


def dname_above(records: list[dns.rrset.RRset], name: dns.name.Name) -> dns.rrset.RRset | None:
    """The DNAME that rewrites a name: the longest owner strictly above it, of one owner's several the last.

    One at the root would rewrite every name there is; nobody may have one, so it belongs to no chain.
    """
    above = [r for r in records if r.rdtype == dns.rdatatype.DNAME and name.is_subdomain(r.name) and name != r.name]
    fitting = [r for r in above if r.name != dns.name.root]
    return max(reversed(fitting), key=lambda r: len(r.name), default=None)


def signatures(records: list[dns.rrset.RRset], covered: int) -> list[dns.rrset.RRset]:
    return [r for r in records if r.rdtype == dns.rdatatype.RRSIG and r[0].type_covered == covered]


def keep(kept: Counter[Row], rrsets: list[dns.rrset.RRset]) -> None:
    kept.update(row(rrset) for rrset in rrsets)


def row(rrset: dns.rrset.RRset) -> Row:
    """One record to compare; letter case of names is not what we compare."""
    return (
        rrset.name.to_text().lower(),
        dns.rdatatype.to_text(rrset.rdtype),
        rrset.ttl if rrset.ttl <= HIGHEST_TTL else 0,
        rrset[0].to_text().lower(),
    )


def rows(section: list[dns.rrset.RRset]) -> Counter[Row]:
    return Counter(row(rrset) for rrset in section)


def fits(message: dns.message.Message, octets: int) -> bool:
    """Whether a full library can write this message in so many octets."""
    try:
        message.to_wire(max_size=octets)
    except dns.exception.TooBig:
        return False
    return True


def ttl_left(ttl: int, seconds: int, most: int) -> int:
    """What is left of a TTL after whole seconds: never more than before, never below 0 (RFC 1035 section 3.2.1)."""
    return max(0, min(ttl if ttl <= HIGHEST_TTL else 0, most) - seconds)
