"""Whether a request comes from a browser on this very machine: what the page Lists needs until there is a sign-in.

The peer's address is loopback, the page was called by a loopback name, so that no rebound name of somebody else counts,
and nothing says that the request was passed on: behind a proxy on this machine everybody would look like a neighbour.
"""

from __future__ import annotations

from ipaddress import ip_address

from aiohttp import web

from filterdns.transparency.web.hosts import bare_host

_PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


def is_from_here(request: web.Request) -> bool:
    """Whether somebody on this machine asks, by a name of this machine alone."""
    host = bare_host(request.headers.get("Host", ""))
    if not is_loopback(request.remote or "") or not (host == "localhost" or is_loopback(host)):
        return False
    return not any(header in request.headers for header in _PASSED_ON)


def is_loopback(text: str) -> bool:
    """Whether a text is a loopback address, IPv4 in IPv6 included (RFC 4291 section 2.5.5.2)."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if address.version == 6 else None
    return (mapped or address).is_loopback
