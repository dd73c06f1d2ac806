"""One query over a socket, as a stub resolver asks it."""

from __future__ import annotations

import socket
import struct


def ask_udp(server: tuple[str, int], wire: bytes, seconds: float = 5, source: str = "") -> bytes | None:
    """The reply with the query's ID; None when none came in time or the port is closed."""
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        if source:
            client.bind((source, 0))
        client.connect(server)
        client.settimeout(seconds)
        try:
            client.send(wire)
            while (reply := client.recv(65_535))[:2] != wire[:2]:
                pass
        except OSError:
            return None
        return reply


def ask_tcp(server: tuple[str, int], wire: bytes, seconds: float = 5, source: str = "") -> bytes | None:
    """The first reply on a connection of its own; None when it was closed without one."""
    origin = (source, 0) if source else None
    with socket.create_connection(server, timeout=seconds, source_address=origin) as client:
        client.sendall(struct.pack("!H", len(wire)) + wire)
        with client.makefile("rb") as stream:
            length = stream.read(2)
            return stream.read(struct.unpack("!H", length)[0]) if len(length) == 2 else None
