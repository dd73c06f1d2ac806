"""Hot path. The query to an upstream, composed anew: of the client's only name, type, class, DO and CD pass.

    +----+---------------------+------------------------------------+-------------------------------+
    | ID | RD=1, CD; 1 0 0 1   | question, letters in random case   | OPT: 1232 octets, DO, nothing |
    +----+---------------------+------------------------------------+-------------------------------+

An upstream that answers FORMERR to OPT is asked without it for a while (RFC 6891 section 7): its variants come second.

No option of the client's goes out, client subnet (RFC 7871) least of all. 1232 octets fit a packet on any path, so no
path-MTU message is ever believed (DNS flag day 2020).
"""

from __future__ import annotations

_RD_OCTET, _AD_OCTET, _CD_OCTET = 0x01, 0x20, 0x10
_COUNTS, _COUNTS_WITHOUT_OPT = b"\0\1\0\0\0\0\0\1", b"\0\1\0\0\0\0\0\0"
WITHOUT_OPT = 4  # add to a variant
EDNS_OCTETS = 1_232
_LETTER_BITS = bytes(0x20 if ord("a") <= octet <= ord("z") else 0 for octet in range(256))
_NO_BITS = bytes(4)  # QTYPE and QCLASS are not letters

# By variant (DO << 1 | CD). AD asks for the AD bit without DO (RFC 6840 section 5.7); it counts from trusted upstreams.
HEADS = tuple(
    bytes((_RD_OCTET, _AD_OCTET | (_CD_OCTET if variant & 1 else 0))) + counts
    for counts in (_COUNTS, _COUNTS_WITHOUT_OPT)
    for variant in range(4)
)
TAILS = (
    tuple(
        b"\0\0\x29" + EDNS_OCTETS.to_bytes(2) + b"\0\0" + (b"\x80\0" if variant & 2 else b"\0\0") + b"\0\0"
        for variant in range(4)
    )
    + (b"",) * 4
)


def mix_case(key: bytes, octets: bytes) -> bytes:
    """A canonical question with each letter of its name in the case that the random octets say (0x20).

    `octets`: as many as the name has. Label lengths are below "A", so they are not letters.
    """
    bits = int.from_bytes(key.translate(_LETTER_BITS)) & int.from_bytes(octets + _NO_BITS)
    return (int.from_bytes(key) ^ bits).to_bytes(len(key))


def compose_query(ident: bytes, question: bytes, variant: int) -> bytes:
    """The octets of a query with this ID and question."""
    return ident + HEADS[variant] + question + TAILS[variant]
