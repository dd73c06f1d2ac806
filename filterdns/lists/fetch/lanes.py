"""Who may ask now: one connection to a host at a time, a few hosts at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lanes:
    """One lane a host, and no more than `hosts` of them in use."""

    def __init__(self, hosts: int) -> None:
        self._lanes: dict[str, asyncio.Lock] = {}  # bounded by the hosts of the recipes and their redirects
        self._free = asyncio.Semaphore(hosts)

    @asynccontextmanager
    async def lane(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's lane, then for a free place: a source that waits for its host takes no place."""
        async with self._lanes.setdefault(host.lower(), asyncio.Lock()), self._free:
            yield
