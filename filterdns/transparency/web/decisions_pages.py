"""The decisions: a page with filters, and an Atom feed of the same.

Folding and reading the log happen in one thread beside the event loop: a look at a name never waits for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from aiohttp import web

from filterdns.config.settings import Role, Settings
from filterdns.errors import LogFault
from filterdns.lists.fields import read_day
from filterdns.log.record.entries import ACTIONS, KINDS
from filterdns.transparency.public import words
from filterdns.transparency.public.decisions import DecisionBook, DecisionsPage, Wanted
from filterdns.transparency.web.decisions_feed import write_feed
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.site_pages import site_of_log

DECISIONS, FEED = "/decisions", "/decisions.atom"
FEED_SECONDS = 300  # that a cache may keep a feed


class DecisionsPages:
    """The page and the feed. At a home without a log: where the publisher's are."""

    def __init__(self, settings: Settings, book: DecisionBook, renderer: Renderer) -> None:
        self._site = settings.public_url.rstrip("/")
        self._is_publisher = settings.role is Role.PUBLISHER
        self._elsewhere = site_of_log(settings.publisher.url) + DECISIONS if settings.publisher else ""
        self._book, self._renderer = book, renderer
        self._thread = ThreadPoolExecutor(1, "decisions")

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def page(self, request: web.Request) -> web.StreamResponse:
        wanted = read_wanted(request)
        return await self._in_thread(lambda: self._page(request, wanted))

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """The newest of the wanted decisions; 404 where there is no log."""
        wanted = replace(read_wanted(request), before=-1)
        return await self._in_thread(lambda: self._feed(request, wanted))

    def _page(self, request: web.Request, wanted: Wanted) -> web.Response:
        found = self._find(wanted)
        if found is None and self._book.reader is not None:
            return self._renderer.page(request, "decisions_elsewhere.html", 503, elsewhere="", is_damaged=True)
        if found is None:
            return self._renderer.page(request, "decisions_elsewhere.html", elsewhere=self._elsewhere, is_damaged=False)
        return self._renderer.page(
            request,
            "decisions.html",
            found=found,
            wanted=wanted,
            older=f"{DECISIONS}?{query_of(replace(wanted, before=found.before))}",
            newest=f"{DECISIONS}?{query_of(replace(wanted, before=-1))}",
            feed=f"{FEED}?{query_of(replace(wanted, before=-1))}".rstrip("?"),
            kinds=words.KINDS,
            actions=words.ACTIONS,
            categories=self._book.categories,
            title_of=words.decision_title,
        )

    def _feed(self, request: web.Request, wanted: Wanted) -> web.Response:
        found = self._find(wanted)
        if found is None or self._book.reader is None:
            raise web.HTTPNotFound
        octets = write_feed(found, self._site, self._book.reader.checkpoint.origin, query_of(wanted))
        response = web.Response(body=octets, content_type="application/atom+xml", charset="utf-8")
        response.headers["Cache-Control"] = f"public, max-age={FEED_SECONDS}"
        response.etag = f"{self._book.reader.size}"
        if _is_known(request, response):
            return web.Response(status=304, headers={"ETag": response.headers["ETag"]})
        return response

    def _find(self, wanted: Wanted) -> DecisionsPage | None:
        """None where there is no log, or where it is damaged."""
        self._book.follow()
        try:
            return self._book.page(wanted) if self._book.reader else None
        except LogFault:
            return None

    async def _in_thread(self, compose: Callable[[], web.Response]) -> web.Response:
        return await asyncio.get_running_loop().run_in_executor(self._thread, compose)


def read_wanted(request: web.Request) -> Wanted:
    """What the parameters of a request ask for; what is none of the words we know asks for nothing."""
    query = request.query
    kind, action, category = query.get("kind", ""), query.get("action", ""), query.get("category", "")
    before = query.get("before", "")
    return Wanted(
        kind=kind if kind in KINDS else "",
        category=category if category.isascii() and category.isidentifier() and len(category) <= 32 else "",
        action=action if action in ACTIONS else "",
        since=read_day(query.get("since", "")),
        until=read_day(query.get("until", "")),
        before=int(before) if before.isascii() and before.isdigit() and len(before) <= 15 else -1,
    )


def query_of(wanted: Wanted) -> str:
    """The parameters that ask for this."""
    values = {
        "kind": wanted.kind,
        "category": wanted.category,
        "action": wanted.action,
        "since": _text(wanted.since),
        "until": _text(wanted.until),
        "before": str(wanted.before) if wanted.before >= 0 else "",
    }
    return urlencode({name: value for name, value in values.items() if value})


def _is_known(request: web.Request, response: web.Response) -> bool:
    """Whether the reader has it already (RFC 9110 section 13.1.2)."""
    tags = request.if_none_match or ()
    return any(tag.value in ("*", response.etag.value if response.etag else None) for tag in tags)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
