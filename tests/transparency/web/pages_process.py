"""The pages in a process of their own, as the supervisor starts them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path

from filterdns.config.settings import Address, Settings
from filterdns.transparency.web.app import run_pages
from tests.running import LOOPBACK, free_port, wait_until
from tests.transparency.lists import SETTINGS

REQUEST = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"


def is_filtering() -> bool:
    return False


class PagesRunning:
    """One process with the pages; what it prints goes to a file."""

    def __init__(self, state: Path, output: Path, settings: Settings = SETTINGS) -> None:
        self.port = free_port()
        self.output = output
        self._settings = replace(settings, pages=Address(LOOPBACK, self.port))
        self.child = multiprocessing.get_context("fork").Process(target=self._run, args=(state,))
        self.child.start()
        wait_until(self._listens, 10, "the pages listen")

    def _run(self, state: Path) -> None:
        descriptor = os.open(self.output, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        run_pages(self._settings, state, is_filtering)

    def cpu_seconds(self) -> float:
        """That the process has used."""
        fields = Path(f"/proc/{self.child.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def connect(self) -> socket.socket:
        return socket.create_connection((LOOPBACK, self.port), timeout=5)

    def _listens(self) -> bool:
        try:
            self.connect().close()
        except OSError:
            return False
        return True

    def ask(self, path: bytes, connection: socket.socket) -> bytes:
        connection.sendall(REQUEST % path)
        reply = b""
        while b"\r\n\r\n" not in reply:
            reply += connection.recv(65_536)
        head, _, body = reply.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65_536)
        return head + b"\r\n\r\n" + body

    def stop(self) -> int | None:
        os.kill(self.child.pid or 0, signal.SIGTERM)
        self.child.join(10)
        return self.child.exitcode
