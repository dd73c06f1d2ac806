"""The page Lists as a browser without scripts uses it: pages are read, buttons pressed, redirects followed."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from aiohttp.web import Application

from filterdns.config.settings import Address, Settings
from filterdns.transparency.web.app import make_app
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.rates import PageLimits
from tests.running import LOOPBACK
from tests.transparency.kept_lists import Installation
from tests.transparency.lists import SETTINGS, taxonomy
from tests.transparency.web.running_pages import RunningPages

FORM = "application/x-www-form-urlencoded"


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def page(self) -> Page:
        return Page.read(self.text)


@dataclass
class Form:
    """A form: where it goes, what it sends, and what its button says, aloud."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    button: str = ""


class Page(HTMLParser):
    """What a page says and which forms it has."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_button = False

    @classmethod
    def read(cls, text: str) -> Page:
        page = cls()
        page.feed(text)
        return page

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def form(self, button: str) -> Form:
        """The one form whose button says this."""
        (form,) = (form for form in self.forms if " ".join(form.button.split()) == button)
        return form

    @property
    def buttons(self) -> list[str]:
        return [" ".join(form.button.split()) for form in self.forms]

    @property
    def refreshes(self) -> bool:
        return any(tag == "meta" and attributes.get("http-equiv") == "refresh" for tag, attributes in self.tags)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "form":
            self.forms.append(Form(attributes["action"] or ""))
        elif tag == "input" and attributes.get("type") == "hidden":
            self.forms[-1].fields.append((attributes["name"] or "", attributes["value"] or ""))
        self._in_button = self._in_button or tag == "button"

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self._in_button = False

    def handle_data(self, data: str) -> None:
        self.words.append(data.replace("\xa0", " "))
        if self._in_button:
            self.forms[-1].button += data


class ListsSite(RunningPages):
    """One running application on a loopback port."""

    def __init__(self, home: Installation, settings: Settings = SETTINGS) -> None:
        super().__init__()
        self.home = home
        self._settings = settings

    def make(self, limits: PageLimits) -> Application:
        current = CurrentRelease(self.home.state, print)
        current.follow()
        settings = Settings(
            pages=Address(LOOPBACK, self.port),
            public_url=self._settings.public_url,
            profiles=self._settings.profiles,
            default_profile=self._settings.default_profile,
        )
        return make_app(settings, current, taxonomy(), self.home.clock, limits, lambda: True, self.home.shipped)

    def get(self, path: str = "/lists", **headers: str) -> Reply:
        return self.ask("GET", path, None, headers)

    def send(self, path: str, fields: Sequence[tuple[str, str]], **headers: str) -> Reply:
        """A form as our own page in a browser sends it; None-like headers are left out by an empty text."""
        usual = {"Content-Type": FORM, "Origin": f"http://{self.host}", "Sec_Fetch_Site": "same-origin"}
        return self.ask("POST", path, urlencode(fields).encode(), usual | headers)

    def ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items() if value}
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    def press(self, button: str, path: str = "/lists", **typed: str) -> Reply:
        """Open a page, press a button on it, and follow where it leads."""
        form = self.get(path).page.form(button)
        reply = self.send(form.action, [*form.fields, *typed.items()])
        return self.get(reply.headers["Location"]) if reply.status == 303 else reply
