"""The desk of a publisher: its parts put together, and its routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.lists.categories_file import CategoryTable
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk import account_pages as account
from filterdns.transparency.desk.account_pages import AccountPages
from filterdns.transparency.desk.accounts import Accounts
from filterdns.transparency.desk.case_pages import CasePages
from filterdns.transparency.desk.doing import Doing
from filterdns.transparency.desk.door import (
    BY_PASSKEY,
    CASE,
    DESK,
    PROPOSE,
    SET_UP,
    SIGN_IN,
    SIGN_OUT,
    STYLE,
    VALVE,
    Door,
)
from filterdns.transparency.desk.entrance import Entrance
from filterdns.transparency.desk.facts import Facts
from filterdns.transparency.desk.known import Library
from filterdns.transparency.desk.passkeys import DeskPasskeys
from filterdns.transparency.desk.passwords import COST
from filterdns.transparency.desk.proposing import ProposingPage
from filterdns.transparency.desk.queue_pages import QueuePages
from filterdns.transparency.desk.roots import LogRoots
from filterdns.transparency.desk.scripted import SCRIPT
from filterdns.transparency.desk.sessions import DeskSessions
from filterdns.transparency.desk.tries import Tries
from filterdns.transparency.web.find import Reasons
from filterdns.transparency.web.render import Renderer
from filterdns.transparency.web.security import FORM_ALONE, READING, WITH_FORM, Route

_NUMBER = "{number:[0-9]{1,9}}"


class Desk:
    """All pages of the desk over one casebook."""

    def __init__(
        self,
        settings: Settings,
        casebook: Casebook,
        table: CategoryTable | None,
        reasons: Reasons,
        clock: Clock,
        renderer: Renderer,
    ) -> None:
        rules = Rules()
        sessions = DeskSessions(casebook.sessions)
        facts = Facts(casebook, table, LogRoots(reasons.current.state))
        tries = Tries()
        self._accounts = Accounts(casebook.people, tries, COST)
        self._passkeys = DeskPasskeys(settings.public_url, casebook.passkeys, casebook.people, self._accounts, tries)
        self._door = Door(settings, clock, renderer, facts, sessions)
        self._entrance = Entrance(self._door, self._accounts, sessions, self._passkeys)
        self._account = AccountPages(self._door, self._accounts, sessions, self._passkeys)
        self._queue = QueuePages(self._door, facts, rules, Library(reasons))
        doing = Doing(facts, rules)
        self._cases = CasePages(self._door, facts, doing, reasons)
        self._proposing = ProposingPage(self._door, facts, doing)
        self._renderer = renderer

    def close(self) -> None:
        """Let its threads end."""
        self._accounts.close()
        self._door.close()

    @property
    def routes(self) -> Mapping[str, tuple[Route, Sequence[str]]]:
        """Path -> route and methods."""
        door, cases = self._door, self._cases
        return {
            STYLE.path: (self.style, READING),
            **(self._with_passkeys if self._passkeys.party else {}),
            SIGN_IN: (door.safe(self._entrance.sign_in), WITH_FORM),
            SET_UP: (door.safe(self._entrance.set_up), WITH_FORM),
            SIGN_OUT: (door.signed_in(self._entrance.sign_out), FORM_ALONE),
            account.ACCOUNT: (door.signed_in(self._account.account), READING),
            account.REMOVE: (door.signed_in(self._account.remove), FORM_ALONE),
            DESK: (door.signed_in(self._queue.queue), READING),
            VALVE: (door.signed_in(self._queue.valve), WITH_FORM),
            PROPOSE: (door.signed_in(self._proposing.propose), WITH_FORM),
            CASE + _NUMBER: (door.signed_in(cases.case), READING),
            CASE + _NUMBER + "/{press:[a-z_]{1,16}}": (door.signed_in(cases.press), FORM_ALONE),
        }

    @property
    def _with_passkeys(self) -> Mapping[str, tuple[Route, Sequence[str]]]:
        door = self._door
        return {
            SCRIPT.path: (self.script, READING),
            BY_PASSKEY: (door.safe(self._entrance.sign_in_by_passkey), FORM_ALONE),
            account.BEGIN: (door.signed_in(self._account.begin), FORM_ALONE),
            account.ADD: (door.signed_in(self._account.add), FORM_ALONE),
        }

    async def style(self, request: web.Request) -> web.StreamResponse:
        """What the desk's pages look like, on top of the site's."""
        return self._renderer.fixed(STYLE.octets, "text/css")

    async def script(self, request: web.Request) -> web.StreamResponse:
        """What has a device make or use a passkey."""
        return self._renderer.fixed(SCRIPT.octets, "text/javascript")
