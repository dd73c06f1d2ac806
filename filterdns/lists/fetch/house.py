"""Which hosts and addresses are of the house, and not of the Internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_HOUSE_ENDINGS = (
    *("localhost", "local", "localdomain", "lan", "home", "internal", "intranet", "private", "corp"),
    *("home.arpa", "10.in-addr.arpa", "168.192.in-addr.arpa"),
)


def get_literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is written as, None if it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def is_house_address(text: str) -> bool:
    """Whether an address is not one of the public Internet, also where it carries another one inside."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_house_address(str(inner))
        if address.is_site_local:
            return True
    return not address.is_global or address.is_multicast


def is_house_name(host: str) -> bool:
    """Whether a name exists in houses only: one label, or below a top that the Internet does not have."""
    name = host.rstrip(".").lower()
    return "." not in name or any(name == end or name.endswith(f".{end}") for end in _HOUSE_ENDINGS)


def leads_into_the_house(url: str) -> bool:
    """Whether a URL names a host of the house itself, or none that could be told."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return True
    literal = get_literal(host)
    return is_house_address(str(literal)) if literal else is_house_name(host)
