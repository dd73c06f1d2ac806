"""The household's own records as the file has them: `nas.home.arpa: {A: 192.168.1.10}`."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from filterdns.config.faults import Misfit, did_you_mean, shown
from filterdns.config.fields import parse_domain, parse_network
from filterdns.config.settings import OwnRecord
from filterdns.names import parse_name

TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "AAAA": 28}  # RFC 1035 section 3.2.2, RFC 3596
_TTL = "ttl_seconds"
_MOST_TTL = 86_400
_MOST_VALUES = 32  # of one name and type: an answer that fits into 1,232 octets


def parse_owner(value: Any) -> bytes:
    """A name, or an address for the name of its PTR record (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
    try:
        return parse_name(ipaddress.ip_address(value).reverse_pointer)
    except ValueError:
        return parse_domain(value)


def parse_zone(value: Any) -> bytes:
    """A zone by its name, or by its network for a reverse zone: `192.168.1.0/24` is 1.168.192.in-addr.arpa."""
    if not isinstance(value, str) or "/" not in value or "://" in value:
        return parse_domain(value)
    network = ipaddress.ip_network(parse_network(value))
    bits = 8 if network.version == 4 else 4
    if network.prefixlen % bits or not network.prefixlen:
        raise Misfit(f"a network whose prefix is a multiple of {bits}", shown(value), "write several of them")
    labels = network.network_address.reverse_pointer.split(".")
    kept = network.prefixlen // bits
    return parse_name(".".join(labels[network.max_prefixlen // bits - kept :]))


def parse_records(value: Any) -> list[tuple[int, bytes, int]]:
    """(type, rdata, TTL in seconds) of each record of one owner. Raises Misfit for the first that cannot be read."""
    if not isinstance(value, dict) or not set(value) - {_TTL}:
        raise Misfit("records such as {A: 192.168.1.10}", shown(value))
    ttl = value.get(_TTL, OwnRecord.__dataclass_fields__["ttl_seconds"].default)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not 0 <= ttl <= _MOST_TTL:
        raise Misfit(f"{_TTL} from 0 to {_MOST_TTL}", shown(ttl))
    if "CNAME" in value and set(value) - {_TTL, "CNAME"}:
        raise Misfit("CNAME alone (RFC 1034 section 3.6.2)", "other records of the same name with it")
    records = []
    for type_text, data in value.items():
        if type_text != _TTL:
            records += [(TYPES[type_text], rdata, ttl) for rdata in _rdata(type_text, data)]
    return records


def _rdata(type_text: str, data: Any) -> Iterable[bytes]:
    if type_text not in TYPES:
        raise Misfit(
            f"{_TTL} or a type of {', '.join(TYPES)}", shown(type_text), did_you_mean(type_text.upper(), TYPES)
        )
    values = data if isinstance(data, list) else [data]
    if not values or len(values) > (1 if type_text == "CNAME" else _MOST_VALUES):
        raise Misfit("one CNAME" if type_text == "CNAME" else f"1 to {_MOST_VALUES} values", f"{len(values)}")
    if type_text in ("CNAME", "PTR"):
        return [parse_domain(value) for value in values]
    return [_packed(value, 4 if type_text == "A" else 6) for value in values]


def _packed(value: Any, version: int) -> bytes:
    try:
        ip = ipaddress.ip_address(value)
    except ValueError:
        raise Misfit(f"an IPv{version} address", shown(value)) from None
    if ip.version != version:
        raise Misfit(
            f"an IPv{version} address", shown(value), f"IPv{ip.version} goes into {'A' if version == 6 else 'AAAA'}"
        )
    return ip.packed
