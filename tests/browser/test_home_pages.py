"""What only a home has, in a real Chromium: its list of lists, the page of a closed site, where to ask elsewhere.

Also what is shown where nothing can be said. FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each page at 360 and 1280
pixels, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import OPEN_ALL, SCREENSHOTS, opened, serious, take_picture
from tests.transparency.kept_lists import in_every_state
from tests.transparency.lists import build
from tests.transparency.published import SUBSCRIBER
from tests.transparency.web.lists_site import ListsSite
from tests.transparency.web.pages_process import PagesRunning

pytestmark = pytest.mark.timeout(300)  # the page Lists, with all of it open, is long to look at

HOME = ("/", "/about", "/decisions", "/log", "/numbers", "/suggest", "/why/casino.example", "/why/nothing.example")
LISTS = ("/lists", "/lists/list/uni-gambling", "/lists/list/lists-example", "/lists/add", "/lists/back")
NOTHING = ("/", "/why/casino.example", "/log", "/appeal/casino.example")

Addresses = dict[str, str]  # what a page is called -> where it is


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    folder = tmp_path_factory.mktemp("home")
    (folder / "nothing").mkdir()
    kept = in_every_state(tmp_path_factory.mktemp("every"))
    home = PagesRunning(build(folder), folder / "output", SUBSCRIBER)
    nothing = PagesRunning(folder / "nothing", folder / "no-output", SUBSCRIBER)
    with kept.kept(), ListsSite(kept) as lists:
        yield {
            "closed": f"http://casino.example:{home.port}/",
            **{f"home{path}": f"http://127.0.0.1:{home.port}{path}" for path in HOME},
            **{f"here{path}": f"http://{lists.host}{path}" for path in LISTS},
            **{f"nothing{path}": f"http://127.0.0.1:{nothing.port}{path}" for path in NOTHING},
        }
    home.stop()
    nothing.stop()


def each(browser: Browser, width: int, scheme: str, addresses: Addresses) -> Iterator[tuple[str, Page]]:
    page = opened(browser, width, scheme, scripts=True)
    for name, address in addresses.items():
        page.goto(address)
        page.evaluate(OPEN_ALL)
        yield name, page
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_serious(browser: Browser, addresses: Addresses, axe: str, width: int, scheme: str) -> None:
    faults = [
        f"{name}: {fault}" for name, page in each(browser, width, scheme, addresses) for fault in serious(page, axe)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.skipif(SCREENSHOTS not in os.environ, reason=f"pictures are kept where {SCREENSHOTS} says")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(browser: Browser, addresses: Addresses, width: int, scheme: str) -> None:
    for name, page in each(browser, width, scheme, addresses):
        take_picture(page, f"home-{name.replace('/', '_')}.{width}.{scheme}")
