"""Hot path. Connected UDP sockets on random ports of one upstream: 64 places, a random one carries a query, and with it
what else leaves in the same turn of the event loop.

A place is filled when it is first drawn and its socket is replaced after 500 queries or 10 seconds, so that a forger
has not long to learn a port; at a home's few queries nearly each goes out from a port of its own. A replaced socket
stays open until its last query is answered or given up.
"""

from __future__ import annotations

import errno
import select
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filterdns.config.settings import ForwardLimits
    from filterdns.resolver.forward.coalesce import Flight
    from filterdns.resolver.forward.entropy import Entropy
    from filterdns.resolver.upstreams.descriptors import Descriptors

_LOWEST_PORT, _PORTS = 10_000, 55_536  # below lie our own ports and most other services', which may want theirs back
_BIND_ATTEMPTS = 16  # a busy port is drawn again


class Port:
    """One connected socket and the flights that wait for a reply on it, by the two octets of their ID."""

    __slots__ = ("left", "receive", "send", "sock", "until", "upstream", "waiting")

    def __init__(self, sock: socket.socket, upstream: Any, left: int, until: float) -> None:
        self.sock = sock
        self.send = sock.send
        self.receive = sock.recv
        self.upstream = upstream
        self.left = left  # queries it may still carry
        self.until = until
        self.waiting: dict[bytes, Flight] = {}


class Ports:
    """The places of one upstream."""

    __slots__ = (
        "_address",
        "_descriptors",
        "_entropy",
        "_family",
        "_limits",
        "_mask",
        "_places",
        "_retired",
        "_upstream",
    )

    def __init__(
        self,
        upstream: Any,
        family: int,
        address: tuple[Any, ...],
        limits: ForwardLimits,
        entropy: Entropy,
        descriptors: Descriptors,
    ) -> None:
        self._upstream = upstream
        self._family = family
        self._address = address
        self._limits = limits
        self._entropy = entropy
        self._descriptors = descriptors
        places = 1 << (limits.sockets - 1).bit_length()  # a power of two: an octet's low bits draw one
        self._places: list[Port | None] = [None] * places
        self._mask = places - 1
        self._retired: list[Port] = []

    def draw(self, number: int, now: float) -> Port:
        """The socket for the next query, drawn by a random number. Raises OSError if none can be opened."""
        place = number & self._mask
        port = self._places[place]
        if port is None or port.left <= 0 or now >= port.until:
            port = self._replace(place, now)
        port.left -= 1
        return port

    def _replace(self, place: int, now: float) -> Port:
        old = self._places[place]
        if old is not None:
            self._places[place] = None
            self._retire(old)
        sock = self._open()
        port = Port(sock, self._upstream, self._limits.queries_a_socket, now + self._limits.socket_seconds)
        self._places[place] = self._descriptors.ports[sock.fileno()] = port
        return port

    def _open(self) -> socket.socket:
        """A socket on a random port, connected, so that the kernel drops what comes from any other address or port."""
        sock = socket.socket(self._family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            self._bind(sock)
            sock.connect(self._address)
            self._descriptors.epoll.register(sock.fileno(), select.EPOLLIN)
        except OSError:
            sock.close()
            raise
        return sock

    def _bind(self, sock: socket.socket) -> None:
        anywhere = "::" if self._family == socket.AF_INET6 else "0.0.0.0"
        for _ in range(_BIND_ATTEMPTS):
            number = int.from_bytes(self._entropy.take(4)) % _PORTS + _LOWEST_PORT
            try:
                sock.bind((anywhere, number))
                return
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
        sock.bind((anywhere, 0))  # nearly all ports are in use: the kernel finds one, at random too

    def _retire(self, port: Port) -> None:
        if port.waiting:
            self._retired.append(port)
        else:
            self._descriptors.forget(port.sock)

    def sweep(self, now: float) -> int:
        """Close what is over its time and waits for nothing; how many sockets are left."""
        for place, port in enumerate(self._places):
            if port is not None and now >= port.until:
                self._places[place] = None
                self._retired.append(port)
        for port in self._retired:
            if not port.waiting:
                self._descriptors.forget(port.sock)
        self._retired = [port for port in self._retired if port.waiting]
        return len(self._retired) + len(self._places) - self._places.count(None)
