"""DNS over TCP (RFC 7766): pipelined queries, answered as soon as each answer is there, in any order.

    octets -> one reading buffer for all -> whole messages -> answer_now -> written at once, in one piece
                                                          \\-> Miss -> forwarder -> deliver -> written

What a connection can hold is bounded: one message that is not whole yet, `in_flight` queries that wait, and
`unsent_octets` of answers that the client does not read. At a bound we stop reading, so TCP itself slows the client.
Limits of time are looked at by one sweep over the table, a few times a second; there is no timer for a message.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Protocol

from filterdns.clock import Clock
from filterdns.config.settings import TcpLimits
from filterdns.resolver.limits.rate import Client, Clients
from filterdns.resolver.message.framing import write_frame
from filterdns.resolver.miss import Miss
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.servers.connections import Connections, client_key
from filterdns.resolver.servers.listen import TCP_BACKLOG
from filterdns.resolver.unusual import limited_reply

SWEEP_SECONDS = 0.25
_READ_OCTETS = 16_384
_FLUSH_OCTETS = 16_384  # answers are gathered up to this before they are written
_V4_MAPPED = b"\0" * 10 + b"\xff\xff"


class Asks(Protocol):
    """What a server needs of the forwarder."""

    def ask(self, miss: Miss, now: float) -> None:
        """Find an answer; `miss.endpoint.deliver` gets it."""


class TcpServer:
    """Answers on one listening socket; `connections` may be shared by several servers, which bounds them together."""

    def __init__(
        self,
        sock: socket.socket,
        pipeline: Pipeline,
        clients: Clients,
        forwarder: Asks,
        loop: asyncio.AbstractEventLoop,
        clock: Clock,
        limits: TcpLimits,
        connections: Connections,
    ) -> None:
        self.sock = sock
        self.pipeline, self.clients, self.forwarder = pipeline, clients, forwarder
        self.clock, self.limits, self.connections = clock, limits, connections
        self.reading = memoryview(bytearray(_READ_OCTETS))  # filled and emptied within one call, so one is enough
        self._loop = loop
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Accept connections from now on."""
        self._server = await self._loop.create_server(lambda: TcpConnection(self), sock=self.sock, backlog=TCP_BACKLOG)

    def stop_accepting(self) -> None:
        """Take no new connection; open ones live on. The socket stays open for whoever else holds it."""
        if self._server is not None:
            self._server.close()
            self._server = None


class TcpConnection(asyncio.BufferedProtocol):
    """One client's connection; an Endpoint for its queries that wait for an upstream."""

    def __init__(self, server: TcpServer) -> None:
        self._server = server
        self._limits = server.limits
        self._transport: Any = None
        self._address = b""
        self.client_key = b""
        self.active = 0.0
        self._message_begun = 0.0  # when the first octet of the message that is not whole yet came; 0: there is none
        self._received = bytearray()
        self._in_flight = 0
        self._blocked = False  # answers pile up unread
        self._paused = False
        self._ended = False  # the client sends no more
        self._working = False
        self._closing = False  # no more is read or answered; what is unsent may still leave
        self._lost = False

    # Called by the event loop

    def connection_made(self, transport: Any) -> None:
        server = self._server
        self._transport = transport
        peer = transport.get_extra_info("peername")
        if peer is None:  # gone before we looked
            transport.abort()
            return
        self._address = _address_octets(peer[0])
        self.client_key = client_key(self._address)
        self.active = server.clock.now()
        if not server.connections.admit(self):
            transport.abort()
            return
        transport.set_write_buffer_limits(high=self._limits.unsent_octets)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._server.reading

    def buffer_updated(self, nbytes: int) -> None:
        self._received += self._server.reading[:nbytes]
        self._work(self._server.clock.now())

    def eof_received(self) -> bool:
        """The client may close its side and still read (RFC 7766 section 6.2.3): what is in flight is answered."""
        self._ended = True
        self._close_if_done()
        return True

    def pause_writing(self) -> None:
        self._blocked = True

    def resume_writing(self) -> None:
        self._blocked = False
        self._work(self._server.clock.now())

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = self._lost = True
        self._received.clear()
        self._server.connections.remove(self)

    # Reading

    def _work(self, now: float) -> None:
        """Answer every whole message that the bounds allow; read on, or stop reading."""
        if self._working:
            return  # an answer came at once, while we are at it
        self._working = True
        at = self._answer_messages(now)
        self._working = False
        received = self._received
        if at:
            del received[:at]
            self._server.connections.touch(self, now)
        stopped = self._blocked or self._in_flight >= self._limits.in_flight
        if not received or stopped:
            self._message_begun = 0.0
        elif at or not self._message_begun:
            self._message_begun = now
        self._pause(stopped)
        self._close_if_done()

    def _answer_messages(self, now: float) -> int:
        """Take messages from the front of what was received; how many octets they were."""
        received, limits = self._received, self._limits
        replies: list[bytes] = []
        at = octets = 0
        while not (self._closing or self._ended or self._blocked) and self._in_flight < limits.in_flight:
            if at + 2 > len(received):
                break
            end = at + 2 + (received[at] << 8 | received[at + 1])
            if end > len(received):
                break
            reply = self._answer(bytes(received[at + 2 : end]), now)
            at = end
            if reply is not None:
                replies.append(write_frame(reply))
                octets += len(reply)
                if octets > _FLUSH_OCTETS:
                    self._transport.write(b"".join(replies))
                    replies.clear()
                    octets = 0
        if replies and not self._closing:
            self._transport.write(b"".join(replies))
        return at

    def _answer(self, wire: bytes, now: float) -> bytes | None:
        """The reply, or None while a Miss is on its way or nothing is to be said."""
        server = self._server
        client: Client = server.clients.get(self._address, now)
        if client.budget < 0 or not client.allowed:
            if not client.allowed:
                self._ended = True  # a stranger is told once, and gets no second query on this connection
            return limited_reply(wire, client, 1)
        reply = server.pipeline.answer_now(wire, client, now, 1)
        if not isinstance(reply, Miss):
            return reply
        reply.endpoint = self
        reply.address = None
        self._in_flight += 1
        server.forwarder.ask(reply, now)
        return None

    def _pause(self, stopped: bool) -> None:
        if stopped != self._paused and not self._closing:
            self._paused = stopped
            if stopped:
                self._transport.pause_reading()
            elif not self._ended:
                self._transport.resume_reading()

    # Answers that had to wait

    def deliver(self, miss: Miss, reply: bytes) -> None:
        self._in_flight -= 1
        if self._closing:
            return
        self._transport.write(write_frame(reply))
        now = self._server.clock.now()
        self._server.connections.touch(self, now)
        if self._paused or self._ended:
            self._work(now)

    # Ending

    def stop_reading(self) -> None:
        """For a drain: no new query; close when what is in flight is answered."""
        self._ended = True
        self._received.clear()
        self._pause(True)
        self._close_if_done()

    @property
    def is_waiting(self) -> bool:
        """Whether queries of this connection are in flight, or answers not sent yet."""
        return not self._lost and bool(self._in_flight or self._transport.get_write_buffer_size())

    def sweep(self, now: float) -> None:
        slow = self._message_begun and now - self._message_begun > self._limits.message_seconds
        idle = not self._in_flight and now - self.active > self._limits.idle_seconds
        if slow or idle:
            self.abort()

    def abort(self) -> None:
        """Close at once; what is unsent is let go."""
        if not self._lost:
            self._closing = True
            self._transport.abort()

    def _close_if_done(self) -> None:
        """After the client's end of file: close once everything is answered and sent."""
        if self._ended and not self._in_flight and not self._closing and not self._working:
            self._closing = True
            self._transport.close()  # sends what is still unsent first; the sweep ends a client that does not read


def _address_octets(host: str) -> bytes:
    """4 octets, or 16; an IPv4 address that came through an IPv6 socket is IPv4."""
    if ":" not in host:
        return socket.inet_aton(host)
    octets = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    return octets[12:] if octets.startswith(_V4_MAPPED) else octets
