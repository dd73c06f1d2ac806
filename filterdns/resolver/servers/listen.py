"""Bound sockets for the addresses of the configuration: one UDP socket for each local address, one TCP socket each.

A UDP reply must come from the address that was asked. A socket bound to a wildcard lets the kernel choose, so a
wildcard is served by one UDP socket for each of the machine's addresses instead, followed as they change
(`udp_addresses`); TCP connections know their address, so one wildcard socket does for them.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from sys import byteorder

from filterdns.config.settings import Address
from filterdns.errors import FilterdnsError
from filterdns.resolver.servers.interfaces import LocalAddress, has_ipv6, is_wildcard

UDP, TCP = "udp", "tcp"
TCP_BACKLOG = 128  # connections that wait while a worker is busy, and the most that it takes in one turn
TCP_BUFFER_OCTETS = 65_536  # of the system, each way: it would let them grow to 4 MiB for a client that does not read

_SO_RCVBUFFORCE = 33
_SO_MEMINFO, _MEMINFO_COUNTERS = 55, 9  # the last is SK_MEMINFO_DROPS
_IP_MTU_DISCOVER, _IPV6_MTU_DISCOVER, _PMTUDISC_OMIT = 10, 23, 5  # RFC 9715: believe no path-MTU message
_FIRST_FREE_PORT = 1024
_KINDS = {UDP: socket.SOCK_DGRAM, TCP: socket.SOCK_STREAM}


class ListenFault(FilterdnsError):
    """Addresses that cannot be listened on, each with what to do about it."""


@dataclass(frozen=True, slots=True, order=True)
class Endpoint:
    """What one socket is bound to; `transport` is `udp` or `tcp`."""

    transport: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{Address(self.host, self.port)}/{self.transport}"


def wanted_endpoints(addresses: Iterable[Address], machine: Iterable[LocalAddress]) -> list[Endpoint]:
    """The sockets that serve these addresses on a machine with these addresses of its own, in a stable order."""
    machine = tuple(machine)
    found: dict[Endpoint, None] = {}
    for address in addresses:
        hosts = _hosts_of(address.host, machine) if is_wildcard(address.host) else [address.host]
        for host in hosts or [address.host]:
            found[Endpoint(UDP, host, address.port)] = None
        found[Endpoint(TCP, address.host, address.port)] = None
    return list(found)


def _hosts_of(wildcard: str, machine: Iterable[LocalAddress]) -> list[str]:
    """The machine's addresses of the wildcard's family; link-local ones with the number of their link."""
    hosts = []
    for address in machine:
        if (":" in address.host) == (":" in wildcard):
            scope = f"%{address.interface}" if address.host.startswith("fe80:") else ""
            hosts.append(address.host + scope)
    return hosts


def without_ipv6(
    endpoints: list[Endpoint], machine: Iterable[LocalAddress], say: Callable[[str], None]
) -> list[Endpoint]:
    """The endpoints that this machine can have: where it has no IPv6, those are left out, and it is said."""
    if not socket.has_ipv6 or not has_ipv6(machine):
        left = [endpoint for endpoint in endpoints if ":" not in endpoint.host]
        if len(left) < len(endpoints):
            say(f"no IPv6 on this machine: not listening on {', '.join(map(str, sorted(set(endpoints) - set(left))))}")
        return left
    return endpoints


def check_free(endpoints: Iterable[Endpoint]) -> None:
    """Raise ListenFault with each endpoint that somebody else has, a filterdns that was started before us too.

    Our own sockets are bound with SO_REUSEPORT, so that binding alone would not tell.
    """
    faults = []
    for endpoint in endpoints:
        try:
            open_endpoint(endpoint, shared=False).close()
        except OSError as error:
            faults.append(f"{endpoint}: {_remedy(endpoint, error)}")
    if faults:
        raise ListenFault("\n".join(faults))


def open_endpoints(
    endpoints: Iterable[Endpoint], receive_octets: int, say: Callable[[str], None]
) -> dict[Endpoint, socket.socket]:
    """A bound socket for each endpoint, TCP ones listening, all with SO_REUSEPORT: workers may each have their own.

    Raises ListenFault with every endpoint that could not be had; then none is left open.
    """
    opened: dict[Endpoint, socket.socket] = {}
    faults = []
    granted = receive_octets
    for endpoint in endpoints:
        try:
            opened[endpoint] = sock = open_endpoint(endpoint, shared=True)
        except OSError as error:
            faults.append(f"{endpoint}: {_remedy(endpoint, error)}")
            continue
        if endpoint.transport == UDP:
            granted = min(granted, ask_for_buffer(sock, receive_octets))
    if faults:
        for sock in opened.values():
            sock.close()
        raise ListenFault("\n".join(faults))
    if granted < receive_octets:
        say(
            f"the system grants a receive buffer of {granted // 1024} KiB, {receive_octets // 1024} KiB were asked "
            f"for: bursts may lose queries (sysctl net.core.rmem_max={receive_octets})"
        )
    return opened


def open_endpoint(endpoint: Endpoint, shared: bool) -> socket.socket:
    """One bound, non-blocking socket. Raises OSError."""
    found = socket.getaddrinfo(
        endpoint.host, endpoint.port, type=_KINDS[endpoint.transport], flags=socket.AI_NUMERICHOST | socket.AI_PASSIVE
    )
    family, kind, protocol, _, name = found[0]
    sock = socket.socket(family, kind, protocol)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if endpoint.transport == TCP:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of our last run may linger
            for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):  # connections inherit them
                sock.setsockopt(socket.SOL_SOCKET, buffer, TCP_BUFFER_OCTETS)
        else:
            _omit_path_mtu(sock)
        sock.setblocking(False)
        sock.bind(name)
        if endpoint.transport == TCP:
            sock.listen(TCP_BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def _omit_path_mtu(sock: socket.socket) -> None:
    """Let no forged ICMP message make us send fragments."""
    try:
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER, _PMTUDISC_OMIT)
        else:
            sock.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _PMTUDISC_OMIT)
    except OSError:
        pass  # a kernel before 3.15


def ask_for_buffer(sock: socket.socket, octets: int) -> int:
    """Ask for a receive buffer, over the system's limit where we may; how much was granted.

    The kernel keeps twice of what is asked for, for its own bookkeeping, and tells the double (socket(7)).
    """
    for option in (_SO_RCVBUFFORCE, socket.SO_RCVBUF):
        try:
            sock.setsockopt(socket.SOL_SOCKET, option, octets)
            break
        except OSError:
            continue
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2


def dropped(sock: socket.socket) -> int:
    """Datagrams that the kernel dropped because the receive buffer was full; 0 where it does not tell."""
    try:
        counters = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * _MEMINFO_COUNTERS)
    except OSError:
        return 0
    return int.from_bytes(counters[-4:], byteorder) if len(counters) == 4 * _MEMINFO_COUNTERS else 0


def endpoint_of(sock: socket.socket) -> Endpoint:
    """What a socket that systemd handed over is bound to."""
    host, port = sock.getsockname()[:2]
    return Endpoint(TCP if sock.type == socket.SOCK_STREAM else UDP, host, port)


def _remedy(endpoint: Endpoint, error: OSError) -> str:
    """What went wrong and what a person can do."""
    port = endpoint.port
    if error.errno == errno.EADDRINUSE:
        flag = "u" if endpoint.transport == UDP else "t"
        return (
            f"another program has this port; `ss -H{flag}lnp 'sport = :{port}'` tells which (often systemd-resolved or "
            "dnsmasq): stop it, or choose another address or port under `dns:`"
        )
    if error.errno == errno.EACCES and port < _FIRST_FREE_PORT:
        return (
            f"not permitted: ports below {_FIRST_FREE_PORT} need CAP_NET_BIND_SERVICE. Let systemd hand the socket "
            "over (deploy/), start as root, or choose a port such as 1053 under `dns:`"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return "no interface of this machine has this address; `ip address` shows those it has"
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
