"""A simulated upstream: one UDP and one TCP socket on the same free port, served by a thread of its own."""

from __future__ import annotations

import heapq
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol, Self


@dataclass(frozen=True)
class Send:
    """Octets to send after some seconds; over UDP perhaps from another port, over TCP perhaps followed by a close."""

    octets: bytes
    after: float = 0.0
    other_port: bool = False
    then_close: bool = False


class Behaviour(Protocol):
    """What a simulated upstream sends back for the octets of one query."""

    def udp(self, query: bytes) -> list[Send]: ...

    def tcp(self, query: bytes) -> list[Send]:
        """Octets of a stream: the length that precedes a message is the behaviour's own business."""
        ...


@dataclass(frozen=True)
class Asked:
    """One query as it came in."""

    wire: bytes
    transport: str
    source_port: int


@dataclass
class _Connection:
    sock: socket.socket
    source_port: int
    inbox: bytearray = field(default_factory=bytearray)


class SimulatedUpstream:
    """Serves a behaviour while its `with` block lasts. `asked` holds what came in, in order; `behaviour` may change."""

    def __init__(self, behaviour: Behaviour, host: str = "127.0.0.1") -> None:
        self.behaviour = behaviour
        self.asked: list[Asked] = []
        self.connections = 0
        self._order = count()
        self._later: list[tuple[float, int, Send, object]] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._udp, self._tcp = self._bind(family, host)
        self._other = socket.socket(family, socket.SOCK_DGRAM)
        self._other.bind((host, 0))
        self.host, self.port = host, self._udp.getsockname()[1]
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @staticmethod
    def _bind(family: int, host: str) -> tuple[socket.socket, socket.socket]:
        while True:
            udp, tcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family, socket.SOCK_STREAM)
            udp.bind((host, 0))
            try:
                tcp.bind(udp.getsockname()[:2])
                tcp.listen(64)
            except OSError:  # somebody has the port over TCP
                udp.close()
                tcp.close()
                continue
            return udp, tcp

    def __enter__(self) -> Self:
        for sock in (self._udp, self._tcp, self._wake_reader):
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wake_writer.send(b"!")
        self._thread.join(5)
        for sock in (self._udp, self._tcp, self._other, self._wake_reader, self._wake_writer, *self._open):
            sock.close()
        self._selector.close()

    def _serve(self) -> None:
        while True:
            pause = max(0.0, self._later[0][0] - time.monotonic()) if self._later else None
            for key, _ in self._selector.select(pause):
                if key.fileobj is self._wake_reader:
                    return
                self._readable(key)
            while self._later and self._later[0][0] <= time.monotonic():
                _, _, send, where = heapq.heappop(self._later)
                self._send(send, where)

    def _readable(self, key: selectors.SelectorKey) -> None:
        if key.fileobj is self._udp:
            wire, source = self._udp.recvfrom(65_535)
            self.asked.append(Asked(wire, "udp", source[1]))
            self._schedule(self.behaviour.udp(wire), source)
        elif key.fileobj is self._tcp:
            sock, source = self._tcp.accept()
            self.connections += 1
            self._open.add(sock)
            self._selector.register(sock, selectors.EVENT_READ, _Connection(sock, source[1]))
        else:
            self._stream_readable(key.data)

    def _stream_readable(self, connection: _Connection) -> None:
        try:
            octets = connection.sock.recv(65_535)
        except OSError:
            octets = b""
        if not octets:
            self._close(connection.sock)
            return
        inbox = connection.inbox
        inbox += octets
        while len(inbox) >= 2 and len(inbox) >= (size := 2 + int.from_bytes(inbox[:2])):
            if connection.sock not in self._open:
                return  # the behaviour closed it
            wire = bytes(inbox[2:size])
            del inbox[:size]
            self.asked.append(Asked(wire, "tcp", connection.source_port))
            self._schedule(self.behaviour.tcp(wire), connection.sock)

    def _schedule(self, sends: list[Send], where: object) -> None:
        for send in sends:
            if send.after:
                heapq.heappush(self._later, (time.monotonic() + send.after, next(self._order), send, where))
            else:
                self._send(send, where)

    def _send(self, send: Send, where: object) -> None:
        try:
            if isinstance(where, socket.socket):
                where.sendall(send.octets)
                if send.then_close:
                    self._close(where)
            else:
                (self._other if send.other_port else self._udp).sendto(send.octets, where)  # type: ignore[arg-type]
        except OSError:
            pass  # who asked is gone

    def _close(self, sock: socket.socket) -> None:
        if sock in self._open:
            self._open.remove(sock)
            self._selector.unregister(sock)
            sock.close()


def refusing_port(host: str = "127.0.0.1") -> int:
    """A port on which nobody listens: the kernel refuses by ICMP (UDP) or RST (TCP)."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        port: int = sock.getsockname()[1]
        return port
