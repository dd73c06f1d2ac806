"""What systemd and we say to each other: sockets handed over (sd_listen_fds(3)) and our state (sd_notify(3)).

By hand, since it is a few lines of two stable protocols.
"""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping

_FIRST_DESCRIPTOR = 3  # SD_LISTEN_FDS_START
_MOST_SOCKETS = 256


def inherited_sockets(environ: MutableMapping[str, str], pid: int) -> list[socket.socket]:
    """The bound sockets that systemd hands to this very process; none when it hands none.

    The variables are taken out of `environ`, so that no child takes the sockets for its own. Descriptors that are no
    internet sockets are left alone.
    """
    for_pid, count = environ.pop("LISTEN_PID", ""), environ.pop("LISTEN_FDS", "")
    environ.pop("LISTEN_FDNAMES", None)
    if for_pid != str(pid) or not count.isdecimal():
        return []
    sockets = []
    for descriptor in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + min(int(count), _MOST_SOCKETS)):
        try:
            sock = socket.socket(fileno=descriptor)
        except OSError:
            continue
        if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            os.set_inheritable(descriptor, False)
            sockets.append(sock)
        else:
            sock.detach()
    return sockets


class Notifier:
    """Tells systemd how the service does; silent where nobody listens (no NOTIFY_SOCKET)."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        path = environ.pop("NOTIFY_SOCKET", "")
        # A leading @ stands for the null octet of Linux's abstract namespace.
        self._path = "\0" + path[1:] if path.startswith("@") else path

    def ready(self, status: str) -> None:
        self._say(f"READY=1\nSTATUS={status}")

    def reloading(self, now: float) -> None:
        """`now`: monotonic seconds, asked for by `Type=notify-reload`."""
        self._say(f"RELOADING=1\nMONOTONIC_USEC={int(now * 1_000_000)}")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def status(self, text: str) -> None:
        self._say(f"STATUS={text}")

    def _say(self, text: str) -> None:
        """One datagram; a service must not fail because nobody reads it."""
        if not self._path:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            try:
                sock.settimeout(1.0)
                sock.sendto(text.encode(), self._path)
            except OSError:
                pass
