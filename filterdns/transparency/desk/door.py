"""Who gets in: a page of the desk needs a session and a safe way to the browser, and a form comes from our own page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.errors import StateFault
from filterdns.transparency.desk import sessions
from filterdns.transparency.desk.facts import Facts
from filterdns.transparency.desk.roles import Reviewer
from filterdns.transparency.desk.sessions import DeskSessions, SignedIn
from filterdns.transparency.web.forms import TOKEN, Fields, ForgedForm, first, read_fields
from filterdns.transparency.web.from_here import is_from_here
from filterdns.transparency.web.headers import see_other
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import Route
from filterdns.transparency.web.templates import fixed_file

DESK, SIGN_IN, SET_UP, SIGN_OUT = "/desk", "/desk/sign-in", "/desk/set-up", "/desk/sign-out"
BY_PASSKEY = SIGN_IN + "/passkey"
CASE, PROPOSE, VALVE = "/desk/case/", "/desk/propose", "/desk/valve"

STYLE = fixed_file("desk.css")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, in one request."""

    who: Reviewer
    session: SignedIn

    def seal(self, path: str) -> str:
        """The seal of a form that is sent to this path."""
        return sessions.seal(self.session.token, path)


DeskRoute = Callable[[web.Request, Visitor], Awaitable[web.StreamResponse]]


class Door:
    """In front of every page of the desk. What waits for the casebook runs in one thread beside the event loop."""

    def __init__(
        self, settings: Settings, clock: Clock, renderer: Renderer, facts: Facts, desk_sessions: DeskSessions
    ) -> None:
        self._has_tls = urlsplit(settings.public_url).scheme == "https"
        self.clock, self._renderer, self._facts, self._sessions = clock, renderer, facts, desk_sessions
        self._thread = ThreadPoolExecutor(1, "desk")

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def safe(self, route: Route) -> Route:
        """The route where a cookie is safe: over TLS, or on this machine; else a page that says so."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not (self._has_tls or is_from_here(request)):
                return self._refuse(request, 403, "plain")
            try:
                return await route(request)
            except ForgedForm:
                return self._refuse(request, 403, "forged")
            except StateFault:
                return self._refuse(request, 503, "busy")

        return guarded

    def signed_in(self, route: DeskRoute) -> Route:
        """The route for those alone who are signed in; anybody else is led to the page for that."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            visitor = await self.in_thread(lambda: self._visitor(request))
            if visitor is None:
                response = see_other(SIGN_IN)
                if request.body_exists:
                    response.force_close()
                return response
            return await route(request, visitor)

        return self.safe(guarded)

    async def fields(self, request: web.Request, visitor: Visitor | None) -> Fields:
        """The fields of a form of ours. Raises ForgedForm for any other. Without a visitor: of the way in."""
        if not self._is_ours(request):
            raise ForgedForm
        fields = await read_fields(request)
        if visitor is not None and not sessions.is_sealed(first(fields, TOKEN), visitor.session.token, request.path):
            raise ForgedForm
        return fields

    def token(self, request: web.Request) -> str:
        """The token of the session that the browser says it has."""
        return sessions.token_of(request, is_plain=self.is_plain(request))

    def is_plain(self, request: web.Request) -> bool:
        """Whether a request came without TLS, from this very machine."""
        return is_from_here(request)

    def page(
        self, request: web.Request, visitor: Visitor | None, template: str, status: int = 200, **values: Any
    ) -> web.Response:
        """A page of the desk. No cache keeps it, and forms on it say where they come from."""
        response = self._renderer.page(request, template, status, visitor=visitor, desk_style=STYLE.path, **values)
        response.headers["Referrer-Policy"] = "same-origin"
        if request.body_exists and status >= 400:
            response.force_close()
        return response

    async def in_thread(self, work: Callable[[], T]) -> T:
        """What is made of the casebook, in the desk's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _refuse(self, request: web.Request, status: int, why: str) -> web.Response:
        return self.page(request, None, "desk_refused.html", status, why=why)

    def _visitor(self, request: web.Request) -> Visitor | None:
        token = self.token(request)
        session = self._sessions.find(token, self.clock.when()) if token else None
        who = self._facts.reviewer(session.pseudonym) if session else None
        return Visitor(who, session) if who and session else None

    def _is_ours(self, request: web.Request) -> bool:
        """Whether the browser says that our own page sent a form: it has to say so."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        scheme = "http" if self.is_plain(request) else "https"
        ours = f"{scheme}://{request.headers.get('Host', '')}".lower()
        if site not in (None, "same-origin") or (origin is not None and origin.lower() != ours):
            return False
        return site is not None or origin is not None


def to_case(number: int, done: str) -> web.Response:
    """To the page of a case, which says what was just done."""
    return see_other(f"{CASE}{number}?done={done}")
