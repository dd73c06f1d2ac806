"""The sockets of an installation: handed over by systemd, held by the supervisor, or bound by each worker itself.

With one worker the supervisor holds them, so a worker that dies loses no query that waits in one.  With several each
binds its own, and the kernel spreads the flows: a client behind a router with one source port is one flow, hence one
worker's.  Handed-over sockets are shared by all workers.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

from filterdns.config.settings import Address, Settings
from filterdns.resolver.servers.interfaces import local_addresses
from filterdns.resolver.servers.listen import (
    Endpoint,
    check_free,
    endpoint_of,
    open_endpoints,
    wanted_endpoints,
    without_ipv6,
)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen. `sockets` are those that the supervisor holds; none where each worker binds its own.

    `addresses` are those of the configuration; none where systemd handed the sockets over, which then are all there is.
    """

    endpoints: tuple[Endpoint, ...]
    sockets: dict[Endpoint, socket.socket]
    addresses: tuple[Address, ...] = ()

    def open_in_worker(self, receive_octets: int) -> dict[Endpoint, socket.socket]:
        """The sockets for one worker, in its process. Raises ListenFault."""
        return self.sockets or open_endpoints(self.endpoints, receive_octets, lambda text: None)


NOWHERE = Listening((), {})


def prepare(settings: Settings, now: Listening, given: list[socket.socket], say: Callable[[str], None]) -> Listening:
    """Where these settings listen; what is open already is kept. Raises ListenFault, and then `now` still holds.

    `given`: what systemd handed over, which then is all there is.
    """
    if given:
        sockets = {endpoint_of(sock): sock for sock in given}
        return Listening(tuple(sockets), sockets)
    machine = local_addresses()
    wanted = without_ipv6(wanted_endpoints(settings.dns, machine), machine, say)
    ours = {*now.endpoints, *wanted_endpoints(now.addresses, machine)}  # workers follow addresses that come
    check_free(endpoint for endpoint in wanted if endpoint not in ours)
    kept = {endpoint: sock for endpoint, sock in now.sockets.items() if endpoint in wanted}
    opened = open_endpoints((e for e in wanted if e not in kept), settings.udp_receive_octets, say)
    if settings.workers == 1:
        return Listening(tuple(wanted), kept | opened, settings.dns)
    for sock in opened.values():  # opened to see that it can be done
        sock.close()
    return Listening(tuple(wanted), {}, settings.dns)


def close_others(old: Listening, new: Listening) -> None:
    """Close what the new one does not need."""
    for endpoint, sock in old.sockets.items():
        if endpoint not in new.sockets:
            sock.close()
