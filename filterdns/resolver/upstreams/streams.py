"""TCP towards one upstream: for truncated replies, and when forged ones come in over UDP.

A few connections, several queries on each, answers in any order (RFC 7766 section 6.2). An upstream that closes after
one answer is asked one query a connection from then on. Nothing waits for a free connection: at the bound the attempt
fails, and the flight goes on as if the upstream had been silent.
"""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING, Any

from filterdns.resolver.message.framing import read_frames

if TYPE_CHECKING:
    from filterdns.resolver.forward.coalesce import Flight
    from filterdns.resolver.upstreams.descriptors import Descriptors

MOST_STREAMS = 8
MOST_IN_FLIGHT = 32  # queries of one connection
IDLE_SECONDS = 5.0  # the client should be the first to close (RFC 7766 section 6.2.3)
_RECEIVE_OCTETS = 65_536
_IN_OUT = select.EPOLLIN | select.EPOLLOUT


class Stream:
    """One connection: what is still to be sent, what came in so far, and which flights wait by ID."""

    __slots__ = ("answered", "inbox", "outbox", "sock", "upstream", "used", "waiting")

    def __init__(self, sock: socket.socket, upstream: Any, now: float) -> None:
        self.sock = sock
        self.upstream = upstream
        self.waiting: dict[bytes, Flight] = {}
        self.outbox = bytearray()
        self.inbox = bytearray()
        self.answered = 0  # verified replies so far
        self.used = now


class Streams:
    """The connections of one upstream."""

    __slots__ = ("_address", "_descriptors", "_family", "_open", "_upstream", "pipelined")

    def __init__(self, upstream: Any, family: int, address: tuple[Any, ...], descriptors: Descriptors) -> None:
        self._upstream = upstream
        self._family = family
        self._address = address
        self._descriptors = descriptors
        self._open: list[Stream] = []
        self.pipelined = True

    def draw(self, now: float) -> Stream | None:
        """A connection with room for a query, None at the bound. Raises OSError if none can be opened."""
        room = MOST_IN_FLIGHT if self.pipelined else 1
        for stream in self._open:
            if len(stream.waiting) < room and (self.pipelined or not stream.answered):
                return stream
        if len(self._open) >= MOST_STREAMS:
            return None
        sock = socket.socket(self._family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            sock.connect_ex(self._address)  # in progress; a refusal shows at the first read
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._descriptors.epoll.register(sock.fileno(), _IN_OUT)
        except OSError:
            sock.close()
            raise
        stream = self._descriptors.streams[sock.fileno()] = Stream(sock, self._upstream, now)
        self._open.append(stream)
        return stream

    def send(self, stream: Stream, query: bytes, now: float) -> None:
        """Queue a query with its length before it; `write` sends it when the connection takes it."""
        stream.outbox += len(query).to_bytes(2) + query
        stream.used = now
        self._descriptors.epoll.modify(stream.sock.fileno(), _IN_OUT)

    def write(self, stream: Stream) -> None:
        """Send what is queued. Raises OSError when the connection is gone."""
        if stream.outbox:
            try:
                del stream.outbox[: stream.sock.send(stream.outbox)]
            except BlockingIOError:
                return
        if not stream.outbox:
            self._descriptors.epoll.modify(stream.sock.fileno(), select.EPOLLIN)

    def read(self, stream: Stream) -> list[bytes] | None:
        """The messages that are complete now; None when the upstream closed. Raises OSError when it is gone."""
        try:
            octets = stream.sock.recv(_RECEIVE_OCTETS)
        except BlockingIOError:
            return []
        if not octets:
            return None
        stream.inbox += octets
        return read_frames(stream.inbox)

    def close(self, stream: Stream) -> list[Flight]:
        """Close a connection; the flights that waited on it.

        One that the upstream closed with queries open, after it had answered some, tells that it takes one at a time.
        """
        flights = list(dict.fromkeys(stream.waiting.values()))
        if flights and stream.answered:
            self.pipelined = False
        stream.waiting.clear()
        if stream in self._open:
            self._open.remove(stream)
            self._descriptors.forget(stream.sock)
        return flights

    def sweep(self, now: float) -> int:
        """Close idle connections; how many are left."""
        for stream in [s for s in self._open if not s.waiting and now - s.used >= IDLE_SECONDS]:
            self.close(stream)
        return len(self._open)
