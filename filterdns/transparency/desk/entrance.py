"""Signing in, choosing the first password, signing out."""

from __future__ import annotations

import math
from typing import Any

from aiohttp import web

from filterdns.transparency.casebook.people import Person
from filterdns.transparency.desk import sessions
from filterdns.transparency.desk.accounts import Accounts, Refused, Typed
from filterdns.transparency.desk.device_answers import parse_used
from filterdns.transparency.desk.door import DESK, SIGN_IN, Door, Visitor
from filterdns.transparency.desk.passkeys import DeskPasskeys
from filterdns.transparency.desk.scripted import SCRIPT, let_script_run
from filterdns.transparency.desk.sessions import DeskSessions
from filterdns.transparency.web.forms import Fields, first
from filterdns.transparency.web.from_here import is_loopback
from filterdns.transparency.web.headers import see_other
from filterdns.transparency.web.rates import sender_of

_LONGEST_FIELD = 300  # characters that are looked at; a password has fewer


class Entrance:
    """The way in and out."""

    def __init__(self, door: Door, accounts: Accounts, desk_sessions: DeskSessions, passkeys: DeskPasskeys) -> None:
        self._door, self._accounts, self._sessions, self._passkeys = door, accounts, desk_sessions, passkeys

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """The form, and what becomes of it."""
        if request.method != "POST":
            return self._sign_in_form(request, None)
        typed = read_typed(await self._door.fields(request, None))
        clock = self._door.clock
        found = await self._accounts.sign_in(typed, address_of(request), clock.now(), clock.when())
        if isinstance(found, Refused):
            return self._sign_in_form(request, found, typed.pseudonym)
        return await self._let_in(request, found)

    async def sign_in_by_passkey(self, request: web.Request) -> web.StreamResponse:
        """What becomes of what a device has signed."""
        used, clock = parse_used(await self._door.fields(request, None)), self._door.clock
        found = await self._passkeys.sign_in(used, address_of(request), clock.now(), clock.when())
        if isinstance(found, Refused):
            return self._sign_in_form(request, found, by_passkey=True)
        return await self._let_in(request, found)

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
        if isinstance(found, Refused):
            return self._form(request, "desk_set_up.html", found, typed.pseudonym)
        return await self._let_in(request, found)

    async def sign_out(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End the session."""
        await self._door.fields(request, visitor)
        await self._door.in_thread(lambda: self._sessions.end(visitor.session.token))
        response = see_other(SIGN_IN)
        sessions.take_away(response, is_plain=self._door.is_plain(request))
        return response

    async def _let_in(self, request: web.Request, person: Person) -> web.StreamResponse:
        before, when = self._door.token(request), self._door.clock.when()
        session = await self._door.in_thread(lambda: self._sessions.begin(person.pseudonym, when, before))
        to_desk = see_other(DESK)
        sessions.give(to_desk, session.token, is_plain=self._door.is_plain(request))
        return to_desk

    def _sign_in_form(
        self, request: web.Request, refused: Refused | None, pseudonym: str = "", *, by_passkey: bool = False
    ) -> web.Response:
        asked = self._passkeys.asked_to_sign_in(self._door.clock.now())
        page = self._form(
            request, "desk_sign_in.html", refused, pseudonym,
            asked=asked, party=self._passkeys.party, script=SCRIPT.path, by_passkey=by_passkey,
        )  # fmt: skip
        return let_script_run(page) if asked else page

    def _form(
        self, request: web.Request, template: str, refused: Refused | None, pseudonym: str = "", **values: Any
    ) -> web.Response:
        return form_page(self._door, request, None, template, refused, pseudonym=pseudonym, **values)


def form_page(
    door: Door, request: web.Request, visitor: Visitor | None, template: str, refused: Refused | None, **values: Any
) -> web.Response:
    """A page with a form, and why what was sent is refused, if it is: programs are told too how long to wait."""
    if refused is None:
        return door.page(request, visitor, template, refused=None, wait=0, **values)
    wait = math.ceil(refused.wait_seconds)
    status = 429 if refused.wait_seconds else 422 if refused.why else 403
    page = door.page(request, visitor, template, status, refused=refused, wait=wait, **values)
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


def address_of(request: web.Request) -> str:
    """Whose wrong tries are counted together; "" where a web server on this machine does not say who asks."""
    sender = sender_of(request)
    return "" if is_loopback(sender) else sender


def read_typed(fields: Fields) -> Typed:
    """What somebody typed at the door; what is longer than anything that can be right is cut."""
    return Typed(*(first(fields, name)[:_LONGEST_FIELD] for name in ("pseudonym", "password", "code", "setup")))
