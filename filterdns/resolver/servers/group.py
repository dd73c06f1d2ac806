"""All servers of one worker: started, followed as the machine's addresses change, drained together."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.resolver.limits.rate import Clients
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.servers.connections import Connections, most_connections
from filterdns.resolver.servers.held import Listening
from filterdns.resolver.servers.interfaces import LocalAddress
from filterdns.resolver.servers.listen import UDP, Endpoint, ListenFault, dropped, open_endpoints, wanted_endpoints
from filterdns.resolver.servers.tcp import SWEEP_SECONDS, Asks, TcpConnection, TcpServer
from filterdns.resolver.servers.udp import UdpServer


class Servers:
    """UDP and TCP servers on bound sockets; the connections of all TCP servers are bounded together."""

    def __init__(
        self,
        settings: Settings,
        listening: Listening,
        descriptors: int,
        pipeline: Pipeline,
        clients: Clients,
        forwarder: Asks,
        loop: asyncio.AbstractEventLoop,
        clock: Clock,
        say: Callable[[str], None],
    ) -> None:
        self._settings, self._listening, self._say = settings, listening, say
        self._pipeline, self._clients, self._forwarder = pipeline, clients, forwarder
        self._loop, self._clock = loop, clock
        most = most_connections(settings.tcp, descriptors)
        self.connections = Connections(most, settings.tcp.connections_a_client)
        self._udp: dict[Endpoint, tuple[UdpServer, socket.socket]] = {}
        self._tcp: list[TcpServer] = []
        for endpoint, sock in listening.open_in_worker(settings.udp_receive_octets).items():
            self._add(endpoint, sock)

    def _add(self, endpoint: Endpoint, sock: socket.socket) -> None:
        parts = (sock, self._pipeline, self._clients, self._forwarder, self._loop, self._clock)
        if endpoint.transport == UDP:
            self._udp[endpoint] = UdpServer(*parts), sock
        else:
            self._tcp.append(TcpServer(*parts, self._settings.tcp, self.connections))

    async def start(self) -> None:
        """Read every socket from now on."""
        for udp, _ in self._udp.values():
            udp.start()
        for tcp in self._tcp:
            await tcp.start()
        self._sweep()

    def _sweep(self) -> None:
        self.connections.sweep(self._clock.now())
        self._loop.call_later(SWEEP_SECONDS, self._sweep)

    def follow(self, machine: list[LocalAddress]) -> None:
        """Listen on addresses that a wildcard stands for and that are new; a socket of one that went is left open."""
        for endpoint in wanted_endpoints(self._listening.addresses, machine):
            if endpoint.transport != UDP or endpoint in self._udp:
                continue
            try:
                opened = open_endpoints([endpoint], self._settings.udp_receive_octets, self._say)
            except ListenFault:
                continue  # not usable yet; looked at again when the addresses change
            self._add(endpoint, opened[endpoint])
            self._udp[endpoint][0].start()
            self._say(f"listening on {endpoint}")

    @property
    def send_failures(self) -> int:
        """Answers that the system would not send."""
        return sum(udp.send_failures for udp, _ in self._udp.values())

    @property
    def dropped(self) -> int:
        """Datagrams that found a full receive buffer."""
        return sum(dropped(sock) for _, sock in self._udp.values())

    # Ending

    def begin_drain(self) -> list[Callable[[], None]]:
        """Steps that take no new queries; each may fail without the others.

        UDP sockets that are ours alone are read on: what waits in them would die with us.
        """
        steps: list[Callable[[], None]] = [udp.drain for udp, _ in self._udp.values()]
        if self._listening.sockets:
            steps += [udp.stop_reading for udp, _ in self._udp.values()]
        steps += [tcp.stop_accepting for tcp in self._tcp]
        return steps + [connection.stop_reading for connection in self._open_connections()]

    def last_read(self) -> list[Callable[[], None]]:
        """Steps that answer what came in during the drain."""
        if self._listening.sockets:
            return []
        return [step for udp, _ in self._udp.values() for step in (udp.drain, udp.stop_reading)]

    def end(self) -> list[Callable[[], None]]:
        """Steps that send what is left and close everything."""
        return [udp.close for udp, _ in self._udp.values()] + [c.abort for c in self._open_connections()]

    @property
    def are_waiting(self) -> bool:
        """Whether TCP connections wait for answers or have answers unsent."""
        return any(connection.is_waiting for connection in self._open_connections())

    def _open_connections(self) -> list[TcpConnection]:
        return [connection for connection in self.connections if isinstance(connection, TcpConnection)]
