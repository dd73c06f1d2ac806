"""What each request passes and each response carries: rates, hosts, bounds, headers, and faults told without names."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from traceback import extract_tb

from aiohttp import web

from filterdns.transparency.web.hosts import OurHosts
from filterdns.transparency.web.openapi import PREFIX as API
from filterdns.transparency.web.rates import Admission
from filterdns.transparency.web.render import Renderer

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]

READING = ("GET", "HEAD")
WITH_FORM = (*READING, "POST")
FORM_ALONE = ("POST",)


class Guard:
    """The first and last step of every request.

    `closed` answers a browser that came here for another site; None at a publisher, where nobody is led by a filter.
    """

    def __init__(self, hosts: OurHosts, admission: Admission, renderer: Renderer, closed: Route | None) -> None:
        self._hosts = hosts
        self._admission = admission
        self._renderer = renderer
        self._closed = closed
        self._for_any_host = frozenset({renderer.style_path, renderer.icon_path})

    def before(self, route: Route, methods: Sequence[str] = READING, admission: Admission | None = None) -> Route:
        """The route with the guard around it, for these methods. No exception but cancellation leaves it.

        `admission`: of a route that has limits of its own.

        A route that is asked with POST reads the form itself (`forms`); for any other nothing has a body.
        """

        async def guarded(request: web.Request) -> web.StreamResponse:
            return await self._guarded(request, route, methods, admission or self._admission)

        return guarded

    async def _guarded(
        self, request: web.Request, route: Route, methods: Sequence[str], admission: Admission
    ) -> web.StreamResponse:
        try:
            if not admission.admits(request):
                return self._too_many(request)
            response = await self._answer(request, route, methods)
        except web.HTTPException as error:
            response = self._fault(request, error.status)
            if request.body_exists:
                response.force_close()  # what else was sent is not read
        except Exception as error:  # whatever it is, its text could hold a name: only type and place are told
            say_fault(error)
            response = self._fault(request, 500)
        return response

    async def _answer(self, request: web.Request, route: Route, methods: Sequence[str]) -> web.StreamResponse:
        if request.method not in methods:
            response = self._fault(request, 405)
            response.headers["Allow"] = ", ".join(methods)
            response.force_close()
            return response
        if request.body_exists and request.method != "POST":
            response = self._fault(request, 413)
            response.force_close()
            return response
        if not self._hosts.is_ours(request.headers.get("Host", "")) and request.path not in self._for_any_host:
            closed = await self._closed(request) if self._closed else self._fault(request, 421)
            if request.body_exists:
                closed.force_close()
            return closed
        return await route(request)

    def _too_many(self, request: web.Request) -> web.Response:
        response = self._fault(request, 429)
        response.headers["Retry-After"] = "1"
        return response

    def _fault(self, request: web.Request, status: int) -> web.Response:
        if request.path.startswith(f"{API}/"):  # a program asks
            error = {"error": HTTPStatus(status).phrase.lower()}
            return web.json_response(error, status=status, headers={"Cache-Control": "no-store"})
        return self._renderer.page(request, "fault.html", status, code=status)


def say_fault(error: BaseException) -> None:
    """Tell the console what went wrong and where in our code, without a word of what was asked."""
    ours = [frame for frame in extract_tb(error.__traceback__) if "transparency" in frame.filename]
    place = f" at {ours[-1].filename.rpartition('transparency')[2][1:]}:{ours[-1].lineno}" if ours else ""
    sys.stderr.write(f"pages: {type(error).__name__}{place}\n")
