"""Which records of a reply belong to the question: its chain, and what proves that there is no more.

Everything else that an upstream put in is dropped, so that nothing can enter the cache that was not asked for.
"""

from __future__ import annotations

from filterdns.errors import WireFault
from filterdns.names import MAX_NAME_OCTETS, is_at_or_below, label_offsets
from filterdns.resolver.message.decompress import Names
from filterdns.resolver.message.layout import CNAME, DNAME, NSEC, NSEC3, RRSIG, SOA

MOST_LINKS = 16  # longer chains are mistakes or attacks
_SIGNER_AT = 18  # in RRSIG RDATA, RFC 4034 section 3.1


class Record:
    """One record: canonical owner, type, and where its TTL (after the owner), RDATA and end are in the message."""

    __slots__ = ("begin", "end", "owner", "rdata", "rtype", "ttl")

    def __init__(self, begin: int, owner: bytes, rtype: int, ttl: int, rdata: int, end: int) -> None:
        self.begin = begin
        self.owner = owner
        self.rtype = rtype
        self.ttl = ttl
        self.rdata = rdata
        self.end = end


class Chain:
    """The kept answer records in the order of the chain, and the names that it went through, the last at the end."""

    __slots__ = ("found", "kept", "links")

    def __init__(self, qname: bytes) -> None:
        self.kept: list[Record] = []
        self.links = [qname]
        self.found = False  # a record of the type that was asked for


def follow(names: Names, records: list[Record], qname: bytes, qtype: int, do: bool) -> Chain:
    """Follow CNAME and DNAME (RFC 1034 section 3.6.2, RFC 6672) from the question through an answer section.

    Signatures are kept with `do`. Of several CNAMEs with one owner the first counts. Raises WireFault for a chain of
    more than `MOST_LINKS` and for a broken name.
    """
    chain = Chain(qname)
    owned: dict[bytes, list[Record]] = {}
    for record in records:
        owned.setdefault(record.owner, []).append(record)
    dnames = {record.owner: record for record in records if record.rtype == DNAME}
    while True:
        name, mark = chain.links[-1], len(chain.kept)
        target = _at_name(names, chain, owned.get(name, []), qtype, do)
        if dnames and not chain.found and (above := _dname_above(dnames, name)) is not None:
            if above not in chain.kept:
                signatures = [r for r in owned[above.owner] if do and r.rtype == RRSIG and _covered(names, r) == DNAME]
                chain.kept[mark:mark] = [above, *signatures]
            target = target or _substituted(names, above, name)
        if target is None or target in chain.links:
            return chain
        if len(chain.links) > MOST_LINKS:
            raise WireFault("a chain of too many aliases")
        chain.links.append(target)


def _at_name(names: Names, chain: Chain, here: list[Record], qtype: int, do: bool) -> bytes | None:
    """Keep what one name of the chain owns; the target of its CNAME, unless the type asked for is there."""
    found = qtype in [record.rtype for record in here]
    wanted = qtype if found else CNAME
    do = do and any(record.rtype == wanted for record in here)  # no signature without what it signs
    target = None
    for record in here:
        if record.rtype == wanted and (target is None or wanted != CNAME):
            chain.kept.append(record)
            if wanted == CNAME:
                target = names.read(record.rdata)[0].lower()
        elif do and record.rtype == RRSIG and _covered(names, record) == wanted:
            chain.kept.append(record)
    chain.found = chain.found or found
    return None if found else target


def _covered(names: Names, signature: Record) -> int:
    return int.from_bytes(names.wire[signature.rdata : signature.rdata + 2])


def _dname_above(dnames: dict[bytes, Record], name: bytes) -> Record | None:
    for offset in label_offsets(name)[1:]:
        if (record := dnames.get(name[offset:])) is not None:
            return record
    return None


def _substituted(names: Names, dname: Record, name: bytes) -> bytes | None:
    """The name that a DNAME makes of one below it, for upstreams that leave out the CNAME; None if it is too long."""
    made = name.removesuffix(dname.owner) + names.read(dname.rdata)[0].lower()
    return made if len(made) <= MAX_NAME_OCTETS else None


def proofs(names: Names, records: list[Record], chain: Chain, do: bool) -> tuple[list[Record], Record | None]:
    """What to keep of the authority section, and the SOA of a negative answer if there is a fitting one.

    Of a negative answer the SOA at or above the last name of the chain; with `do` also NSEC, NSEC3 and the signatures
    in a zone at or above a name of the chain.
    """
    last = chain.links[-1]
    soa = None
    if not chain.found:
        soa = next((r for r in records if r.rtype == SOA and is_at_or_below(last, r.owner)), None)
    if not do:
        return ([soa] if soa else []), soa
    zones = {soa.owner} if soa else set()
    for record in records:
        if record.rtype == RRSIG:
            signer = names.read(record.rdata + _SIGNER_AT)[0].lower()
            if any(is_at_or_below(name, signer) for name in chain.links):
                zones.add(signer)
    kept = [r for r in records if r is soa or (_proves(names, r, soa) and _in_zones(r.owner, zones))]
    return kept, soa


def _proves(names: Names, record: Record, soa: Record | None) -> bool:
    rtype = record.rtype
    if rtype == RRSIG:
        covered = _covered(names, record)
        return covered in (NSEC, NSEC3) or (covered == SOA and soa is not None and record.owner == soa.owner)
    return rtype in (NSEC, NSEC3)


def _in_zones(owner: bytes, zones: set[bytes]) -> bool:
    return any(is_at_or_below(owner, zone) for zone in zones)
