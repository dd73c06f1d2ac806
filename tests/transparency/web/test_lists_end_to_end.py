"""From a button on the page to the answer of the resolver: everything real, as `filterdns serve` runs it."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import dns.message
import dns.rcode
import pytest

from tests.messages import query
from tests.running import LOOPBACK, Running, is_open, wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream
from tests.transparency.web.lists_site import Page

NAME = "www.arcade.example"


@pytest.fixture
def upstream() -> Iterator[SimulatedUpstream]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as upstream:
        yield upstream


class Browser:
    """Without scripts: it opens pages, presses buttons and is led on."""

    def __init__(self, filterdns: Running) -> None:
        self._site = f"http://{LOOPBACK}:{filterdns.pages_port}"
        wait_until(lambda: is_open(filterdns.pages_port), 10, "the pages listen")

    def open(self, path: str) -> Page:
        with urllib.request.urlopen(self._site + path, timeout=10) as response:
            return Page.read(response.read().decode())

    def press(self, button: str, path: str, **typed: str) -> tuple[str, Page]:
        """The address that it led to, and its page."""
        form = self.open(path).form(button)
        body = urlencode([*form.fields, *typed.items()]).encode()
        headers = {"Origin": self._site, "Sec-Fetch-Site": "same-origin"}
        request = urllib.request.Request(self._site + form.action, body, headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.url.removeprefix(self._site), Page.read(response.read().decode())

    def wait_for(self, words: str, path: str) -> Page:
        """Look again until the page says this, as it does itself while something is under way."""
        pages: list[Page] = []

        def says_so() -> bool:
            pages.append(self.open(path))
            return words in pages[-1].text

        wait_until(says_so, 30, f"{words!r} on {path}", every=0.2)
        return pages[-1]


def test_a_list_is_added_counts_and_is_removed(
    running: Callable[..., Running], upstream: SimulatedUpstream, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mine = tmp_path_factory.mktemp("mine") / "arcade.txt"
    mine.write_text("arcade.example\n", encoding="utf-8")
    filterdns = running(upstream.port)

    def is_closed() -> bool:
        answer = filterdns.ask(query(NAME))
        assert answer is not None
        return dns.message.from_wire(answer).rcode() == dns.rcode.NXDOMAIN

    assert not is_closed()
    browser = Browser(filterdns)
    browser.wait_for("In use release 1", "/lists")
    path, page = browser.press("Add this list", "/lists/add", address=str(mine), category="gambling", title="Arcades")
    assert "Arcades" in page.text
    page = browser.wait_for("Arcades Added, and switched on.", path)
    wait_until(is_closed, 30, "the name is closed")
    page = browser.wait_for("Arcades On 1 name · added by this household", path)
    assert "In use release 2" in page.text
    assert "Betting, casinos and betting with game items 1 name came, on" in page.text

    (link,) = (a for tag, a in page.tags if tag == "a" and (a.get("href") or "").endswith("#remove"))
    path, page = browser.press("Remove this list Arcades", (link["href"] or "").partition("#")[0])
    browser.wait_for("Removed.", path)
    wait_until(lambda: not is_closed(), 30, "the name is open again")
    assert "Arcades" not in browser.wait_for("In use release 3", path).text
