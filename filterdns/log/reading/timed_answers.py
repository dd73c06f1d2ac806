"""HTTP answers that end in time: a server that gives an octet now and then keeps nobody for longer than he agreed to.

The time limit of a socket is for one wait. Status line, headers and the pieces of a body are read in many, so there is
a deadline for all of them, and no wait goes beyond it.
"""

from __future__ import annotations

import io
import socket
from http.client import HTTPConnection, HTTPResponse
from ipaddress import ip_address
from typing import Any

from filterdns.clock import Clock


def answer_by(connection: HTTPConnection, clock: Clock, deadline: float, stall_seconds: float) -> None:
    """The next answers of this connection are read by the deadline, monotonic seconds, or an OSError is raised.

    `stall_seconds`: the longest wait without an octet.
    """

    def answer(sock: socket.socket, *args: Any, **kwargs: Any) -> HTTPResponse:
        timed: Any = _TimedSocket(sock, clock, deadline, stall_seconds)
        return HTTPResponse(timed, *args, **kwargs)

    connection.response_class = answer  # type: ignore[assignment]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: there nobody listens in between, and TLS is not asked for."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _TimedSocket:
    """What an HTTPResponse needs of a socket."""

    def __init__(self, sock: socket.socket, clock: Clock, deadline: float, stall_seconds: float) -> None:
        self._arguments = sock, clock, deadline, stall_seconds

    def makefile(self, mode: str) -> io.BufferedReader:
        """What comes in."""
        return io.BufferedReader(_TimedReading(*self._arguments))


class _TimedReading(io.RawIOBase):
    """The octets of a socket until the deadline."""

    def __init__(self, sock: socket.socket, clock: Clock, deadline: float, stall_seconds: float) -> None:
        self._socket, self._raw = sock, sock.makefile("rb", buffering=0)
        self._clock, self._deadline, self._stall_seconds = clock, deadline, stall_seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - self._clock.now()
        if left <= 0:
            raise TimeoutError("no end of it in time")
        self._socket.settimeout(min(left, self._stall_seconds))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
