"""The page of the log, and the program that checks it."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from filterdns.config.settings import Role, Settings
from filterdns.errors import LogFault
from filterdns.log.reading.reader import LogReader
from filterdns.transparency.public.log_head import LogHead, read_head
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.site_pages import site_of_log

LOG, CHECKER = "/log", "/check_log.py"
CHECKER_FILE = Path(__file__).resolve().parents[2] / "tlog" / "check_log.py"
CHECKER_SECONDS = 3_600  # that a cache may keep the checker


class LogPages:
    """The head is read once for each checkpoint."""

    def __init__(self, settings: Settings, current: CurrentRelease, renderer: Renderer) -> None:
        self._is_publisher = settings.role is Role.PUBLISHER
        self._url = f"{settings.public_url.rstrip('/')}{LOG}" if self._is_publisher else ""
        self._elsewhere = site_of_log(settings.publisher.url) + LOG if settings.publisher else ""
        self._current, self._renderer = current, renderer
        self._checker = CHECKER_FILE.read_bytes()
        self._read: tuple[LogReader, LogHead | None] | None = None

    async def log(self, request: web.Request) -> web.StreamResponse:
        """The head and how to check it; at a home, where the publisher's log is."""
        return self._renderer.page(
            request, "log.html", head=self._head(), url=self._url, elsewhere=self._elsewhere, checker=CHECKER
        )

    async def checker(self, request: web.Request) -> web.StreamResponse:
        """The program that a stranger can read."""
        headers = {
            "Cache-Control": f"public, max-age={CHECKER_SECONDS}",
            "Content-Disposition": 'attachment; filename="check_log.py"',
        }
        return web.Response(body=self._checker, content_type="text/x-python", charset="utf-8", headers=headers)

    def _head(self) -> LogHead | None:
        reader = self._current.log.reader
        if reader is None:
            return None
        if self._read is None or self._read[0] is not reader:
            try:
                self._read = reader, read_head(self._current.state, reader)
            except LogFault:
                self._read = reader, None
        return self._read[1]
