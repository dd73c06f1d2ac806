"""The application on a loopback port for the length of one request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy
from yarl import URL

from filterdns.config.settings import Settings
from filterdns.transparency.web.app import make_app
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.transparency.lists import SETTINGS, StoppedClock, taxonomy


@dataclass
class Reply:
    status: int
    headers: CIMultiDictProxy[str]
    text: str


class Site:
    """The pages. `filtering` may be changed between requests."""

    def __init__(
        self,
        current: CurrentRelease,
        clock: StoppedClock,
        limits: PageLimits | None = None,
        settings: Settings = SETTINGS,
        shipped: Path | None = None,
    ) -> None:
        self.filtering = True
        self.limits = limits or PageLimits()
        self._make: Callable[[], object] = lambda: make_app(
            settings, current, taxonomy(), clock, self.limits, lambda: self.filtering, shipped
        )

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None, times: int = 1) -> Reply:
        """The last of so many equal requests. `path` is sent as it is."""
        return self.each([path] * times, method, headers, body)[-1]

    def each(
        self,
        paths: Iterable[str],
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> list[Reply]:
        """The answers of one running site, in order."""
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}

        async def asked() -> list[Reply]:
            server = TestServer(self._make())  # type: ignore[arg-type]
            await server.start_server()
            try:
                async with ClientSession(cookie_jar=DummyCookieJar()) as session:
                    return [await self._reply(session, method, server.port, path, named, body) for path in paths]
            finally:
                await server.close()

        return asyncio.run(asked())

    async def _reply(
        self,
        session: ClientSession,
        method: str,
        port: int | None,
        path: str,
        named: dict[str, str],
        body: bytes | None,
    ) -> Reply:
        url = URL(f"http://127.0.0.1:{port}{path}", encoded=True)
        async with session.request(method, url, headers=named, data=body, allow_redirects=False) as response:
            octets = await response.read()
            return Reply(response.status, response.headers, octets.decode("utf-8", "replace"))
