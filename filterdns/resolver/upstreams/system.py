"""The machine's own resolvers, as upstreams of somebody who named none; never ourselves, never a silent public one."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from pathlib import Path

from filterdns.config.settings import Address, UpstreamServer
from filterdns.errors import DataFault, Fault

RESOLV_CONF = Path("/etc/resolv.conf")
_DNS_PORT = 53
_MOST_SERVERS = 3  # resolv.conf(5)


def parse_resolv_conf(text: str) -> list[str]:
    """The addresses of its first three `nameserver` lines, the scope of a link-local one included."""
    servers = []
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver" and _is_address(words[1]):
            servers.append(words[1])
    return servers[:_MOST_SERVERS]


def system_upstreams(own: Iterable[Address], path: Path = RESOLV_CONF) -> tuple[UpstreamServer, ...]:
    """The system's resolvers minus the addresses that we listen on.

    Raises DataFault when none is left: what to ask then is a person's choice.
    """
    try:
        servers = parse_resolv_conf(path.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        servers = []
    own = tuple(own)
    left = [server for server in servers if not is_own(Address(server, _DNS_PORT), own)]
    if not left:
        got = f"only our own addresses ({', '.join(servers)})" if servers else "no nameserver line"
        remedy = "name the resolvers to forward to under `upstreams` in the configuration"
        raise DataFault([Fault(str(path), "nameserver", "a resolver that is not filterdns itself", got, remedy)])
    return tuple(UpstreamServer(Address(server, _DNS_PORT)) for server in left)


def is_own(address: Address, own: Iterable[Address]) -> bool:
    """Whether we listen there: on the address itself, or on all addresses when it is one of this machine's."""
    host = ipaddress.ip_address(address.host.partition("%")[0])
    for mine in own:
        here = ipaddress.ip_address(mine.host.partition("%")[0])
        if mine.port != address.port:
            continue
        if here == host or host.is_unspecified or (here.is_unspecified and _is_local(address.host)):
            return True
    return False


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_local(host: str) -> bool:
    """Whether this machine has the address: then a socket can be bound to it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        try:
            place = socket.getaddrinfo(host, 0, family, socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST)[0][4]
            sock.bind(place)
        except OSError:
            return False
    return True
