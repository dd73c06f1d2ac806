"""Hot path. Is this the reply to what was asked? Address and port are the connected socket's, the ID found the query.

What is left to check is QR, OPCODE, the number of questions and the question itself, in the exact letter case (0x20):
with a random port (16 bits), ID (16 bits) and case (a bit a letter) a blind forger has to guess them all.
"""

from __future__ import annotations

from filterdns.resolver.message.layout import FORMERR, HEADER_OCTETS
from filterdns.resolver.message.query import canonical_question

_QR_OPCODE, _QR_QUERY = 0xF8, 0x80  # of the third octet: a response to a standard query
_ONE = b"\0\1"
_RCODE = 0x0F  # of the fourth octet


def answers(reply: bytes, question: bytes) -> bool:
    """Whether a reply is a response to this very question, letter for letter."""
    return (
        reply[HEADER_OCTETS : HEADER_OCTETS + len(question)] == question
        and reply[2] & _QR_OPCODE == _QR_QUERY
        and reply[4:6] == _ONE
    )


def is_bare_formerr(reply: bytes) -> bool:
    """Whether a reply is a header that says FORMERR and nothing else: how servers of before EDNS answer OPT.

    It repeats no question, so port and ID alone stand for it; believing it only means to ask again without OPT.
    """
    return len(reply) == HEADER_OCTETS and reply[2] & _QR_OPCODE == _QR_QUERY and reply[3] & _RCODE == FORMERR


def answers_in_other_case(reply: bytes, key: bytes) -> bool:
    """Whether a reply would answer the canonical question `key` if letter case did not count.

    Believed over TCP, and over UDP only from an upstream that was found not to keep the case.
    """
    asked = reply[HEADER_OCTETS : HEADER_OCTETS + len(key)]
    return canonical_question(asked) == key and answers(reply, asked)
