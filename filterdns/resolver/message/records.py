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
from filterdns.resolver.message.sections import read_sections

__all__ = ["Answer", "read_answer"]

_ONE_QUESTION = b"\0\1"
_NONE = b"\0\0"
_TC_OCTET, _AD_OCTET, _RCODE_OCTET = 0x02, 0x20, 0x0F  # in the third and fourth octet of the header
_OPT_BEGINS = b"\0\0\x29"  # the root's name, type OPT
_PLAIN_OPT_OCTETS = 11  # an OPT without options

# QTYPE and QCLASS -> how one record of that shape is laid out: owner, type and class; TTL; RDLENGTH; address.
_SHAPES = {
    b"\0\x01\0\1": (Struct("!6sIH4s"), b"\xc0\x0c\0\x01\0\1", 4),
    b"\0\x1c\0\1": (Struct("!6sIH16s"), b"\xc0\x0c\0\x1c\0\1", 16),
}
_TTL_AT = 6  # within such a record
_MOST_TTL = 0x7FFFFFFF  # RFC 2181 section 8: a greater one counts as 0
_ONE_TTL = (_TTL_AT,)


def read_answer(reply: bytes, question: bytes, do: bool) -> Answer:
    """What `reply` answers to `question` (name, type and class, in the letter case that was sent).

    With `do` the DNSSEC records that prove the answer stay in it. A truncated reply is not read further.
    Raises WireFault for a reply to another question and for octets that are no message.
    """
    end = HEADER_OCTETS + len(question)
    asked = reply[HEADER_OCTETS:end]
    if (asked != question and asked.lower() != question.lower()) or reply[4:6] != _ONE_QUESTION:
        raise WireFault("a reply to another question")
    if reply[2] & _TC_OCTET:
        return without_records(reply[3] & _RCODE_OCTET, None, truncated=True)
    shape = _SHAPES.get(question[-4:])
    if shape is not None and not reply[3] & _RCODE_OCTET and reply[8:10] == _NONE:
        answer = _read_addresses(reply, end, *shape)
        if answer is not None:
            return answer
    return read_sections(reply, question, do)


def _read_addresses(reply: bytes, begin: int, layout: Struct, head: bytes, size: int) -> Answer | None:
    """The ordinary shape, or None if this reply has another."""
    count = reply[6] << 8 | reply[7]
    end = begin + count * layout.size
    if not count or not _ends_plainly(reply, end):
        return None
    body = reply[begin:end]
    authenticated = reply[3] & _AD_OCTET != 0
    if count == 1:
        owner, ttl, length, address = layout.unpack(body)
        if owner != head or length != size or ttl > _MOST_TTL:
            return None
        return Answer(0, False, authenticated, body, 1, 0, _ONE_TTL, (ttl,), None, (), False, (address,), None)
    owners, ttls, lengths, addresses = zip(*layout.iter_unpack(body), strict=True)
    if owners.count(head) != count or lengths.count(size) != count or max(ttls) > _MOST_TTL:
        return None
    offsets = tuple(range(_TTL_AT, len(body), layout.size))
    return Answer(0, False, authenticated, body, count, 0, offsets, ttls, None, (), False, addresses, None)


def _ends_plainly(reply: bytes, at: int) -> bool:
    """Whether nothing follows at this place but an OPT record without options and without an extended RCODE."""
    rest = len(reply) - at
    if rest == 0:
        return reply[10:12] == _NONE
    return (
        rest == _PLAIN_OPT_OCTETS
        and reply[10:12] == _ONE_QUESTION
        and reply[at : at + 3] == _OPT_BEGINS
        and reply[at + 5] == 0
        and reply[at + 9 :] == _NONE
    )
