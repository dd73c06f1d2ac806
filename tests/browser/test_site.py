"""Every page in a real Chromium, as a publisher has it: readable by anyone, at any size, in light and dark, on paper.

FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each page at 360 and 1280 pixels, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.visiting import SCREENSHOTS, opened, serious, take_picture
from tests.transparency.published import PUBLISHER, publish
from tests.transparency.web.pages_process import PagesRunning

PAGES = ("/", "/process", "/categories", "/limits", "/help", "/help/TH", "/help/KP", "/help/XX", "/privacy", "/api",
         "/about", "/decisions", "/decisions?category=gambling&kind=listing", "/log", "/numbers", "/nowhere",
         "/why/casino.example",
         "/why/nothing.example", "/why/clinic.example", "/why?name=casino,%20example", "/why/veiled.example",
         "/why?names=", "/why?names=casino.example,veiled.example,x..y", "/why/casino.example/proof")  # fmt: skip
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("public")
    running = PagesRunning(publish(folder), folder / "output", PUBLISHER)
    yield f"http://127.0.0.1:{running.port}"
    running.stop()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_serious(browser: Browser, public: str, axe: str, width: int, scheme: str) -> None:
    page = opened(browser, width, scheme, scripts=True)
    faults: list[str] = []
    for path in PAGES:
        page.goto(public + path)
        faults += serious(page, axe)
    page.context.close()
    assert not faults, "\n".join(faults)


def test_axe_would_find_something(browser: Browser, public: str, axe: str) -> None:
    page = opened(browser, 360, scripts=True)
    page.goto(public + "/about")
    page.evaluate("document.querySelector('main').innerHTML += '<img src=x><button></button>'")
    assert len(serious(page, axe)) == 2
    page.context.close()


def test_no_page_has_a_script_or_asks_anybody_else(browser: Browser, public: str) -> None:
    page = opened(browser, 1280)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(public + path)
        assert page.locator("script").count() == 0, path
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(public).netloc}
    assert page.context.cookies() == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways(browser: Browser, public: str, width: int) -> None:
    """320 px is 1280 px at 400 % zoom (WCAG 1.4.10), 640 px at 200 %."""
    page = opened(browser, width, scripts=True)
    for path in PAGES:
        page.goto(public + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} from right to left"
    page.context.close()


def test_text_grows_to_twice_its_size_without_being_cut(browser: Browser, public: str) -> None:
    page = opened(browser, 1280, scripts=True)
    for path in PAGES:
        page.goto(public + path)
        page.add_style_tag(content="html { font-size: 200% !important }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
    page.context.close()


def test_every_stop_of_the_keyboard_is_seen_and_the_first_leads_past_the_menu(browser: Browser, public: str) -> None:
    page = opened(browser, 1280, scripts=True)
    for path in ("/", "/process", "/decisions", "/log"):
        page.goto(public + path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        stops = page.evaluate("document.querySelectorAll('main :is(a, button, input, select, summary)').length")
        for _ in range(min(stops, 25)):
            page.keyboard.press("Tab")
            assert page.evaluate(OUTLINE) not in ("none", ""), path
    page.context.close()


def test_the_way_on_and_off_is_read_in_order(browser: Browser, public: str) -> None:
    """What a screen reader meets: two lists, each state as a heading with whether the site is open meanwhile."""
    page = opened(browser, 320)
    page.goto(public + "/process")
    stations = page.locator(".line > li")
    names = [stations.nth(number).locator("h3").inner_text() for number in range(stations.count())]
    assert names == ["Proposed", "Under review", "Listed", "Challenged", "Taken off", "Expired"]
    states = [stations.nth(number).locator(".state").inner_text() for number in range(stations.count())]
    assert states == [f"{word} meanwhile" for word in ("open", "open", "closed", "closed", "open", "open")]
    page.context.close()


def test_on_paper_all_of_it_is_there_and_the_menu_is_not(browser: Browser, public: str) -> None:
    page = opened(browser, 800, "dark", scripts=True)
    page.emulate_media(media="print", color_scheme="dark")
    for path in ("/help/TH", "/process", "/limits"):
        page.goto(public + path)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator("nav").first.is_visible()
        assert page.locator("h1").is_visible()
    assert page.pdf()[:5] == b"%PDF-"
    page.context.close()


def test_decisions_are_filtered_with_the_keyboard_and_no_script(browser: Browser, public: str) -> None:
    page = opened(browser, 360)
    page.goto(public + "/decisions")
    page.select_option("#category", "gambling")
    page.select_option("#kind", "listing")
    page.locator("#until").press("Enter")
    page.wait_for_url("**/decisions?*category=gambling*")
    assert "casino.example" in page.inner_text(".decided")
    assert page.locator(".decided li").count() == 50
    page.click("a[rel=next]")
    page.wait_for_url("**before=*")
    assert 0 < page.locator(".decided li").count() <= 50
    page.context.close()


def test_help_for_a_country_is_two_steps_from_anywhere(browser: Browser, public: str) -> None:
    page = opened(browser, 360)
    page.goto(public + "/why/casino.example")
    page.click("header nav >> text=Get help")
    page.click("text=Thailand")
    page.wait_for_url("**/help/TH")
    assert page.inner_text("h1") == "Help: Thailand"
    page.context.close()


@pytest.mark.skipif(SCREENSHOTS not in os.environ, reason=f"pictures are kept where {SCREENSHOTS} says")
def test_pictures_of_every_page_are_kept(browser: Browser, public: str) -> None:
    for scheme in ("light", "dark"):
        for width in (360, 1280):
            page = opened(browser, width, scheme)
            for path in PAGES:
                page.goto(public + path)
                name = "".join(character if character.isalnum() else "_" for character in path.strip("/")) or "front"
                take_picture(page, f"{name}.{width}.{scheme}")
            page.context.close()
