"""Signing in, choosing the first password, signing out."""

from __future__ import annotations

import math

from aiohttp import web

from filterdns.transparency.casebook.people import Person
from filterdns.transparency.desk import sessions
from filterdns.transparency.desk.accounts import Accounts, Refused, Typed
from filterdns.transparency.desk.door import DESK, SIGN_IN, Door, Visitor
from filterdns.transparency.desk.sessions import DeskSessions
from filterdns.transparency.web.forms import Fields, first
from filterdns.transparency.web.from_here import is_loopback
from filterdns.transparency.web.rates import sender_of

_LONGEST_FIELD = 300  # characters that are looked at; a password has fewer


class Entrance:
    """The way in and out."""

    def __init__(self, door: Door, accounts: Accounts, desk_sessions: DeskSessions) -> None:
        self._door, self._accounts, self._sessions = door, accounts, desk_sessions

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """The form, and what becomes of it."""
        if request.method != "POST":
            return self._form(request, "desk_sign_in.html", None)
        typed = read_typed(await self._door.fields(request, None))
        clock = self._door.clock
        found = await self._accounts.sign_in(typed, address_of(request), clock.now(), clock.when())
        return await self._let_in(request, found, "desk_sign_in.html", typed)

    async def set_up(self, request: web.Request) -> web.StreamResponse:
        """The form for the first password, and what becomes of it."""
        if request.method != "POST":
            return self._form(request, "desk_set_up.html", None)
        fields = await self._door.fields(request, None)
        typed, clock = read_typed(fields), self._door.clock
        found: Person | Refused
        if first(fields, "password") != first(fields, "again"):
            found = Refused(why="The two passwords are not the same.")
        else:
            found = await self._accounts.set_up(typed, address_of(request), clock.now(), clock.when())
        return await self._let_in(request, found, "desk_set_up.html", typed)

    async def sign_out(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End the session."""
        await self._door.fields(request, visitor)
        await self._door.in_thread(lambda: self._sessions.end(visitor.session.token))
        response = _to(SIGN_IN)
        sessions.take_away(response, is_plain=self._door.is_plain(request))
        return response

    async def _let_in(
        self, request: web.Request, found: Person | Refused, template: str, typed: Typed
    ) -> web.StreamResponse:
        if isinstance(found, Refused):
            status = 429 if found.wait_seconds else 422 if found.why else 403
            response = self._form(request, template, found, status, typed.pseudonym)
            if found.wait_seconds:
                response.headers["Retry-After"] = str(math.ceil(found.wait_seconds))
            return response
        before, when = self._door.token(request), self._door.clock.when()
        session = await self._door.in_thread(lambda: self._sessions.begin(found.pseudonym, when, before))
        to_desk = _to(DESK)
        sessions.give(to_desk, session.token, is_plain=self._door.is_plain(request))
        return to_desk

    def _form(
        self, request: web.Request, template: str, refused: Refused | None, status: int = 200, pseudonym: str = ""
    ) -> web.Response:
        wait = math.ceil(refused.wait_seconds) if refused else 0
        return self._door.page(request, None, template, status, refused=refused, wait=wait, pseudonym=pseudonym)


def address_of(request: web.Request) -> str:
    """Whose wrong tries are counted together; "" where a web server on this machine does not say who asks."""
    sender = sender_of(request)
    return "" if is_loopback(sender) else sender


def read_typed(fields: Fields) -> Typed:
    """What somebody typed at the door; what is longer than anything that can be right is cut."""
    return Typed(*(first(fields, name)[:_LONGEST_FIELD] for name in ("pseudonym", "password", "code", "setup")))


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})
