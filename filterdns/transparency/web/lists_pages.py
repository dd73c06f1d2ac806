"""The page Lists and what belongs to it, for a browser on this machine: looks at files, and leaves orders for `keep`.

Loading and rendering happen in one thread beside the event loop: a look at a name never waits for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from aiohttp import web

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.errors import DataFault, StateFault
from filterdns.lists.orders import ADD, Order, place_order
from filterdns.transparency.overview.detail import detail_of
from filterdns.transparency.overview.moments import Moment
from filterdns.transparency.overview.new_list import ADDRESS, CATEGORY, TITLE, NewList, read_new_list, usable
from filterdns.transparency.overview.overview import kept_releases, overview_of
from filterdns.transparency.overview.snapshot import Loader, Snapshot
from filterdns.transparency.web.forms import ForgedForm, Forms, first
from filterdns.transparency.web.from_here import is_from_here
from filterdns.transparency.web.headers import see_other
from filterdns.transparency.web.placing import orders_of
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import Route

LISTS, LIST, ADD_LIST, BACK, ORDER = "/lists", "/lists/list/", "/lists/add", "/lists/back", "/lists/order"
HERE = "http://127.0.0.1"

T = TypeVar("T")
Compose = Callable[[Snapshot, Moment], web.Response]


class ListsPages:
    """One method a page. `look` loads a snapshot; it is called in the thread alone."""

    def __init__(
        self, settings: Settings, shipped: Path, state: Path, clock: Clock, renderer: Renderer, forms: Forms
    ) -> None:
        self._profiles = settings.profiles
        self._here = f"{HERE}:{settings.pages.port}{LISTS}" if settings.pages else f"{HERE}{LISTS}"
        self._state, self._clock, self._renderer, self._forms = state, clock, renderer, forms
        self._loader = Loader(shipped, state)
        self._thread = ThreadPoolExecutor(1, "lists")

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def only_here(self, route: Route) -> Route:
        """The route for this machine; for any other one a page that says so."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not is_from_here(request):
                return self._kind(request, self._renderer.page(request, "lists_elsewhere.html", 403, here=self._here))
            try:
                return await route(request)
            except ForgedForm:
                return self._kind(request, self._renderer.page(request, "lists_refused.html", 403, why="forged"))
            except (StateFault, DataFault) as fault:
                page = self._renderer.page(request, "lists_refused.html", 503, why="fault", said=str(fault))
                return self._kind(request, page)

        return guarded

    async def lists(self, request: web.Request) -> web.StreamResponse:
        """Everything at a glance."""
        orders = request.query.getall("order", [])
        waits = request.query.get("still") is None

        def compose(snapshot: Snapshot, now: Moment) -> web.Response:
            overview = overview_of(snapshot, self._profiles, now, orders)
            again = [("order", id_) for id_ in orders]
            return self._page(
                request,
                "lists.html",
                o=overview,
                refreshes=overview.now.is_busy and waits,
                again=f"{LISTS}?{urlencode(again)}",
                still=f"{LISTS}?{urlencode([*again, ('still', 'yes')])}",
            )

        return await self._compose(compose)

    async def one(self, request: web.Request) -> web.StreamResponse:
        """One list with all that is known of it."""

        def compose(snapshot: Snapshot, now: Moment) -> web.Response:
            recipe = snapshot.recipes.get(request.match_info["id"])
            if recipe is None:
                return self._page(request, "lists_refused.html", 404, why="unknown")
            return self._page(request, "lists_one.html", d=detail_of(recipe, snapshot, self._profiles, now))

        return await self._compose(compose)

    async def back(self, request: web.Request) -> web.StreamResponse:
        """Releases that one can go back to."""

        def compose(snapshot: Snapshot, now: Moment) -> web.Response:
            return self._page(request, "lists_back.html", releases=kept_releases(snapshot, now))

        return await self._compose(compose)

    async def add(self, request: web.Request) -> web.StreamResponse:
        """The form for a list of one's own, and what becomes of it when it is sent."""
        if request.method != "POST":
            return await self._compose(lambda snapshot, now: self._form(request, snapshot, NewList()))
        fields = await self._forms.read(request)

        def compose(snapshot: Snapshot, now: Moment) -> web.Response:
            typed = {name: first(fields, name) for name in (ADDRESS, CATEGORY, TITLE)}
            new = read_new_list(typed, snapshot.recipes, snapshot.table)
            if new.problems:
                return self._form(request, snapshot, new, 422)
            return self._place([Order(ADD, url=new.address, category=new.category, title=new.title)])

        return await self._compose(compose)

    async def order(self, request: web.Request) -> web.StreamResponse:
        """Any other form: leaves its orders and goes back to the page, which tells what comes of them."""
        fields = await self._forms.read(request)

        def compose(snapshot: Snapshot, now: Moment) -> web.Response:
            orders = orders_of(fields, snapshot)
            return self._place(orders) if orders else self._page(request, "lists_refused.html", 400, why="unknown")

        return await self._compose(compose)

    def _place(self, orders: Sequence[Order]) -> web.Response:
        ids = [place_order(self._state, order, self._clock.when()) for order in orders]
        location = f"{LISTS}?{urlencode([('order', id_) for id_ in ids])}"
        return see_other(location)

    def _form(self, request: web.Request, snapshot: Snapshot, typed: NewList, status: int = 200) -> web.Response:
        return self._page(request, "lists_add.html", status, typed=typed, classes=usable(snapshot.table))

    async def _compose(self, compose: Compose) -> web.Response:
        """What is made of a snapshot, in the thread."""
        now = Moment(self._clock.when())
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: compose(self._loader.load(), now))

    def _page(self, request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        values["token"] = self._forms.token(request, ORDER)
        values["add_token"] = self._forms.token(request, ADD_LIST)
        response = self._renderer.page(request, template, status, list_path=list_path, **values)
        # Under `no-referrer` a browser would not say where a form comes from; nobody else hears of this page either.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _kind(self, request: web.Request, response: web.Response) -> web.Response:
        """A refusal; what was sent with the request is not read any more."""
        if request.body_exists:
            response.force_close()
        return response


def list_path(id_: str) -> str:
    """The address of one list's page."""
    return LIST + quote(id_, safe="-._~/")
