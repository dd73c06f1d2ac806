"""The desk as a browser without scripts uses it: a publisher's pages, a casebook with people, a clock that stands."""

from __future__ import annotations

import http.client
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from aiohttp.web import Application
from pyotp import TOTP

from filterdns.config.settings import Address, Role, Settings
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Rules, Terms, appeal_due, proposal_due
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.people import Person
from filterdns.transparency.casebook.receipts import NewReceipt
from filterdns.transparency.desk import passwords
from filterdns.transparency.desk.facts import terms_of
from filterdns.transparency.desk.sessions import PLAIN_COOKIE, digest_of
from filterdns.transparency.web.app import make_app
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.running import LOOPBACK
from tests.transparency.lists import SETTINGS, WHEN, StoppedClock, taxonomy
from tests.transparency.web.running_pages import RunningPages

FORM = "application/x-www-form-urlencoded"
PASSWORD = "apple tractor violin monday"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CHEAP = passwords.Cost(ln=10, r=8, p=1)
RULES = Rules()
PUBLISHER: Settings = replace(SETTINGS, role=Role.PUBLISHER, public_url="https://lists.example")


@cache
def phc() -> str:
    return passwords.make_phc(PASSWORD, b"salt" * 4, CHEAP)


def person(pseudonym: str, organisation: str, partner: str = "academia", *duties: str, **more: object) -> Person:
    usual = duties or ("panel", "review", "triage")
    made = Person(pseudonym, organisation, partner, usual, (), phc(), SECRET, "", WHEN)
    return replace(made, **more)  # type: ignore[arg-type]


PEOPLE = (
    person("ada", "university"),
    person("bo", "school association", "school"),
    person("cy", "health service", "health"),
    person("dee", "university"),
    person("eli", "watchers", "academia", "audit"),
)


def terms(category: str) -> Terms:
    row = taxonomy().get(category)
    assert row is not None
    return terms_of(row)


def ask(
    casebook: Casebook,
    name: str = "casino.example",
    category: str = "gambling",
    kind: str = e.APPEAL,
    *,
    text: str = "",
    claim: bool = False,
    by: str = e.PUBLIC,
    when: datetime = WHEN,
    language: str = "",
) -> Case:
    """Somebody brings something forward."""
    about = terms(category)
    due = (
        appeal_due(about, RULES, when, claim=claim)
        if kind == e.APPEAL
        else proposal_due(about, RULES, when, examined=False)
    )
    receipt = NewReceipt(secrets.token_bytes(32), "owner", text, language)
    opened = casebook.open_or_join(
        about, kind=kind, name=name, subdomains=True, claim=claim, when=when, due=due, receipt=receipt, by=by
    )
    return opened.case


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def words(self) -> str:
        """What a reader sees."""
        body = re.sub(r"<head>.*?</head>", " ", self.text, flags=re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def hidden(self, action: str) -> dict[str, str]:
        """The hidden fields of the form that is sent there."""
        (form,) = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', self.text, re.DOTALL)
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
        return {name: unescape(value) for name, value in fields}

    def has_form(self, action: str) -> bool:
        return f'action="{action}"' in self.text


class DeskSite(RunningPages):
    """One running publisher on a loopback port. `cookie` is what the browser keeps."""

    def __init__(
        self,
        state: Path,
        casebook: Casebook,
        people: Sequence[Person] = PEOPLE,
        clock: StoppedClock | None = None,
        settings: Settings = PUBLISHER,
    ) -> None:
        super().__init__()
        self.state, self.casebook = state, casebook
        self.clock = clock or StoppedClock()
        for each in people:
            casebook.people.add(each)
        self.cookie = ""
        self._settings = replace(settings, pages=Address(LOOPBACK, self.port))

    def make(self, limits: PageLimits) -> Application:
        current = CurrentRelease(self.state, print)
        current.follow()
        return make_app(self._settings, current, taxonomy(), self.clock, limits, lambda: True)

    def as_(self, pseudonym: str) -> DeskSite:
        """Somebody is signed in, without the door."""
        token = secrets.token_urlsafe(32)
        self.casebook.sessions.new(digest_of(token), pseudonym, self.clock.when())
        self.cookie = f"{PLAIN_COOKIE}={token}"
        return self

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, None, headers)

    def send(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        usual = {"Content-Type": FORM, "Origin": f"http://{self.host}", "Sec_Fetch_Site": "same-origin"}
        return self.ask("POST", path, urlencode(fields).encode(), usual | headers)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items() if value}
        if self.cookie:
            named.setdefault("Cookie", self.cookie)
        with closing(http.client.HTTPConnection(LOOPBACK, self.port, timeout=20)) as connection:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            reply = Reply(response.status, dict(response.getheaders()), response.read().decode())
        given = reply.headers.get("Set-Cookie", "").partition(";")[0]
        if given:
            self.cookie = given if not given.endswith('=""') and not given.endswith("=") else ""
        return reply

    def press(self, case: int, press: str, **typed: str) -> Reply:
        """Open the page of a case, fill in a form on it, press its button, and follow where that leads."""
        page, path = self.get(f"/desk/case/{case}"), f"/desk/case/{case}/{press}"
        reply = self.send(path, page.hidden(path) | typed)
        return self.get(reply.headers["Location"]) if reply.status == 303 else reply

    def confirm(self, case: int, press: str, **typed: str) -> Reply:
        """The same for what asks once more."""
        path = f"/desk/case/{case}/{press}"
        reply = self.send(path, self.press(case, press, **typed).hidden(path))
        return self.get(reply.headers["Location"]) if reply.status == 303 else reply

    def code(self, steps: int = 0) -> str:
        return TOTP(SECRET).at(int(self.clock.when().timestamp()) + 30 * steps)

    def later(self, **span: float) -> None:
        self.clock.at += timedelta(**span)
        self.clock.seconds += timedelta(**span).total_seconds()


REMOVING = {"cause": "import_error", "reason": "A clinic, and no casino."}
LISTING = {
    "reason": "Roulette for money on the front page.",
    "grade": "E2",
    "seen_on": WHEN.date().isoformat(),
    "note": "front page, no account made",
    "scope_reason": "the whole site is the casino",
}
