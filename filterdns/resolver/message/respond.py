"""Hot path. Composing answers from the query's own octets.

    ID of the query | our flags | counts | the question as asked, its letter case kept | records | OPT if asked with one

EDE text goes first when space is short, then the EDE, then everything but the question, with TC set.
"""

from __future__ import annotations

from struct import Struct

from filterdns.resolver.message.edns import Edns, write_opt
from filterdns.resolver.message.layout import (
    CD,
    COUNTS,
    FIXED,
    IN,
    OPCODE_MASK,
    QR,
    QUESTION_POINTER,
    RA,
    RD,
    SOA,
    TC,
    U16,
)

_SOA_NUMBERS = Struct("!IIIII")
# MNAME and RNAME of the negative answers that we make; `.invalid` can never be written to (RFC 2606).
_SOA_NAMES = b"\x06filter\x04home\x04arpa\0" + b"\x06nobody\x07invalid\0"

NO_RECORDS = COUNTS.pack(1, 0, 0, 0)
NO_RECORDS_OPT = COUNTS.pack(1, 0, 0, 1)


def response_flags(query_flags: int, rcode: int, extra: int = 0) -> bytes:
    """Two octets: QR and RA set, opcode, RD and CD copied (RFC 1035 section 4.1.1, RFC 4035 section 3.2.2)."""
    return U16.pack(QR | RA | extra | (query_flags & (OPCODE_MASK | RD | CD)) | (rcode & 0x0F))


def write_soa(ttl_seconds: int) -> bytes:
    """Type to RDATA of the SOA that lets a negative answer of ours be cached that long (RFC 2308 section 5)."""
    rdata = _SOA_NAMES + _SOA_NUMBERS.pack(1, 3600, 600, 86_400, ttl_seconds)
    return FIXED.pack(SOA, IN, ttl_seconds, len(rdata)) + rdata


def write_record(rtype: int, ttl_seconds: int, rdata: bytes) -> bytes:
    """A record owned by the question's name."""
    return U16.pack(QUESTION_POINTER) + FIXED.pack(rtype, IN, ttl_seconds, len(rdata)) + rdata


def compose_header_only(wire: bytes, query_flags: int, rcode: int) -> bytes:
    """An answer to what could not be read: ID and flags, no section (FORMERR, NOTIMP)."""
    return wire[:2] + response_flags(query_flags, rcode) + b"\0\0\0\0\0\0\0\0"


def compose_truncated(wire: bytes, question_end: int, query_flags: int) -> bytes:
    """Question and TC alone: the client comes back over TCP. Never longer than what was asked."""
    return wire[:2] + response_flags(query_flags, 0, TC) + NO_RECORDS + wire[12:question_end]


class Records:
    """What is to be said: RCODE, records and their counts. `body` is laid directly behind the question."""

    __slots__ = ("ancount", "body", "nscount", "rcode")

    def __init__(self, rcode: int, body: bytes = b"", ancount: int = 0, nscount: int = 0) -> None:
        self.rcode = rcode
        self.body = body
        self.ancount = ancount
        self.nscount = nscount


def compose(
    wire: bytes,
    question_end: int,
    query_flags: int,
    records: Records,
    edns: Edns,
    limit: int,
    ede: bytes = b"",
    shorter_ede: bytes = b"",
    extra_flags: int = 0,
) -> bytes:
    """A whole answer of at most `limit` octets. `ede` is options for OPT, `shorter_ede` the same without the text."""
    if not edns.present:
        counts = COUNTS.pack(1, records.ancount, records.nscount, 0)
        ede = opt = b""
    else:
        counts = COUNTS.pack(1, records.ancount, records.nscount, 1)
        opt = write_opt(edns.do, ede, records.rcode >> 4) if ede or records.rcode > 15 else edns.reply
    head = wire[:2] + response_flags(query_flags, records.rcode, extra_flags) + counts + wire[12:question_end]
    reply = head + records.body + opt
    if len(reply) <= limit:
        return reply
    return _compose_short(head, records, edns, limit, shorter_ede if ede else b"", query_flags)


def _compose_short(head: bytes, records: Records, edns: Edns, limit: int, ede: bytes, query_flags: int) -> bytes:
    """What to leave out when the answer is too long: EDE text, EDE, then the records (RFC 2181 section 9)."""
    for options in (ede, b""):
        reply = head + records.body + (write_opt(edns.do, options, records.rcode >> 4) if edns.present else b"")
        if len(reply) <= limit:
            return reply
    counts = NO_RECORDS_OPT if edns.present else NO_RECORDS
    flags = response_flags(query_flags, records.rcode, TC)
    return head[:2] + flags + counts + head[12:] + edns.reply
