"""The application on a loopback port for the length of one request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import ClientSession, DummyCookieJar
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy
from yarl import URL

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

    def __init__(self, current: CurrentRelease, clock: StoppedClock, limits: PageLimits | None = None) -> None:
        self.filtering = True
        self.limits = limits or PageLimits()
        self._make: Callable[[], object] = lambda: make_app(
            SETTINGS, current, taxonomy(), clock, self.limits, lambda: self.filtering
        )

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, headers)

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None, times: int = 1) -> Reply:
        """The last of so many equal requests. `path` is sent as it is."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        async def asked() -> Reply:
            server = TestServer(self._make())  # type: ignore[arg-type]
            await server.start_server()
            try:
                async with ClientSession(cookie_jar=DummyCookieJar()) as session:
                    for _ in range(times):
                        async with session.request(
                            method,
                            URL(f"http://127.0.0.1:{server.port}{path}", encoded=True),
                            headers=named,
                            data=body,
                            allow_redirects=False,
                        ) as response:
                            reply = Reply(response.status, response.headers, await response.text())
                    return reply
            finally:
                await server.close()

        return asyncio.run(asked())
