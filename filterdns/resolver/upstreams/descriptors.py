"""One epoll for every socket towards upstreams, so that the event loop watches a single descriptor."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from filterdns.resolver.upstreams.ports import Port
    from filterdns.resolver.upstreams.streams import Stream


class Descriptors:
    """Descriptor -> UDP port or TCP stream, and the epoll that tells which are ready."""

    __slots__ = ("epoll", "ports", "streams")

    def __init__(self) -> None:
        self.epoll = select.epoll()
        self.ports: dict[int, Port] = {}
        self.streams: dict[int, Stream] = {}

    def forget(self, sock: socket.socket) -> None:
        """Close a socket; closing takes it out of the epoll as well."""
        descriptor = sock.fileno()
        self.ports.pop(descriptor, None)
        self.streams.pop(descriptor, None)
        sock.close()

    def close(self) -> None:
        """Close all of them."""
        for port in self.ports.values():
            port.sock.close()
        for stream in self.streams.values():
            stream.sock.close()
        self.ports.clear()
        self.streams.clear()
        self.epoll.close()
