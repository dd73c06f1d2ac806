"""The network as this run sees it: authorities, names, proxies, and who we say we are.

Proxies: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are respected, since a school may have no other way
out. Through a proxy the proxy looks the names up, so that of a redirect only addresses written as such and names that
exist in houses only can be refused; where its own names lead is then the proxy's business. We read these variables
ourselves: aiohttp's `trust_env` would also send passwords from ~/.netrc to list servers.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.request import getproxies_environment

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from filterdns import __version__
from filterdns.lists.fetch.addresses import Gate, GuardedResolver
from filterdns.lists.fetch.house import is_house_address
from filterdns.lists.fetch.limits import FetchLimits

PROJECT_HOME = ""  # an address where a list keeper finds out who asks; "" until the project has one that stays


def user_agent() -> str:
    """The program and its version: the same for every household."""
    home = f" (+{PROJECT_HOME})" if PROJECT_HOME else ""
    return f"filterdns/{__version__}{home}"


class _EndingConnector(aiohttp.TCPConnector):
    """Ends its connections at once: TLS's goodbye would wait for the other side, which may never answer."""

    _made: tuple[asyncio.Transport, ...] = ()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        """As aiohttp does, and remembered."""
        connection = await super().connect(req, traces, timeout)
        if connection.transport:
            self._made = (*self._made, connection.transport)
        return connection

    async def end(self) -> None:
        """Leave no connection open, so that the next request to this host is the only one."""
        for transport in self._made:
            transport.abort()
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Network:
    """What is handed in so that tests can have their own authority and names."""

    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)  # the machine's store of authorities
    resolver: AbstractResolver | None = None  # None: getaddrinfo in a thread
    is_house: Callable[[str], bool] = is_house_address
    proxies: Mapping[str, str] = field(default_factory=getproxies_environment)  # by scheme; `no`: for whom none is used

    def get_proxy(self, url: URL) -> str | None:
        """The proxy for an address, None if it is asked directly: its host is, or lies below, one that `no` names."""
        host = (url.host or "").lower()
        for entry in self.proxies.get("no", "").lower().split(","):
            name = entry.strip().removesuffix(f":{url.port}").lstrip("*").lstrip(".")
            if entry.strip() == "*" or (name and (host == name or host.endswith(f".{name}"))):
                return None
        return self.proxies.get(url.scheme) or self.proxies.get("all")

    @asynccontextmanager
    async def open_session(
        self, gate: Gate, proxied: bool, limits: FetchLimits
    ) -> AsyncIterator[aiohttp.ClientSession]:
        """One connection's worth of HTTP: no cookies, no decoding, no redirect followed by itself."""
        inner = self.resolver or aiohttp.ThreadedResolver()
        connector = _EndingConnector(
            ssl=self.tls,
            resolver=inner if proxied else GuardedResolver(inner, gate),
            use_dns_cache=False,
            force_close=True,
            limit=1,
        )
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=limits.connect_seconds,
            sock_connect=limits.connect_seconds,
            sock_read=limits.stall_seconds,
            ceil_threshold=3600,  # times are kept as they are given, not rounded up to whole seconds
        )
        async with aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": user_agent(), "Accept": "text/plain, */*;q=0.5", "Accept-Encoding": "gzip, deflate"},
        ) as session:
            try:
                yield session
            finally:
                await connector.end()
