"""Queries and upstream answers for tests, made with dnspython."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


def query(
    name: str,
    rtype: str = "A",
    *,
    ident: int = 0x1234,
    edns: int | None = None,
    dnssec: bool = False,
    flags: int = dns.flags.RD,
    rdclass: str = "IN",
) -> bytes:
    """The octets of one query; the name's letter case is kept. `edns` is the UDP size that OPT says."""
    message = dns.message.make_query(
        name,
        dns.rdatatype.from_text(rtype),
        dns.rdataclass.from_text(rdclass),
        use_edns=0 if edns is not None or dnssec else False,
        want_dnssec=dnssec,
        payload=edns or 1232,
        id=ident,
        flags=flags,
    )
    return message.to_wire()


def reply(
    asked: bytes,
    answer: list[str] | None = None,
    *,
    rcode: str = "NOERROR",
    authority: list[str] | None = None,
    additional: list[str] | None = None,
    flags: int = 0,
) -> bytes:
    """An upstream's answer to the query `asked`: records are lines of a zone file with absolute names."""
    message = dns.message.make_response(dns.message.from_wire(asked, ignore_trailing=True), recursion_available=True)
    message.flags |= flags
    message.set_rcode(dns.rcode.from_text(rcode))
    message.answer = records(answer)
    message.authority = records(authority)
    message.additional = records(additional)
    return message.to_wire(max_size=65_535)


def records(lines: list[str] | None) -> list[dns.rrset.RRset]:
    """Lines `name TTL TYPE rdata`, each a set of its own unless it continues the one before."""
    found: list[dns.rrset.RRset] = []
    for line in lines or []:
        name, ttl, rtype, rdata = line.split(maxsplit=3)
        rrset = dns.rrset.from_text(name, int(ttl), "IN", rtype, rdata)
        if found and found[-1].match(rrset.name, rrset.rdclass, rrset.rdtype, rrset.covers):
            found[-1].update(rrset)
        else:
            found.append(rrset)
    return found
