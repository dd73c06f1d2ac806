"""A reply of any shape: walk its sections, keep the question's chain, compose anew what cannot pass as it is."""

from __future__ import annotations

from filterdns.errors import WireFault
from filterdns.names import ROOT
from filterdns.resolver.message.answer import Answer, without_records
from filterdns.resolver.message.chain import Record, follow, proofs
from filterdns.resolver.message.decompress import Names
from filterdns.resolver.message.layout import (
    AAAA,
    CNAME,
    COUNTS,
    DNAME,
    EDE,
    FIXED,
    HEADER_OCTETS,
    IN,
    NOERROR,
    NXDOMAIN,
    OPT,
    A,
)
from filterdns.resolver.message.rdata import SERVICE_TYPES, rdata_parts, read_service
from filterdns.resolver.message.recompose import compose

MOST_RECORDS = 512  # in all sections: bounds the work of a reply of 64 KiB
_MOST_TTL = 0x7FFFFFFF  # RFC 2181 section 8: a greater one counts as 0
_AD_OCTET, _RCODE_OCTET = 0x20, 0x0F


def read_sections(reply: bytes, question: bytes, do: bool) -> Answer:
    """What a reply answers to a question that it repeats at octet 12; see `records.read_answer`. Raises WireFault."""
    ancount, nscount, arcount = COUNTS.unpack_from(reply, 4)[1:]
    if ancount + nscount + arcount > MOST_RECORDS:
        raise WireFault(f"expected at most {MOST_RECORDS} records, got {ancount + nscount + arcount}")
    names = Names(reply)
    qname = names.read(HEADER_OCTETS)[0].lower()
    begin = HEADER_OCTETS + len(question)
    answers, at = _read_records(names, begin, ancount)
    authority, at = _read_records(names, at, nscount)
    extended_rcode, ede = _read_opt(names, at, arcount)
    rcode = extended_rcode << 4 | reply[3] & _RCODE_OCTET
    if rcode not in (NOERROR, NXDOMAIN):
        return without_records(rcode, ede)
    chain = follow(names, answers, qname, int.from_bytes(question[-4:-2]), do)
    proving, soa = proofs(names, authority, chain, do)
    kept = chain.kept + proving
    targets, addresses = _leads_to(names, chain.kept) if chain.kept else ([], ())
    _check_rdata(names, kept)
    records = answers + authority
    if kept == records[: len(kept)] and len(records) == ancount + nscount and not names.stray:
        # The kept records are the first of the message in its own order, and no pointer leads astray.
        body = reply[begin : kept[-1].end] if kept else b""
        offsets = [record.ttl - begin for record in kept]
    else:
        body, offsets = compose(names, qname, begin, kept)
    minimum = None
    if soa is not None:  # MINIMUM is the last field of RDATA that was found to be whole
        minimum = min(_ttl(reply, soa), int.from_bytes(reply[soa.end - 4 : soa.end]))
    return Answer(
        rcode,
        False,
        reply[3] & _AD_OCTET != 0,
        body,
        len(chain.kept),
        len(proving),
        tuple(offsets),
        tuple([_ttl(reply, record) for record in kept]),
        minimum,
        tuple(dict.fromkeys(chain.links[1:] + targets)) if targets else (),
        rcode == NXDOMAIN or not chain.found,
        addresses,
        ede,
    )


def _read_records(names: Names, at: int, count: int) -> tuple[list[Record], int]:
    """The records of class IN in a section, and the offset behind it."""
    records = []
    wire = names.wire
    for _ in range(count):
        owner, fixed = names.read(at)
        rdata = fixed + FIXED.size
        if rdata > len(wire):
            raise WireFault("a record that the end of the message cuts off")
        rtype, rclass, _, length = FIXED.unpack_from(wire, fixed)
        end = rdata + length
        if end > len(wire):
            raise WireFault("RDATA that the end of the message cuts off")
        if rclass == IN:
            records.append(Record(at, owner.lower(), rtype, fixed + 4, rdata, end))
        at = end
    return records, at


def _read_opt(names: Names, at: int, count: int) -> tuple[int, int | None]:
    """The extended RCODE and the first Extended DNS Error of the OPT in the additional section (RFC 6891, RFC 8914)."""
    extended, ede, seen = 0, None, False
    wire = names.wire
    for _ in range(count):
        owner, fixed = (ROOT, at + 1) if wire[at : at + 1] == ROOT else names.read(at)
        if fixed + FIXED.size > len(wire):
            raise WireFault("a record that the end of the message cuts off")
        rtype, _size, ttl, length = FIXED.unpack_from(wire, fixed)
        at = fixed + FIXED.size + length
        if at > len(wire):
            raise WireFault("RDATA that the end of the message cuts off")
        if rtype == OPT:
            if seen or len(owner) != 1:
                raise WireFault("a second OPT record, or one with a name")
            seen, extended, ede = True, ttl >> 24, _read_ede(wire[at - length : at])
    return extended, ede


def _read_ede(options: bytes) -> int | None:
    at = 0
    while at + 4 <= len(options):
        code, length = int.from_bytes(options[at : at + 2]), int.from_bytes(options[at + 2 : at + 4])
        if code == EDE and length >= 2 and at + 4 + length <= len(options):
            return int.from_bytes(options[at + 4 : at + 6])
        at += 4 + length
    return None


def _leads_to(names: Names, kept: list[Record]) -> tuple[list[bytes], tuple[bytes, ...]]:
    """Further targets of the kept answer records (also of a CNAME that was asked for), and every address in them."""
    targets: list[bytes] = []
    addresses: list[bytes] = []
    for record in kept:
        if record.rtype in (A, AAAA):
            addresses.append(names.wire[record.rdata : record.end])
        elif record.rtype in SERVICE_TYPES:
            target, hints = read_service(names.wire, record.rdata, record.end)
            addresses += hints
            if len(target) > 1:  # "." is the owner itself, or nothing
                targets.append(target)
        elif record.rtype in (CNAME, DNAME):
            targets.append(names.read(record.rdata)[0].lower())
    return targets, tuple(addresses)


def _check_rdata(names: Names, kept: list[Record]) -> None:
    """Read the RDATA of each kept record: WireFault if it is not what its type says."""
    for record in kept:
        rdata_parts(names, record.rtype, record.rdata, record.end)


def _ttl(wire: bytes, record: Record) -> int:
    ttl = int.from_bytes(wire[record.ttl : record.ttl + 4])
    return ttl if ttl <= _MOST_TTL else 0
