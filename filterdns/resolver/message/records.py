"""Hot path. What a reply from an upstream says about the question that was asked, and nothing else.

    +---------+---------------------+--------------------------------------+- - - - - - - -+
    | 12 head | question as asked   | answer and authority records         | additional    |
    +---------+---------------------+--------------------------------------+- - - - - - - -+
                                    ^ body: kept only as far as it is on the question's chain

Nearly every reply is one question and k addresses, each owned by a pointer to the question: `C0 0C | TYPE CLASS | TTL |
RDLENGTH | address`. That shape is read here without a loop over names; every other goes to `sections`.

`body` is laid directly behind a question of the same length, so pointers in it stay right and the case of the client's
question shows through them.
"""

from __future__ import annotations

from struct import Struct

from filterdns.errors import WireFault
from filterdns.resolver.message.answer import Answer, without_records
from filterdns.resolver.message.layout import HEADER_OCTETS
from filterdns.resolver.message.query import canonical_question
from filterdns.resolver.message.sections import read_sections

__all__ = ["Answer", "read_answer"]

_ONE_QUESTION = b"\0\1"
_TC_OCTET, _AD_OCTET, _RCODE_OCTET = 0x02, 0x20, 0x0F  # in the third and fourth octet of the header
_MOST_TTL = 0x7FFFFFFF  # RFC 2181 section 8: a greater one counts as 0

# QTYPE and QCLASS -> how one record of that shape is laid out: owner, type and class; TTL; RDLENGTH; address.
_SHAPES = {
    b"\0\x01\0\1": (Struct("!6sIH4s"), b"\xc0\x0c\0\x01\0\1", 4),
    b"\0\x1c\0\1": (Struct("!6sIH16s"), b"\xc0\x0c\0\x1c\0\1", 16),
}
_TTL_AT = 6  # within such a record
_ONE_TTL = (_TTL_AT,)

# An OPT without options as the last record: root, type, payload size, extended RCODE and version 0, DO, no RDATA.
# The sizes are those that servers send; a reply with another one is read by `sections`.
_SIZES = (512, 1_220, 1_232, 1_280, 1_400, 1_410, 1_432, 1_452, 1_472, 4_000, 4_096, 8_192, 65_494, 65_535)
_OPTS = frozenset(
    b"\0\0\x29" + size.to_bytes(2) + b"\0\0" + do + b"\0\0" for size in _SIZES for do in (b"\0\0", b"\x80\0")
)
_NOTHING = frozenset((b"",))

# Octets 2 to 11 of an ordinary positive reply -> ANCOUNT, AD, what may stand behind the answers.
_HEADS = {
    bytes((0x81 | aa, 0x80 | ad | cd, 0, 1, 0, count, 0, 0, 0, opt)): (count, ad != 0, _OPTS if opt else _NOTHING)
    for aa in (0, 0x04)
    for ad in (0, _AD_OCTET)
    for cd in (0, 0x10)
    for count in range(1, 17)
    for opt in (0, 1)
}


def read_answer(reply: bytes, question: bytes, do: bool) -> Answer:
    """What `reply` answers to `question` (name, type and class, in the letter case that was sent).

    With `do` the DNSSEC records that prove the answer stay in it. A truncated reply is not read further.
    Raises WireFault for a reply to another question and for octets that are no message.
    """
    end = HEADER_OCTETS + len(question)
    asked = reply[HEADER_OCTETS:end]
    if asked != question and canonical_question(asked) != canonical_question(question):
        raise WireFault("a reply to another question")
    head = _HEADS.get(reply[2:HEADER_OCTETS])
    if head is None:
        if reply[4:6] != _ONE_QUESTION:
            raise WireFault("a reply to another number of questions")
        if reply[2] & _TC_OCTET:
            return without_records(reply[3] & _RCODE_OCTET, None, truncated=True)
        head = _long_head(reply)
    shape = _SHAPES.get(question[-4:])
    if head is not None and shape is not None:
        answer = _read_addresses(reply, end, *head, *shape)
        if answer is not None:
            return answer
    return read_sections(reply, question, do)


def _long_head(reply: bytes) -> tuple[int, bool, frozenset[bytes]] | None:
    """As in `_HEADS`, for an answer of more addresses than those (up to some 4,000 over TCP)."""
    if reply[3] & _RCODE_OCTET or not reply[6] or reply[8:11] != b"\0\0\0" or reply[11] > 1:
        return None
    return reply[6] << 8 | reply[7], reply[3] & _AD_OCTET != 0, _OPTS if reply[11] else _NOTHING


def _read_addresses(
    reply: bytes, begin: int, count: int, ad: bool, rests: frozenset[bytes], layout: Struct, owned: bytes, size: int
) -> Answer | None:
    """`count` addresses of the question's name and one of `rests` behind them, or None for another shape."""
    octets = count * layout.size
    body = reply[begin : begin + octets]
    if len(body) != octets or reply[begin + octets :] not in rests:
        return None
    if count == 1:
        owner, ttl, length, address = layout.unpack(body)
        if owner != owned or length != size or ttl > _MOST_TTL:
            return None
        return Answer(0, False, ad, body, 1, 0, _ONE_TTL, (ttl,), None, (), False, (address,), None)
    owners, ttls, lengths, addresses = zip(*layout.iter_unpack(body), strict=True)
    if owners.count(owned) != count or lengths.count(size) != count or max(ttls) > _MOST_TTL:
        return None
    offsets = tuple(range(_TTL_AT, len(body), layout.size))
    return Answer(0, False, ad, body, count, 0, offsets, ttls, None, (), False, addresses, None)
