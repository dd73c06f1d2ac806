"""Kept records composed anew: for replies with records that were dropped from the middle, or with stray pointers."""

from __future__ import annotations

from filterdns.errors import WireFault
from filterdns.resolver.message.chain import Record
from filterdns.resolver.message.decompress import Names
from filterdns.resolver.message.layout import CNAME, DNAME, HEADER_OCTETS
from filterdns.resolver.message.rdata import rdata_parts

MOST_OCTETS = 65_535  # of a message
_FURTHEST = 0x3FFF  # that a pointer reaches


def compose(names: Names, qname: bytes, begin: int, kept: list[Record]) -> tuple[bytes, list[int]]:
    """The records' octets as they stand at offset `begin` of a message, and the offsets of their TTLs within these.

    Owners are compressed against the question, earlier owners and alias targets; names in RDATA are written in full.
    Raises WireFault for RDATA that is not what its type says, and for more than a message can hold.
    """
    body, offsets = bytearray(), []
    places = {qname: HEADER_OCTETS}
    for record in kept:
        place = places.get(record.owner)
        if place is None:
            _remember(places, record.owner, begin + len(body))
            body += record.owner
        else:
            body += (0xC000 | place).to_bytes(2)
        offsets.append(len(body) + 4)
        body += names.wire[record.ttl - 4 : record.ttl + 4]
        before, found, behind = rdata_parts(names, record.rtype, record.rdata, record.end)
        rdata = before + b"".join(found) + behind
        body += len(rdata).to_bytes(2)
        if record.rtype in (CNAME, DNAME):
            _remember(places, found[0].lower(), begin + len(body))
        body += rdata
        if begin + len(body) > MOST_OCTETS:
            raise WireFault("an answer that does not fit a message once its names are written in full")
    return bytes(body), offsets


def _remember(places: dict[bytes, int], name: bytes, at: int) -> None:
    if at <= _FURTHEST and len(name) > 1:
        places.setdefault(name, at)
