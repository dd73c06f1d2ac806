"""How single values of the file are read: addresses, networks, names, links.

Each function takes what stands in the YAML and returns what the program uses, or raises Misfit.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from filterdns.config.faults import Misfit, did_you_mean, shown
from filterdns.config.settings import Address
from filterdns.errors import LogFault, NameFault
from filterdns.names import ROOT
from filterdns.tlog.note import parse_vkey as parse_key
from filterdns.unicode_names import parse_unicode_name

DNS_PORT = 53
Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_ENCRYPTED = re.compile(r"(tls|https|quic|h3|sdns|dot|doh|doq)(://|:|$)", re.IGNORECASE)
_PORT_BY_HASH = re.compile(r"(.+)#(\d{1,5})\Z")


def text_of(value: Any, expected: str) -> str:
    """The value if it is a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise Misfit(expected, shown(value))
    return value.strip()


def parse_ip(text: str, expected: str) -> Ip:
    """A literal address; an IPv4 one that is mapped into IPv6 is folded to IPv4."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        raise Misfit(expected, shown(text)) from None
    return getattr(ip, "ipv4_mapped", None) or ip


def parse_address(value: Any, port: int | None, example: str) -> Address:
    """`192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`; without a default `port` it must be there."""
    expected = f"an address such as {example}"
    text = text_of(value, expected)
    if match := _PORT_BY_HASH.match(text):
        host = f"[{match[1]}]" if ":" in match[1] else match[1]
        raise Misfit(expected, shown(text), f"write {host}:{match[2]}")
    host, port_text = text, ""
    if text.startswith("["):
        host, bracket, port_text = text[1:].partition("]")
        if not bracket or (port_text and not port_text.startswith(":")):
            raise Misfit(expected, shown(text), "an IPv6 address with a port is written [2001:db8::1]:53")
        port_text = port_text[1:]
    elif text.count(":") == 1:
        host, _, port_text = text.partition(":")
    ip = parse_ip(host, expected)
    if port_text or port is None or text.endswith(":"):
        port = _port(port_text, text, example)
    return Address(str(ip), port)


def _port(text: str, whole: str, example: str) -> int:
    if not text:
        raise Misfit(f"an address with its port such as {example}", shown(whole))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65_535:
        raise Misfit("a port from 1 to 65535", shown(text))
    return int(text)


def parse_server_address(value: Any) -> Address:
    """The address of a resolver that we forward to: plain DNS over UDP and TCP."""
    example = "192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53"
    if isinstance(value, str) and _ENCRYPTED.match(value.strip()):
        remedy = "encrypted upstreams (tls, https) are not built yet: write a plain address"
        raise Misfit("a plain address", shown(value), remedy)
    if isinstance(value, str) and value.strip().startswith("udp://"):
        value = value.strip().removeprefix("udp://")
    if isinstance(value, str) and "://" in value:
        raise Misfit(f"an address such as {example}", shown(value), "leave out what stands before the address")
    if isinstance(value, str) and re.search(r"[g-zG-Z]", value.partition("%")[0]):
        remedy = "names cannot be looked up before there is a resolver: write its address"
        raise Misfit(f"an address such as {example}", shown(value), remedy)
    address = parse_address(value, DNS_PORT, example)
    ip = ipaddress.ip_address(address.host)
    if ip.is_unspecified or ip.is_multicast:
        raise Misfit("the address of one server", shown(value))
    if ip.is_link_local and ip.version == 6 and "%" not in address.host:
        remedy = f"write {address.host}%eth0 with the interface's name"
        raise Misfit("an address with its interface", shown(value), remedy)
    return address


def parse_network(value: Any) -> str:
    """A network in CIDR form, or one address; canonical text with its prefix length."""
    expected = "a network such as 192.168.1.0/24 or one address"
    text = text_of(value, expected)
    try:
        network: Network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Misfit(expected, shown(text)) from None
    if "/" in text and text.partition("/")[0].lower() != str(network.network_address):
        address = text.partition("/")[0]
        if ipaddress.ip_address(address) != network.network_address:
            raise Misfit(
                "a network without host bits", shown(text), f"write {network}, or {address} for that one device"
            )
    if isinstance(network, ipaddress.IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return f"{mapped}/{network.prefixlen - 96}"
    return str(network)


def parse_domain(value: Any) -> bytes:
    """A domain name, in any script, as canonical wire form."""
    text = text_of(value, "a domain name such as example.org")
    if "://" in text or "/" in text:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or "example.org"
        raise Misfit("a domain name", shown(text), f"a filter of names cannot see paths: write {host}")
    if text.startswith("*."):
        raise Misfit("a domain name", shown(text), f"subdomains are always meant: write {text[2:]}")
    try:
        qname = parse_unicode_name(text)
    except NameFault as fault:
        raise Misfit("a domain name", shown(text), str(fault)) from None
    if qname == ROOT:
        raise Misfit("a domain name below the root", shown(text))
    return qname


def parse_link(value: Any) -> str:
    """The beginning of a web address, without a final slash: `http://filter.home.arpa`."""
    expected = "the beginning of a web address such as http://filter.home.arpa"
    text = text_of(value, expected)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or len(text) > 80:
        raise Misfit(expected, shown(text), "at most 80 characters: it stands in each filtered answer")
    if not text.isascii() or any(character.isspace() for character in text):
        raise Misfit(expected, shown(text), "write names of other scripts in their xn-- form")
    return text.rstrip("/")


def parse_vkey(value: Any) -> str:
    """The key of a log that checks signatures (C2SP signed-note), on one line."""
    expected = "the key of a log such as lists.example.org/log+e183b02a+AQOhB7/..."
    text = text_of(value, expected)
    try:
        parse_key(text)
    except LogFault:
        raise Misfit(expected, shown(text), "copy the whole line that the publisher shows") from None
    return text


def parse_timezone(value: Any) -> str:
    """A name of the time zone database."""
    expected = "a time zone such as Asia/Bangkok"
    text = text_of(value, expected)
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise Misfit(expected, shown(text), did_you_mean(text, _zones_like(text))) from None
    return text


def _zones_like(text: str) -> set[str]:
    """Zones worth a proposal: the continent's, or those of that city; all of them would be 600."""
    from zoneinfo import available_timezones

    wanted = text.lower().replace(" ", "_")
    city = wanted.rpartition("/")[2]
    zones = {zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))}
    return {zone for zone in zones if zone.lower().rpartition("/")[2] == city} or {
        zone for zone in zones if zone.lower()[:5] == wanted[:5]
    }
