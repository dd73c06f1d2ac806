"""The numbers: a page, and the same rows as JSON and CSV. At a home: where the publisher's are.

Counting happens in a thread of its own, and at most once a minute, however often somebody asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from gettext import NullTranslations
from importlib import import_module
from typing import TYPE_CHECKING

from aiohttp import web

from filterdns.clock import Clock
from filterdns.config.settings import Role, Settings
from filterdns.errors import StateFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.transparency.numbers.shown import Shown
from filterdns.transparency.numbers.written import write_csv, write_json
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.site_pages import site_of_log

if TYPE_CHECKING:
    from filterdns.transparency.casebook.casebook import Casebook
    from filterdns.transparency.numbers.counting import Counted, Counting

NUMBERS, JSON, CSV = "/numbers", "/numbers.json", "/numbers.csv"
COUNTING = "filterdns.transparency.numbers.counting"
LOOK_SECONDS = 60.0  # between looks whether anything has changed
KEEP_SECONDS = 300  # that a cache may keep the files


@dataclass(frozen=True, slots=True)
class _Ready:
    """What was counted, and the files of it."""

    counted: Counted
    json: bytes
    csv: bytes

    @property
    def etag(self) -> str:
        return f"{self.counted.release}-{self.counted.at:%Y%m%dT%H%M%S}"


class NumbersPages:
    """The page and the files. `casebook`: None where no appeals are answered."""

    def __init__(
        self,
        settings: Settings,
        current: CurrentRelease,
        table: CategoryTable | None,
        clock: Clock,
        renderer: Renderer,
        casebook: Casebook | None,
    ) -> None:
        self._clock, self._current, self._renderer = clock, current, renderer
        self._is_publisher = settings.role is Role.PUBLISHER
        self._elsewhere = site_of_log(settings.publisher.url) + NUMBERS if settings.publisher else ""
        self._thread = ThreadPoolExecutor(1, "numbers")
        # A home has no casebook, and does without the library for it.
        self._counting: Counting | None = (
            import_module(COUNTING).Counting(current.state, casebook, table) if casebook is not None else None
        )
        self._ready: _Ready | None = None
        self._look_at = 0.0

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def page(self, request: web.Request) -> web.StreamResponse:
        return await self._in_thread(lambda: self._page(request))

    async def json(self, request: web.Request) -> web.StreamResponse:
        return await self._in_thread(lambda: self._file(request, "application/json", lambda ready: ready.json))

    async def csv(self, request: web.Request) -> web.StreamResponse:
        return await self._in_thread(lambda: self._file(request, "text/csv", lambda ready: ready.csv))

    def _page(self, request: web.Request) -> web.Response:
        ready = self._look()
        if ready is None:
            status = 503 if self._is_publisher else 200
            return self._renderer.page(
                request,
                "numbers_elsewhere.html",
                status,
                elsewhere=self._elsewhere,
                is_publisher=self._is_publisher,
            )

        def shown_in(texts: NullTranslations) -> Shown:
            return Shown(ready.counted.rows, texts)

        return self._renderer.page(
            request, "numbers.html", counted=ready.counted, shown_in=shown_in, json_file=JSON, csv_file=CSV
        )

    def _file(self, request: web.Request, kind: str, take: Callable[[_Ready], bytes]) -> web.Response:
        ready = self._look()
        if ready is None:
            raise web.HTTPNotFound
        response = web.Response(body=take(ready), content_type=kind, charset="utf-8")
        response.headers["Cache-Control"] = f"public, max-age={KEEP_SECONDS}"
        response.headers["Access-Control-Allow-Origin"] = "*"  # anybody's page may show these figures
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.etag = ready.etag
        if any(tag.value in ("*", ready.etag) for tag in request.if_none_match or ()):
            return web.Response(status=304, headers={"ETag": response.headers["ETag"]})
        return response

    def _look(self) -> _Ready | None:
        """What holds now; None where there is no casebook, or none that can be read."""
        if self._counting is None:
            return None
        now = self._clock.now()
        if self._ready is not None and now < self._look_at:
            return self._ready
        self._look_at = now + LOOK_SECONDS
        try:
            counted = self._counting.count(self._current.shown, self._clock.when())
        except StateFault:
            return self._ready
        if self._ready is None or counted is not self._ready.counted:
            at = counted.at.isoformat(timespec="seconds")
            self._ready = _Ready(
                counted, write_json(counted.rows, counted.release, at), write_csv(counted.rows, counted.release, at)
            )
        return self._ready

    async def _in_thread(self, compose: Callable[[], web.Response]) -> web.Response:
        return await asyncio.get_running_loop().run_in_executor(self._thread, compose)
