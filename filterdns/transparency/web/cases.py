"""The casebook beside the event loop: one thread that writes and one that reads, each with a line that has an end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from filterdns.errors import FilterdnsError
from filterdns.transparency.casebook.casebook import Casebook

MOST_WAITING = 500  # of each line; at a few milliseconds each the last one waits two seconds

T = TypeVar("T")


class Busy(FilterdnsError):
    """More wait for the casebook than it can answer in time."""


class Cases:
    """Whoever asks waits without holding up a page."""

    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook
        self._writing, self._reading = _Line("cases"), _Line("cases-read")
        self.written = 0  # how often something may have changed

    async def write(self, work: Callable[[Casebook], T]) -> T:
        """What this does with the casebook, behind all who write before. Raises Busy."""
        try:
            return await self._writing.run(lambda: work(self._casebook))
        finally:
            self.written += 1

    async def read(self, work: Callable[[Casebook], T]) -> T:
        """What this reads in the casebook. Raises Busy."""
        return await self._reading.run(lambda: work(self._casebook))

    def close(self) -> None:
        """Let the threads end; what has begun is finished."""
        self._writing.close()
        self._reading.close()


class _Line:
    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, name)
        self._waiting = 0

    async def run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Busy("the casebook is busy")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
