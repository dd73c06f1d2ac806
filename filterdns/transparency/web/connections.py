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

    def __init__(self, server: web.Server, most: int) -> None:
        self._server = server
        self._most = most

    def __call__(self) -> asyncio.Protocol:
        if len(self._server.connections) >= self._most:
            return _Refused()
        protocol: asyncio.Protocol = self._server()
        return protocol
