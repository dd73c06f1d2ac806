"""A bound on open connections: one more is closed at once, so that the pages cannot take a small machine's memory."""

from __future__ import annotations

import asyncio

from aiohttp import web


class _Refused(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class BoundedServer:
    """Makes the protocol of each connection, up to `most` at a time."""

    def __init__(self, server: web.Server, most: int, loop: asyncio.AbstractEventLoop) -> None:
        self._server = server
        self._most = most
        self._loop = loop
        self._expected = 0  # protocols whose connection the server does not count yet

    def __call__(self) -> asyncio.Protocol:
        if len(self._server.connections) + self._expected >= self._most:
            return _Refused()
        self._expected += 1
        # asyncio accepts many at once and tells the server of each by the `call_soon` that follows this one.
        self._loop.call_soon(self._arrived)
        protocol: asyncio.Protocol = self._server()
        return protocol

    def _arrived(self) -> None:
        self._expected -= 1
