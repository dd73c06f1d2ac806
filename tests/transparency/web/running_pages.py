"""An application of pages that runs on a loopback port, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from aiohttp.web import Application

from filterdns.transparency.web.app import make_runner
from filterdns.transparency.web.rates import PageLimits
from tests.running import LOOPBACK, free_port

SECONDS = 20  # to start: the machine may have other work


class RunningPages(ABC):
    """Runs while its block does. Who derives from it says which application."""

    def __init__(self) -> None:
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._tried = threading.Event()
        self._is_running = False
        self._thread = threading.Thread(target=self._run)

    @abstractmethod
    def make(self, limits: PageLimits) -> Application:
        """The application; made in the thread in which it runs."""

    @property
    def host(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._tried.wait(SECONDS)
        assert self._is_running, "the application did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        try:
            self._serve()
        finally:
            self._tried.set()

    def _serve(self) -> None:
        limits = PageLimits()
        runner = make_runner(self.make(limits), limits)
        self._loop.run_until_complete(runner.setup())
        assert runner.server is not None
        server = self._loop.run_until_complete(self._loop.create_server(runner.server, LOOPBACK, self.port))
        self._is_running = True
        self._tried.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
