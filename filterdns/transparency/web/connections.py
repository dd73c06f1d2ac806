"""A bound on open connections, so that the pages cannot take a small machine's memory, and few words for non-HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from filterdns.transparency.web.headers import HEADERS


class _Refused(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class _Quiet(RequestHandler):
    """Refuses what is no HTTP in few words; aiohttp's would repeat what was sent, and tell its own version."""

    def handle_error(
        self, request: Any, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        response = web.Response(
            status=status, text="not understood\n", headers={**HEADERS, "Cache-Control": "no-store"}
        )
        response.force_close()
        return response


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
        return _Quiet(self._server, loop=self._loop, **self._server._kwargs)

    def _arrived(self) -> None:
        self._expected -= 1
