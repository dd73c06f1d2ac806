"""What RDATA holds that matters to us: names that may be compressed, targets, addresses.

RDATA of a type that is not named here passes as it is (RFC 3597 section 4: no compression in unknown types).
"""

from __future__ import annotations

from filterdns.errors import WireFault
from filterdns.resolver.message.decompress import Names
from filterdns.resolver.message.layout import AAAA, CNAME, DNAME, HTTPS, NS, NSEC, PTR, RRSIG, SOA, SVCB, A

# Type -> octets before its names, and how many names follow each other there. These are the types whose names writers
# compress, by right (RFC 1035, RFC 3597 section 4) or by custom.
_MD, _MF, _MB, _MG, _MR, _MINFO, _MX, _RP, _AFSDB, _RT = 3, 4, 7, 8, 9, 14, 15, 17, 18, 21
_SIG, _PX, _NXT, _SRV, _NAPTR, _KX = 24, 26, 30, 33, 35, 36
NAMES_IN_RDATA = {
    **dict.fromkeys((NS, _MD, _MF, CNAME, _MB, _MG, _MR, PTR, _NXT, DNAME, NSEC), (0, 1)),
    **dict.fromkeys((SOA, _MINFO, _RP), (0, 2)),
    **dict.fromkeys((_MX, _AFSDB, _RT, _KX), (2, 1)),
    _PX: (2, 2),
    _SRV: (6, 1),
    **dict.fromkeys((_SIG, RRSIG), (18, 1)),
}
_ADDRESS_OCTETS = {A: 4, AAAA: 16}
_IPV4HINT, _IPV6HINT = 4, 6  # RFC 9460 section 7.3
_SOA_NUMBERS_OCTETS = 20
_NAPTR_FIXED, _NAPTR_STRINGS = 4, 3  # order, preference; flags, service, regular expression


def names_place(wire: bytes, rtype: int, at: int) -> tuple[int, int] | None:
    """Where the names of RDATA at an offset begin and how many there are; None for a type without names."""
    if rtype != _NAPTR:
        place = NAMES_IN_RDATA.get(rtype)
        return None if place is None else (at + place[0], place[1])
    at += _NAPTR_FIXED
    for _ in range(_NAPTR_STRINGS):
        if at >= len(wire):
            raise WireFault("a NAPTR record that the end of the message cuts off")
        at += 1 + wire[at]
    return at, 1


def rdata_parts(names: Names, rtype: int, at: int, end: int) -> tuple[bytes, list[bytes], bytes]:
    """RDATA as the octets before its names, the names uncompressed, the octets behind. Raises WireFault."""
    place = names_place(names.wire, rtype, at)
    if place is None:
        if (size := _ADDRESS_OCTETS.get(rtype)) and end - at != size:
            raise WireFault("an address record of another length")
        return names.wire[at:end], [], b""
    begin, count = place
    found, behind = [], begin
    for _ in range(count):
        name, behind = names.read(behind)
        found.append(name)
    rest = end - behind
    if rest < 0 or (rtype == SOA and rest != _SOA_NUMBERS_OCTETS) or (rtype in (CNAME, DNAME) and rest):
        raise WireFault("a record whose names do not fit its length")
    return names.wire[at:begin], found, names.wire[behind:end]


def read_service(wire: bytes, at: int, end: int) -> tuple[bytes, list[bytes]]:
    """Canonical target and address hints of SVCB or HTTPS RDATA (RFC 9460 section 2.2). Raises WireFault."""
    names = Names(wire)
    begin = at + 2
    target, at = names.read(begin)
    if at > end or at - begin != len(target):
        raise WireFault("a compressed or overlong target in a service record")
    hints = []
    while at < end:
        key, length = int.from_bytes(wire[at : at + 2]), int.from_bytes(wire[at + 2 : at + 4])
        value = wire[at + 4 : at + 4 + length]
        at += 4 + length
        size = {_IPV4HINT: 4, _IPV6HINT: 16}.get(key, 0)
        if at > end or (size and (length % size or not length)):
            raise WireFault("a service parameter that does not fit its length")
        if size:
            hints += [value[i : i + size] for i in range(0, length, size)]
    return target.lower(), hints


SERVICE_TYPES = (SVCB, HTTPS)
