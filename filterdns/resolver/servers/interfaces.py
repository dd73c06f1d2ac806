"""The machine's own addresses and the networks on its links, asked of the kernel by rtnetlink (RFC 3549, rtnetlink(7)).

An RTM_GETADDR dump answers with messages of this form, each attribute and message padded to four octets:

    | length 4 | type 2 | flags 2 | sequence 4 | port 4 |                              struct nlmsghdr
    | family 1 | prefix 1 | flags 1 | scope 1 | index 4 |                              struct ifaddrmsg
    | length 2 | type 2 | octets ... |  | length 2 | type 2 | octets ... |             struct rtattr
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_interface
from struct import Struct

_NLMSG = Struct("=IHHII")
_IFADDR = Struct("=BBBBI")
_ATTRIBUTE = Struct("=HH")
_REQUEST_DUMP = 0x301  # NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH
_RTM_NEWADDR, _RTM_GETADDR = 20, 22
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_IFA_F_TENTATIVE = 0x40  # IPv6, not yet usable: duplicates are looked for
_REPLY_OCTETS = 65_536
_WAIT_SECONDS = 2.0
_FAMILIES = {socket.AF_INET: 4, socket.AF_INET6: 16}


@dataclass(frozen=True, slots=True, order=True)
class LocalAddress:
    """An address of this machine with the prefix length of its link; `interface` is the interface's number."""

    host: str
    prefix_length: int
    interface: int

    @property
    def network(self) -> str:
        return str(ip_interface(f"{self.host}/{self.prefix_length}").network)


def local_addresses() -> list[LocalAddress]:
    """All usable addresses of this machine, sorted. Empty where the kernel has no rtnetlink."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE) as netlink:
            netlink.settimeout(_WAIT_SECONDS)
            netlink.bind((0, 0))
            netlink.send(_NLMSG.pack(_NLMSG.size + _IFADDR.size, _RTM_GETADDR, _REQUEST_DUMP, 1, 0) + bytes(8))
            found: list[LocalAddress] = []
            while read_addresses(netlink.recv(_REPLY_OCTETS), found):
                pass
            return sorted(set(found))
    except (OSError, AttributeError):
        return []


def read_addresses(reply: bytes, found: list[LocalAddress]) -> bool:
    """Add the addresses of one netlink datagram to `found`; whether more datagrams follow."""
    at = 0
    while at + _NLMSG.size <= len(reply):
        length, kind, *_ = _NLMSG.unpack_from(reply, at)
        if kind in (_NLMSG_DONE, _NLMSG_ERROR) or length < _NLMSG.size:
            return False
        if kind == _RTM_NEWADDR:
            address = _read_address(reply[at + _NLMSG.size : at + length])
            if address is not None:
                found.append(address)
        at += length + 3 & ~3
    return True


def _read_address(body: bytes) -> LocalAddress | None:
    """One ifaddrmsg. On a point-to-point link IFA_LOCAL is ours and IFA_ADDRESS the peer's."""
    if len(body) < _IFADDR.size:
        return None
    family, prefix_length, flags, _, interface = _IFADDR.unpack_from(body)
    if family not in _FAMILIES or flags & _IFA_F_TENTATIVE:
        return None
    attributes: dict[int, bytes] = {}
    at = _IFADDR.size
    while at + _ATTRIBUTE.size <= len(body):
        length, kind = _ATTRIBUTE.unpack_from(body, at)
        if length < _ATTRIBUTE.size:
            break
        attributes[kind] = body[at + _ATTRIBUTE.size : at + length]
        at += length + 3 & ~3
    octets = attributes.get(_IFA_LOCAL) or attributes.get(_IFA_ADDRESS, b"")
    if len(octets) != _FAMILIES[family]:
        return None
    return LocalAddress(socket.inet_ntop(family, octets), prefix_length, interface)


def is_wildcard(host: str) -> bool:
    """Whether this address stands for all of the machine's addresses of its family."""
    return ip_address(host.partition("%")[0]).is_unspecified


def has_ipv6(addresses: Iterable[LocalAddress]) -> bool:
    """Whether any of these is an IPv6 address."""
    return any(":" in address.host for address in addresses)


def on_link_networks(hosts: Iterable[str], addresses: Iterable[LocalAddress]) -> tuple[str, ...]:
    """Networks on the links of the interfaces that are listened on: who is in our home although its address is global.

    `hosts`: the addresses listened on. A wildcard means every interface for its family. A prefix of no bits is no link.
    """
    addresses, plain = tuple(addresses), {host.partition("%")[0] for host in hosts}
    interfaces: set[int] = {address.interface for address in addresses if address.host in plain}
    families = {":" in host for host in plain if is_wildcard(host)}
    networks = {
        address.network
        for address in addresses
        if address.prefix_length and (address.interface in interfaces or (":" in address.host) in families)
    }
    return tuple(sorted(networks))
