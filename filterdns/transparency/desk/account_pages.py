"""Your account: the passkeys that somebody has, one more, and one less.

Adding takes two steps: password and code first, so that an open browser alone gives nobody a lasting way in; then a
page with the one script of the desk, on which the device makes the passkey.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from filterdns.transparency.casebook.passkeys import MOST_OF_A_PERSON, Passkey
from filterdns.transparency.desk.accounts import Accounts, Refused, Typed
from filterdns.transparency.desk.base64url import write_base64url
from filterdns.transparency.desk.device_answers import parse_made
from filterdns.transparency.desk.door import Door, Visitor
from filterdns.transparency.desk.entrance import address_of, form_page, read_typed
from filterdns.transparency.desk.passkeys import DeskPasskeys, fault_of_name
from filterdns.transparency.desk.scripted import SCRIPT, let_script_run
from filterdns.transparency.desk.sessions import DeskSessions
from filterdns.transparency.web.forms import first
from filterdns.transparency.web.headers import see_other

ACCOUNT = "/desk/account"
BEGIN, ADD, REMOVE = ACCOUNT + "/passkey", ACCOUNT + "/passkey/add", ACCOUNT + "/passkey/remove"
_DONE = ("added", "removed")


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey as its owner sees it. `id`: for the form that removes it."""

    id: str
    name: str
    added: datetime
    used: datetime | None
    doubted: datetime | None


class AccountPages:
    """For whoever is signed in, about themselves alone."""

    def __init__(self, door: Door, accounts: Accounts, desk_sessions: DeskSessions, passkeys: DeskPasskeys) -> None:
        self._door, self._accounts, self._sessions, self._passkeys = door, accounts, desk_sessions, passkeys

    async def account(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What they have."""
        done = request.query.get("done", "")
        return await self._page(request, visitor, done=done if done in _DONE else "")

    async def begin(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Password and code are right: a page on which the device makes the passkey."""
        fields = await self._door.fields(request, visitor)
        clock, name = self._door.clock, first(fields, "name").strip()
        if fault := fault_of_name(name):
            return await self._page(request, visitor, Refused(why=fault), name=name)
        typed, who = read_typed(fields), visitor.who.pseudonym
        typed = Typed(who, typed.password, typed.code)
        found = await self._accounts.sign_in(typed, address_of(request), clock.now(), clock.when())
        if isinstance(found, Refused):
            return await self._page(request, visitor, found, name=name)
        asked = await self._door.in_thread(lambda: self._passkeys.asked_to_add(visitor.session, clock.now()))
        page = self._door.page(
            request,
            visitor,
            "desk_passkey.html",
            name=name,
            asked=asked,
            party=self._passkeys.party,
            script=SCRIPT.path,
        )
        return let_script_run(page)

    async def add(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep what the device has made."""
        fields = await self._door.fields(request, visitor)
        clock, name, made = self._door.clock, first(fields, "name").strip(), parse_made(fields)
        now, when = clock.now(), clock.when()
        why = await self._door.in_thread(lambda: self._passkeys.add(visitor.session, name, made, now, when))
        if why:
            return await self._page(request, visitor, Refused(why=why), name=name)
        return _to_account("added")

    async def remove(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One less. Whoever is signed in with it elsewhere is so no more: its device may be lost."""
        id = first(await self._door.fields(request, visitor), "id")

        def work() -> None:
            self._passkeys.remove(visitor.who.pseudonym, id)
            self._sessions.end_others(visitor.session)

        await self._door.in_thread(work)
        return _to_account("removed")

    async def _page(
        self,
        request: web.Request,
        visitor: Visitor,
        refused: Refused | None = None,
        *,
        name: str = "",
        done: str = "",
    ) -> web.Response:
        theirs = await self._door.in_thread(lambda: self._passkeys.of(visitor.who.pseudonym))
        return form_page(
            self._door,
            request,
            visitor,
            "desk_account.html",
            refused,
            passkeys=[_shown(each) for each in theirs],
            most=MOST_OF_A_PERSON,
            party=self._passkeys.party,
            name=name,
            done=done,
        )


def _shown(passkey: Passkey) -> Shown:
    return Shown(write_base64url(passkey.id), passkey.name, passkey.added, passkey.used, passkey.doubted)


def _to_account(done: str) -> web.Response:
    return see_other(f"{ACCOUNT}?done={done}")
