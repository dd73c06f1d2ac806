"""Names that are answered here: the household's own records, names of special use, our own pages, discovery.

Nothing of this is asked of an upstream. A zone that the configuration forwards is not local any more, except
`filterdns.test` and `resolver.arpa`.
"""

from __future__ import annotations

from ipaddress import ip_address

from filterdns.config.settings import OwnRecord, Settings
from filterdns.names import label_offsets
from filterdns.resolver.message.layout import (
    AAAA,
    CNAME,
    HINFO,
    NOERROR,
    NXDOMAIN,
    QUESTION_POINTER,
    TXT,
    U16,
    A,
)
from filterdns.resolver.message.respond import Records, write_record, write_soa
from filterdns.resolver.policy.special_use import (
    FILTER_PAGES,
    FILTERDNS_TEST,
    LOCAL_TOP_LABELS,
    LOCAL_ZONES,
    LOCALHOST,
    RESOLVER_ARPA,
    top_label,
)

LOCAL_TTL_SECONDS = 60
_LOOPBACK = {A: b"\x7f\0\0\x01", AAAA: b"\0" * 15 + b"\x01"}
_MOST_ALIASES = 8  # own CNAMEs that lead on to own names


class LocalNames:
    """All names that one configuration answers here, and which of its forwarded zones a name belongs to."""

    def __init__(self, settings: Settings) -> None:
        self._own: dict[bytes, list[OwnRecord]] = {}
        for record in settings.own_records:
            self._own.setdefault(record.owner, []).append(record)
        self._own_parents = {owner[at:] for owner in self._own for at in label_offsets(owner)[1:]}
        self._routes = {zone.zone: number for number, zone in enumerate(settings.forwarded_zones, 1)}
        self._private = frozenset(settings.rebinding_exceptions)
        pages = map(ip_address, settings.page_addresses)
        self._pages = tuple((A if page.version == 4 else AAAA, page.packed) for page in pages)
        self.top_labels = LOCAL_TOP_LABELS | {top_label(name) for name in self._own}
        """A name that ends in none of these is not local."""
        self.has_routes = bool(self._routes or self._private)

    def route(self, qname: bytes) -> tuple[int, bool]:
        """(number of the forwarded zone or 0, whether private addresses are believed), by the longest zone."""
        number, private = 0, False
        for at in label_offsets(qname):
            suffix = qname[at:]
            private = private or suffix in self._private
            if suffix in self._routes:
                number = self._routes[suffix]
                break
        return number, private or number > 0

    def find(self, qname: bytes, qtype: int) -> Records | None:
        """What is said of this name here; None when it is not ours to answer."""
        if qname in self._own:
            return self._own_answer(qname, qtype)
        if qname == FILTER_PAGES:
            return _addresses(self._pages, qtype)
        zone = self._zone_of(qname)
        if zone is None:
            return None
        if zone == LOCALHOST:
            return _addresses(tuple(_LOOPBACK.items()), qtype)
        exists = qname in (zone, b"\x04_dns" + RESOLVER_ARPA) or qname in self._own_parents
        exists = exists or FILTER_PAGES.endswith(qname)
        return _negative(NOERROR if exists else NXDOMAIN, zone, qname)

    def _zone_of(self, qname: bytes) -> bytes | None:
        """The locally served zone that holds the name, unless the configuration forwards it."""
        for at in label_offsets(qname):
            suffix = qname[at:]
            if suffix in self._routes and not qname.endswith(RESOLVER_ARPA):
                return None
            if suffix in LOCAL_ZONES:
                return suffix
        return None

    def _own_answer(self, qname: bytes, qtype: int) -> Records:
        """Own records of the type, through own CNAMEs; a name that is there with other types has NODATA."""
        body, count, owner = b"", 0, QUESTION_POINTER.to_bytes(2, "big")
        for _ in range(_MOST_ALIASES):
            records = self._own.get(qname, [])
            alias = next((r for r in records if r.rtype == CNAME and qtype != CNAME), None)
            for record in [alias] if alias else [r for r in records if r.rtype == qtype]:
                octets = write_record(record.rtype, record.ttl_seconds, record.rdata)[2:]
                body, count = body + owner + octets, count + 1
            if alias is None:
                break
            qname = owner = alias.rdata
        if not count:
            return _negative(NOERROR, qname, qname)
        return Records(NOERROR, body, count)


def allowed_test_name(qname: bytes, qtype: int, profile: str) -> Records | None:
    """`filterdns.test` and below where nothing filters them: they exist, and TXT says so in words."""
    if not qname.endswith(FILTERDNS_TEST):
        return None
    if qtype != TXT:
        return _negative(NOERROR, FILTERDNS_TEST, qname)
    text = f"filterdns answers here; nothing filters this name for the profile {profile}".encode()[:255]
    return Records(NOERROR, write_record(TXT, LOCAL_TTL_SECONDS, bytes([len(text)]) + text), 1)


def canary_answer() -> Records:
    """What tells browsers and devices to stay on the network's DNS, and lets them remember it for a minute."""
    return Records(NXDOMAIN, U16.pack(QUESTION_POINTER) + write_soa(LOCAL_TTL_SECONDS), nscount=1)


def any_answer() -> Records:
    """What a query for ANY gets (RFC 8482 section 4.2)."""
    return Records(NOERROR, write_record(HINFO, 3600, b"\x07RFC8482\0"), 1)


def _addresses(rows: tuple[tuple[int, bytes], ...], qtype: int) -> Records:
    found = [write_record(qtype, LOCAL_TTL_SECONDS, packed) for rtype, packed in rows if rtype == qtype]
    return Records(NOERROR, b"".join(found), len(found)) if found else _nodata()


def _nodata() -> Records:
    return Records(NOERROR, U16.pack(QUESTION_POINTER) + write_soa(LOCAL_TTL_SECONDS), nscount=1)


def _negative(rcode: int, zone: bytes, qname: bytes) -> Records:
    """NXDOMAIN or NODATA with an SOA at the zone, which is a suffix of the question's name."""
    pointer = U16.pack(QUESTION_POINTER + len(qname) - len(zone))
    return Records(rcode, pointer + write_soa(LOCAL_TTL_SECONDS), nscount=1)
