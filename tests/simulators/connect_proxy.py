"""A web proxy that connects (RFC 9110 section 9.3.6): `with ConnectProxy({"lists.example": ("127.0.0.1", 443)})`."""

from __future__ import annotations

import selectors
import socket
import socketserver
import threading
from typing import Self


class _Connect(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        proxy: ConnectProxy = self.server.proxy  # type: ignore[attr-defined]
        method, target, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        proxy.asked.append(f"{method} {target}")
        where = proxy.names.get(target.rpartition(":")[0])
        if method != "CONNECT" or where is None:
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(where, 5) as other:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            _join(self.connection, other)


def _join(one: socket.socket, other: socket.socket) -> None:
    ends = {one: other, other: one}
    with selectors.DefaultSelector() as selector:
        for end in ends:
            selector.register(end, selectors.EVENT_READ, ends[end])
        while True:
            for key, _ in selector.select(5):
                try:
                    octets = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    key.data.sendall(octets)
                except OSError:
                    return
                if not octets:
                    return


class ConnectProxy:
    """Knows the hosts of `names` and no others. `asked`: what it was asked for."""

    def __init__(self, names: dict[str, tuple[str, int]]) -> None:
        self.names = names
        self.asked: list[str] = []
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Connect)
        self._server.daemon_threads = True
        self._server.proxy = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
