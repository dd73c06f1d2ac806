from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.chromium import Chromium, Page
from tests.transparency.web.pages_process import PagesRunning

PATHS = ("/", "/help", "/why/casino.example", "/why/stream.example", "/why/nothing.example", "/why/clinic.example",
         "/why?name=casino,%20example")  # fmt: skip
CONTRAST = """
(() => {
  const parse = c => c.match(/[0-9.]+/g).map(Number);
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const back = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  let worst = [99, ""];
  for (const e of document.body.querySelectorAll("*")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(back(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
  }
  return worst;
})()
"""

See = Callable[[Callable[[Page, str], Awaitable[object]]], object]


@pytest.fixture
def see(chromium: Chromium, pages: PagesRunning) -> See:
    """`see(steps)`: do the steps with a page and the address of ours."""
    return lambda steps: chromium.run(lambda page: steps(page, f"http://127.0.0.1:{pages.port}"))


def test_a_name_is_looked_up_with_the_keyboard_and_no_script(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        await page.open(site + "/")
        for _ in range(20):
            await page.press("Tab")
            if await page.measure("document.activeElement.id") == "name":
                break
        await page.type("https://www.Bücher.example/x")
        await page.press("Enter")
        await page.loaded()
        assert unquote(urlsplit(await page.measure("location.href")).path) == "/why/www.xn--bcher-kva.example"
        assert "bücher.example" in await page.measure("document.querySelector('h1').textContent")
        assert "gambling" in await page.measure("document.body.textContent")

    see(steps)


def test_the_page_of_a_closed_site_shows_itself_and_asks_nobody_else(see: See, pages: PagesRunning) -> None:
    async def steps(page: Page, site: str) -> None:
        await page.open(f"http://casino.example:{pages.port}/")
        assert await page.measure("document.title") == "Closed here"
        text = await page.measure("document.body.innerText")
        assert "You are not in trouble." in text
        assert "casino" not in text
        assert await page.measure("getComputedStyle(document.querySelector('h1')).textAlign") == "center"
        assert {urlsplit(address).hostname for address in page.requested} == {"casino.example"}

    see(steps)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_everything_is_readable(see: See, tmp_path: Path, path: str, scheme: str) -> None:
    """WCAG 2.2: contrast 4.5 (1.4.3), no sideways scrolling at 320 px, which is 1280 px at 400 % zoom (1.4.10)."""

    async def steps(page: Page, site: str) -> None:
        for width in (320, 390, 1280):
            await page.look(width, 900, scheme)
            await page.open(site + path)
            assert await page.measure("document.documentElement.scrollWidth") <= width
            ratio, where = await page.measure(CONTRAST)
            assert ratio >= 4.5, where
        await page.picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 10_000

    see(steps)


@pytest.mark.parametrize("path", PATHS)
def test_a_screen_reader_finds_its_way(see: See, path: str) -> None:
    async def steps(page: Page, site: str) -> None:
        await page.open(site + path)
        assert await page.measure("document.documentElement.lang") == "en"
        spoken = await page.spoken()
        roles = [role for role, _ in spoken]
        assert roles.count("main") == 1
        assert {"banner", "navigation", "contentinfo"} <= set(roles)
        levels = await page.measure("[...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1])")
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert all(name for role, name in spoken if role in ("link", "button", "textbox", "navigation", "article"))
        assert await page.measure("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == (
            await page.measure("document.querySelectorAll('[id]').length")
        )

    see(steps)


def test_each_stop_of_the_keyboard_can_be_seen(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        await page.open(site + "/why/casino.example")
        stop = "a, button, input, summary"
        stops = await page.measure(f"document.querySelectorAll('{stop}').length")
        seen = set()
        for _ in range(stops):
            await page.press("Tab")
            seen.add(await page.measure(f"[...document.querySelectorAll('{stop}')].indexOf(document.activeElement)"))
            style = await page.measure("getComputedStyle(document.activeElement).outlineStyle")
            assert style not in ("none", ""), seen
        assert len(seen) == stops

    see(steps)


def test_nothing_is_asked_of_anybody_else(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        for path in PATHS:
            await page.open(site + path)
            assert {urlsplit(address).netloc for address in page.requested} == {urlsplit(site).netloc}
        assert (await page.send("Network.getCookies"))["cookies"] == []

    see(steps)


def test_on_paper_it_is_dark_on_light_whatever_the_screen(see: See) -> None:
    async def steps(page: Page, site: str) -> None:
        dark = [{"name": "prefers-color-scheme", "value": "dark"}]
        await page.send("Emulation.setEmulatedMedia", media="print", features=dark)
        await page.open(site + "/why/casino.example")
        ratio, where = await page.measure(CONTRAST)
        assert ratio >= 4.5, where
        assert await page.measure("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert await page.measure("getComputedStyle(document.querySelector('nav')).display") == "none"
        await page.send("Emulation.setEmulatedMedia", media="", features=[])

    see(steps)
