"""Hot path. Reading a query: a short way for what stub resolvers send, and the whole grammar for everything else.

Nearly every query is ten known octets of flags and counts, one question, and nothing or an OPT record without options.
Those are recognised by two look-ups; the rest is walked octet by octet in `read_query`.
"""

from __future__ import annotations

from filterdns.errors import WireFault
from filterdns.names import MAX_LABEL_OCTETS, MAX_NAME_OCTETS
from filterdns.resolver.message.edns import NO_EDNS, Edns, opt_length, read_opt
from filterdns.resolver.message.layout import AD, CD, FIXED, HEADER, HEADER_OCTETS, IXFR, OPT, QR, RD, U16


class Shape:
    """The flags and the presence of OPT in an ordinary query: one object for each of the sixteen, never changed."""

    __slots__ = ("ad", "cd", "flags", "has_additional")

    def __init__(self, flags: int, has_additional: bool) -> None:
        self.flags = flags
        self.ad = bool(flags & AD)
        self.cd = 1 if flags & CD else 0
        self.has_additional = has_additional


SHAPES: dict[bytes, Shape] = {
    HEADER.pack(0, RD | ad | cd, 1, 0, 0, additional)[2:]: Shape(RD | ad | cd, bool(additional))
    for ad in (0, AD)
    for cd in (0, CD)
    for additional in (0, 1)
}
"""Octets 2 to 11 of a query with RD, QDCOUNT 1 and at most one additional record -> what they say."""


class Query:
    """A query as the whole grammar reads it. `question_end` is where the octets behind QCLASS begin."""

    __slots__ = ("edns", "fault", "flags", "qclass", "qname", "qtype", "question_end")

    def __init__(self, flags: int) -> None:
        self.flags = flags
        self.fault = ""  # why it is FORMERR
        self.qname = b""
        self.qtype = self.qclass = 0
        self.question_end = 0  # 0: the question could not be read
        self.edns: Edns = NO_EDNS


def walk_name(wire: bytes, at: int) -> tuple[int, int, int]:
    """(where an uncompressed name that begins at `at` ends, root label included; where its last label, its last two
    labels begin). A name of one label has both at the same place.

    Raises WireFault for a compression pointer or another label type, over 255 octets, or an end that is missing.
    """
    begin = last = two = at
    try:
        while length := wire[at]:
            if length > MAX_LABEL_OCTETS:
                raise WireFault("a label that is no label")
            two, last = last, at
            at += length + 1
    except IndexError:
        raise WireFault("a name is cut short") from None
    if at + 1 - begin > MAX_NAME_OCTETS:
        raise WireFault("a name of over 255 octets")
    return at + 1, last, two


def canonical_question(question: bytes) -> bytes:
    """Name, type and class with the name in lower case. Types 65 to 90 only look like letters: HTTPS is an `A`."""
    return question[:-4].lower() + question[-4:]


def read_query(wire: bytes, most_octets: int) -> Query | None:
    """Read any octets as a query. None: nothing that may be answered (under 12 octets, or a response).

    A query that breaks the grammar comes back with `fault` set and with as much as could be read. QDCOUNT other than
    one is a fault for opcode QUERY (RFC 9619); other opcodes are not read beyond the header.
    """
    if len(wire) < HEADER_OCTETS or wire[2] & 0x80:
        return None
    flags, qdcount, ancount, nscount, arcount = HEADER.unpack_from(wire)[1:]
    query = Query(flags & ~QR)
    if flags & 0x7800:
        return query
    try:
        if qdcount != 1:
            raise WireFault("expected one question")
        end, _, _ = walk_name(wire, HEADER_OCTETS)
        if end + 4 > len(wire):
            raise WireFault("the question is cut short")
        query.qname = wire[HEADER_OCTETS:end].lower()
        query.qtype, query.qclass = U16.unpack_from(wire, end)[0], U16.unpack_from(wire, end + 2)[0]
        query.question_end = end + 4
        if ancount or (nscount and query.qtype != IXFR):
            raise WireFault("expected no answer and no authority records in a query")
        _read_additional(wire, query, nscount + arcount, most_octets)
    except WireFault as fault:
        query.fault = str(fault)
    return query


def _read_additional(wire: bytes, query: Query, count: int, most_octets: int) -> None:
    """Walk the records behind the question; keep the OPT record. At most one may be there (RFC 6891 section 6.1.1)."""
    at = query.question_end
    for _ in range(count):
        if wire[at : at + 3] == b"\0\0\x29":
            if query.edns.present:
                raise WireFault("two OPT records")
            length = opt_length(wire, at)
            query.edns = read_opt(wire[at : at + length], most_octets)
            at += length
            continue
        at = record_owner_end(wire, at)
        if at + FIXED.size > len(wire):
            raise WireFault("a record is cut short")
        rtype, _, _, rdlength = FIXED.unpack_from(wire, at)
        if rtype == OPT:
            raise WireFault("an OPT record whose name is not the root")
        at += FIXED.size + rdlength
    if at != len(wire):
        raise WireFault("octets behind the last record" if at < len(wire) else "a record is cut short")


def record_owner_end(wire: bytes, at: int) -> int:
    """Where an owner name ends that may close with a compression pointer, which is not followed."""
    end = len(wire)
    while at < end:
        length = wire[at]
        if not length:
            return at + 1
        if length >= 0xC0:
            return at + 2
        if length > MAX_LABEL_OCTETS:
            raise WireFault("a label that is no label")
        at += length + 1
    raise WireFault("a name is cut short")
