"""Queries at a steady pace while something happens to the server; every reply and its time are kept."""

from __future__ import annotations

import socket
import threading
import time
from typing import Self

from tests.messages import query


class Load:
    """`with Load(port, name, pace):` asks for the name `pace` times a second until the block ends."""

    def __init__(self, port: int, name: str, pace: int, sources: int = 1) -> None:
        self._wire = query(name)
        self._pace = pace
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(sources)]
        for sock in self._sockets:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
            sock.connect(("127.0.0.1", port))
        self._done = threading.Event()
        self._ended = threading.Event()
        self.sent: dict[tuple[int, int], float] = {}
        self.seconds: dict[tuple[int, int], float] = {}  # (source, ID) -> how long its reply took
        self._threads = [threading.Thread(target=self._send)]
        self._threads += [threading.Thread(target=self._receive, args=(n,)) for n in range(sources)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._threads[0].join()
        self._ended.wait(1.0)
        for sock in self._sockets:
            sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        for sock in self._sockets:
            sock.close()

    @property
    def lost(self) -> int:
        return len(self.sent) - len(self.seconds)

    @property
    def slowest(self) -> float:
        return max(self.seconds.values())

    def _send(self) -> None:
        number, begun = 0, time.monotonic()
        while not self._done.is_set() and number < 65_000:
            source = number % len(self._sockets)
            self.sent[source, number] = time.monotonic()
            try:
                self._sockets[source].send(number.to_bytes(2, "big") + self._wire[2:])
            except ConnectionError:
                pass  # the port was closed: the query counts as lost
            number += 1
            ahead = begun + number / self._pace - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)

    def _receive(self, source: int) -> None:
        while True:
            try:
                reply = self._sockets[source].recv(4_096)
            except ConnectionError:
                continue
            except OSError:
                return
            if not reply:
                return
            key = source, int.from_bytes(reply[:2], "big")
            self.seconds[key] = time.monotonic() - self.sent[key]
            if self._done.is_set() and len(self.seconds) == len(self.sent):
                self._ended.set()
