"""One server that we forward to: what is known of it, and its sockets."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from filterdns.resolver.forward.asking import WITHOUT_OPT
from filterdns.resolver.forward.selection import Candidate
from filterdns.resolver.upstreams.ports import Ports
from filterdns.resolver.upstreams.streams import Streams

if TYPE_CHECKING:
    from filterdns.config.settings import ForwardLimits, UpstreamServer
    from filterdns.resolver.forward.entropy import Entropy
    from filterdns.resolver.upstreams.descriptors import Descriptors

CASE_AGAIN_SECONDS = 3_600.0  # a changed upstream gets the protection of 0x20 back
OPT_AGAIN_SECONDS = 3_600.0  # and its clients DNSSEC records and answers of over 512 octets


class Upstream(Candidate):
    """A resolver, its UDP ports and TCP streams.

    `keeps_case`: it repeats the letter case of a question (0x20). `form`: added to the variant of a query, 0 or
    WITHOUT_OPT.
    """

    __slots__ = (
        "form",
        "keeps_case",
        "keeps_case_again",
        "opt_again",
        "ports",
        "route",
        "server",
        "streams",
        "trusted_ad",
    )

    def __init__(
        self, server: UpstreamServer, route: int, limits: ForwardLimits, entropy: Entropy, descriptors: Descriptors
    ) -> None:
        super().__init__()
        family, address = _socket_address(server.address.host, server.address.port)
        self.server = server
        self.route = route  # 0: any name; n: the names of the n-th forwarded zone
        self.trusted_ad = server.trusted_ad
        self.keeps_case = True
        self.keeps_case_again = 0.0
        self.form = 0
        self.opt_again = 0.0
        self.ports = Ports(self, family, address, limits, entropy, descriptors)
        self.streams = Streams(self, family, address, descriptors)

    def lost_case(self, now: float) -> None:
        """A comparison over TCP showed that it does not keep the case; it is asked in lower case for an hour."""
        self.keeps_case = False
        self.keeps_case_again = now + CASE_AGAIN_SECONDS

    def lost_opt(self, now: float) -> None:
        """It answered FORMERR to a query with OPT; it is asked without for an hour."""
        self.form = WITHOUT_OPT
        self.opt_again = now + OPT_AGAIN_SECONDS

    def sweep(self, now: float) -> int:
        """Close what is over its time; how many sockets are left."""
        if not self.keeps_case and now >= self.keeps_case_again:
            self.keeps_case = True
        if self.form and now >= self.opt_again:
            self.form = 0
        return self.ports.sweep(now) + self.streams.sweep(now)


def _socket_address(host: str, port: int) -> tuple[int, tuple[object, ...]]:
    """Family and address for `connect`; the scope of a link-local address (`fe80::1%eth0`) becomes its number.

    An interface that is not there leaves the scope out: then the network refuses, and other upstreams are asked.
    """
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=flags)
    except socket.gaierror:
        found = socket.getaddrinfo(host.partition("%")[0], port, type=socket.SOCK_DGRAM, flags=flags)
    family, _, _, _, address = found[0]
    return family, address
