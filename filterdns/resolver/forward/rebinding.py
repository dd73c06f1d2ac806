"""Hot path. Addresses that a name of the outside world must not have (DNS rebinding), and answers that look filtered.

A page from outside could otherwise make the browser speak to the router. 0.0.0.0 and :: are how upstreams say
"filtered".
"""

from __future__ import annotations

from filterdns.resolver.message.answer import Answer, without_records
from filterdns.resolver.message.layout import EDE_BLOCKED, EDE_CENSORED, EDE_FILTERED, NOERROR, NXDOMAIN

_FILTERING = frozenset((EDE_BLOCKED, EDE_CENSORED, EDE_FILTERED))
_SHIELD_SECONDS = 60

# By first octet: 0 public, 1 inside, 2 depends on what follows.
_PUBLIC, _INSIDE, _DEPENDS = 0, 1, 2
_V4 = bytearray(256)
_V4[0] = _V4[10] = _V4[127] = _INSIDE  # "this network", RFC 1918, loopback
_V4[100] = _V4[169] = _V4[172] = _V4[192] = _DEPENDS  # RFC 6598, link-local, RFC 1918
_V6 = bytearray(256)
_V6[0xFC] = _V6[0xFD] = _INSIDE  # unique local, RFC 4193
_V6[0x00] = _V6[0x20] = _V6[0xFE] = _DEPENDS  # ::/8 and 64:ff9b::, 6to4, link-local and site-local

_MAPPED = b"\0" * 10 + b"\xff\xff"  # RFC 4291 section 2.5.5.2
_COMPATIBLE = b"\0" * 12  # :: and ::1 too
_TRANSLATED = bytes.fromhex("0064ff9b") + b"\0" * 8  # RFC 6052 section 2.1
_TRANSLATED_LOCAL = bytes.fromhex("0064ff9b0001")  # RFC 8215
_6TO4 = bytes.fromhex("2002")  # RFC 3056


def is_inside(address: bytes) -> bool:
    """Whether 4 or 16 octets are an unspecified, loopback, link-local, private, shared or unique-local address.

    IPv4 addresses in IPv6 clothes (mapped, compatible, translated, 6to4) are judged as what they carry.
    """
    if len(address) == 4:
        kind = _V4[address[0]]
        return kind == _INSIDE if kind != _DEPENDS else _is_inside_v4(address[0], address[1])
    kind = _V6[address[0]]
    return kind == _INSIDE if kind != _DEPENDS else _is_inside_v6(address)


def _is_inside_v4(first: int, second: int) -> bool:
    if first == 100:
        return second & 0xC0 == 64
    if first == 172:
        return second & 0xF0 == 16
    return second == (254 if first == 169 else 168)


def _is_inside_v6(address: bytes) -> bool:
    if address[0] == 0xFE:
        return address[1] >= 0x80  # fe80::/10 and the site-local fec0::/10 (RFC 3879)
    head = address[:12]
    if head in (_MAPPED, _COMPATIBLE, _TRANSLATED):
        return is_inside(address[12:])
    if address[:2] == _6TO4:
        return is_inside(address[2:6])
    return address[:6] == _TRANSLATED_LOCAL


def any_inside(addresses: tuple[bytes, ...]) -> bool:
    """Whether one of the addresses is inside; most are public by their first octet."""
    for address in addresses:
        kind = (_V4 if len(address) == 4 else _V6)[address[0]]
        if kind != _PUBLIC and (kind == _INSIDE or is_inside(address)):
            return True
    return False


def looks_filtered(answer: Answer) -> bool:
    """Whether an upstream's own filter made this answer: a null or inside address, or nothing with EDE 15, 16 or 17."""
    if answer.addresses:
        return any_inside(answer.addresses)
    return answer.negative and answer.rcode in (NOERROR, NXDOMAIN) and answer.ede in _FILTERING


def shield() -> Answer:
    """What clients get in place of an answer with an address from inside: NODATA with EDE 15, kept for a minute."""
    shielded = without_records(NOERROR, EDE_BLOCKED, negative=True)
    shielded.soa_minimum = _SHIELD_SECONDS
    return shielded
