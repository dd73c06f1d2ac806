"""The page Lists in a real Chromium: it fits, it is readable, it is heard, and a keyboard is enough."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from filterdns.lists.progress import FETCH, Progress
from tests.browser.chromium import Chromium, Page
from tests.browser.test_pages import CONTRAST
from tests.browser.visiting import OPEN_ALL
from tests.transparency.kept_lists import Installation, copy_of, in_every_state
from tests.transparency.web.lists_site import ListsSite

PATHS = ("/lists", "/lists/list/uni-gambling", "/lists/list/lists-example", "/lists/add", "/lists/back")

See = Callable[[Callable[[Page, str], Awaitable[object]]], object]


@pytest.fixture(scope="module")
def every_state(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return in_every_state(tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def lists(every_state: Installation) -> Iterator[ListsSite]:
    with every_state.kept(), ListsSite(every_state) as site:
        yield site


@pytest.fixture
def see(chromium: Chromium, lists: ListsSite) -> See:
    """`see(steps)`: do the steps with a page and the address of ours."""
    return lambda steps: chromium.run(lambda page: steps(page, f"http://{lists.host}"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_everything_fits_and_is_readable(see: See, tmp_path: Path, path: str, scheme: str) -> None:
    """WCAG 2.2: 320 px is 1280 px at 400 % zoom (1.4.10); buttons are 44 px high (2.5.5); contrast (1.4.3)."""

    async def steps(page: Page, site: str) -> None:
        for width in (320, 360, 640, 1280):
            await page.look(width, 900, scheme)
            await page.open(site + path)
            await page.measure(OPEN_ALL)
            assert await page.measure("document.documentElement.scrollWidth") <= width
            ratio, where = await page.measure(CONTRAST)
            assert ratio >= 4.5, where
            small = await page.measure(
                "[...document.querySelectorAll('.button, select, main input:not([type=hidden])')]"
                ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
            )
            assert not small
        await page.picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 10_000

    see(steps)


@pytest.mark.parametrize("path", PATHS)
def test_a_screen_reader_finds_its_way(see: See, path: str) -> None:
    async def steps(page: Page, site: str) -> None:
        await page.open(site + path)
        await page.measure(OPEN_ALL)
        spoken = await page.spoken()
        roles = [role for role, _ in spoken]
        assert roles.count("main") == 1
        assert {"banner", "navigation", "contentinfo"} <= set(roles)
        levels = await page.measure("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        named = ("link", "button", "textbox", "combobox", "navigation", "article", "region", "heading")
        assert all(name for role, name in spoken if role in named)
        assert await page.measure("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == (
            await page.measure("document.querySelectorAll('[id]').length")
        )
        broken = await page.measure(
            "[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.getElementById("
            "a.getAttribute('href').slice(1))).map(a => a.outerHTML)"
        )
        assert not broken

    see(steps)


def test_each_button_says_what_it_is_about(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        await page.open(site + "/lists")
        buttons = [name for role, name in await page.spoken() if role == "button"]
        assert "Switch off Club malware" in buttons
        assert "Accept the new copy of University gambling" in buttons
        assert len(set(buttons)) == len(buttons)

    see(steps)


def test_each_stop_of_the_keyboard_can_be_seen(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        for path in PATHS:
            await page.open(site + path)
            stops = await page.measure(
                "[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]"
                ".filter(e => e.checkVisibility()).length"
            )
            for _ in range(stops):
                await page.press("Tab")
                style, tag = await page.measure(
                    "[getComputedStyle(document.activeElement).outlineStyle, document.activeElement.tagName]"
                )
                assert style not in ("none", ""), tag
                assert tag != "BODY"

    see(steps)


async def press_by_keyboard(page: Page, button: str) -> None:
    """Tab until the button is reached, then Enter."""
    for _ in range(200):
        await page.press("Tab")
        if await page.measure("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')") == button:
            await page.press("Enter")
            await page.loaded()
            return
    raise AssertionError(f"no way to {button!r}")


def test_a_change_is_accepted_and_a_list_is_added_with_the_keyboard_alone(
    chromium: Chromium, every_state: Installation, tmp_path: Path
) -> None:
    """Chromium says where its forms come from, so this is also how the guard against other sites meets a browser."""
    home = copy_of(every_state, tmp_path)

    async def steps(page: Page) -> None:
        address = f"http://{site.host}"
        await page.open(address + "/lists")
        await press_by_keyboard(page, "Accept the new copy of University gambling")
        assert await page.measure("location.pathname") == "/lists"
        assert (await page.measure("document.title")).startswith("Ordered")
        await press_by_keyboard(page, "Add a list of your own")
        for field, text in (("address", "lists.example/mine.txt"), ("category", "Online games"), ("title", "Mine")):
            while await page.measure("document.activeElement.id") != field:
                await page.press("Tab")
            await page.type(text) if field != "category" else await page.choose(text)
        await page.press("Enter")
        await page.loaded()
        assert (await page.measure("document.title")).startswith("Please look again")
        assert await page.measure("document.getElementById('title').value") == "Mine"
        assert await page.measure("document.getElementById('category').value") == "games"
        assert "https://" in await page.measure("document.getElementById('address-problem').textContent")
        while await page.measure("document.activeElement.id") != "address":
            await page.press("Tab")
        await page.type("https://lists.example/mine.txt")  # in place of what is selected
        await page.press("Enter")
        await page.loaded()
        assert "The list is being added" in await page.measure("document.body.innerText")

    with home.kept(), ListsSite(home) as site:
        chromium.run(steps)
    orders = sorted(home.waiting(), key=lambda order: order.order)
    assert [(order.order, order.source, order.url, order.category) for order in orders] == [
        ("accept", "uni-gambling", "", ""),
        ("add", "", "https://lists.example/mine.txt", "games"),
    ]


def test_the_page_follows_what_is_under_way_and_rests_when_it_is_done(
    chromium: Chromium, every_state: Installation, tmp_path: Path
) -> None:
    home = copy_of(every_state, tmp_path)
    home.tell(Progress(FETCH, "uni-vpn", 1, 2))

    async def steps(page: Page) -> None:
        await page.open(f"http://{site.host}/lists")
        assert "Fetching lists: 1 of 2" in await page.measure("document.body.innerText")
        home.tell()
        await page.loaded()  # by itself
        assert "Nothing is under way." in await page.measure("document.body.innerText")
        assert not await page.measure("document.querySelector('meta[http-equiv]')")

    with home.kept(), ListsSite(home) as site:
        chromium.run(steps)


def test_on_paper_there_are_no_buttons_and_dark_ink(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        await page.send("Emulation.setEmulatedMedia", media="print", features=dark)
        await page.open(site + "/lists")
        ratio, where = await page.measure(CONTRAST)
        assert ratio >= 4.5, where
        assert await page.measure("getComputedStyle(document.querySelector('.buttons')).display") == "none"
        await page.send("Emulation.setEmulatedMedia", media="", features=[])

    see(steps)


def test_nothing_is_asked_of_anybody_else(see: See, lists: ListsSite) -> None:
    async def steps(page: Page, site: str) -> None:
        for path in PATHS:
            await page.open(site + path)
            assert all(address.startswith(site) for address in page.requested)
        assert (await page.send("Network.getCookies"))["cookies"] == []

    see(steps)
