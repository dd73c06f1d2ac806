"""A publisher's pages, running, as a browser without scripts uses them: forms are opened, filled in and sent."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

from aiohttp.web import Application

from filterdns.config.settings import Address, DeskSettings, Settings
from filterdns.transparency.casebook.casebook import Casebook, open_casebook
from filterdns.transparency.web.app import make_app
from filterdns.transparency.web.appeal_limits import AppealLimits
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.running import LOOPBACK
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.lists import StoppedClock, taxonomy
from tests.transparency.published import PUBLISHER
from tests.transparency.web.lists_site import FORM, Form, Page, Reply
from tests.transparency.web.running_pages import RunningPages

CODE = re.compile(r'class="receipt-code" dir="ltr"><span>(\w{5})</span><span>(\w{5})</span><span>(\w{4})</span>')
STATUS, SUGGEST = "/appeal/status", "/suggest"

MORE = {
    "own/adult.yaml": (
        "- {name: pictures.example, scope: exact, basis: starter, definition: '1.0', reason: {en: Seen.}, "
        "listed_on: 2026-11-20, review_due: 2026-12-10, expires: 2026-12-20}\n"
    ),
    "own/legal_order.yaml": (
        "- {name: ordered.example, scope: exact, basis: ordered, definition: '1.0', reason: {en: An order.}, "
        "order: {authority: The Court of Example, jurisdiction: GB, law: Act 7, reference: E 12}, "
        "evidence: [{grade: E4, on: 2026-11-01, lang: en, note: E 12}], "
        "listed_on: 2026-11-02, review_due: 2027-06-01, expires: 2027-10-01}\n"
    ),
}


class AppealSite(RunningPages):
    """One running application over a state folder, and a second look into its casebook."""

    def __init__(
        self,
        state: Path,
        clock: StoppedClock | None = None,
        limits: AppealLimits | None = None,
        settings: Settings = PUBLISHER,
    ) -> None:
        super().__init__()
        self.state, self.clock = state, clock or StoppedClock()
        self._settings, self._limits = settings, limits
        self.current = CurrentRelease(state, print)
        if not (state / "desk").exists():
            new_casebook(state).close()
        self.book: Casebook = open_casebook(state, DeskSettings())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.book.close()

    def make(self, limits: PageLimits) -> Application:
        self.current.follow()
        settings = replace(self._settings, pages=Address(LOOPBACK, self.port))
        return make_app(settings, self.current, taxonomy(), self.clock, limits, lambda: True, None, self._limits)

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, None, headers)

    def form(self, path: str, **headers: str) -> Form:
        """The form that is sent to this very page."""
        forms = [form for form in self.get(path, **headers).page.forms if form.action == path]
        assert len(forms) == 1, path
        return forms[0]

    def send(self, path: str, fields: Mapping[str, str], **headers: str) -> Reply:
        """Fields as a browser sends them from our own page."""
        usual = {"Content-Type": FORM, "Origin": f"http://{self.host}", "Sec_Fetch_Site": "same-origin"}
        return self.ask("POST", path, urlencode(fields).encode(), usual | headers)

    def fill(self, path: str, headers: Mapping[str, str] | None = None, **typed: str) -> Reply:
        """Open the page, fill its form in and send it."""
        named = headers or {}
        return self.send(path, dict(self.form(path, **named).fields) | typed, **named)

    def appeal(self, name: str, headers: Mapping[str, str] | None = None, **typed: str) -> Reply:
        """Disagree with the listings of a name."""
        return self.fill(f"/appeal/{name}", headers, **typed)

    def status(self, code: str, **typed: str) -> Reply:
        """What the code opens."""
        return self.fill(STATUS, None, code=code, **typed)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items() if value}
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()


def beside(published: Path, folder: Path) -> Path:
    """A state folder with what was published, which the pages only read, and room for a casebook of its own."""
    state = folder / "state"
    state.mkdir()
    for child in published.iterdir():
        if child.name == "desk":  # pages that ran on it made one
            continue
        (state / child.name).symlink_to(child)
    return state


def code_of(reply: Reply) -> str:
    """The receipt code that a page shows."""
    found = CODE.search(reply.text)
    assert found, words(reply)
    return "-".join(found.groups())


def words(reply: Reply) -> str:
    """A page as a reader meets it."""
    return Page.read(reply.text).text
