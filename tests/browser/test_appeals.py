"""Disagreeing in a real Chromium with scripts off: from a name to a code, and from the code to how it stands.

FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each page at 360 and 1280 pixels, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from filterdns.config.settings import DeskSettings
from filterdns.transparency.appeals import events as e
from filterdns.transparency.casebook.casebook import open_casebook
from tests.browser.visiting import OPEN_ALL, SCREENSHOTS, opened, serious, take_picture
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.lists import WHEN
from tests.transparency.published import PUBLISHER, SUBSCRIBER, publish
from tests.transparency.web.pages_process import PagesRunning

HOME = replace(SUBSCRIBER, public_url="http://127.0.0.1:8053")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = publish(tmp_path_factory.mktemp("appeals"))
    new_casebook(state).close()
    return state


@pytest.fixture(scope="module")
def public(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = PagesRunning(state, tmp_path_factory.mktemp("output") / "output", PUBLISHER)
    yield f"http://127.0.0.1:{running.port}"
    running.stop()


@pytest.fixture(scope="module")
def home(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = PagesRunning(state, tmp_path_factory.mktemp("home") / "output", HOME)
    yield f"http://127.0.0.1:{running.port}"
    running.stop()


def send(page: Page, address: str, button: str, **typed: str) -> None:
    page.goto(address)
    for name, text in typed.items():
        field = page.locator(f"[name={name}]").first
        if name == "category":
            field.select_option(text)
        else:
            field.fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def appeal(page: Page, public: str, name: str = "casino.example", **typed: str) -> str:
    """Disagree by the one button; the code."""
    send(page, f"{public}/appeal/{name}", "I think this is wrong", **typed)
    return "-".join(page.locator(".receipt-code span").all_inner_texts())


def status(page: Page, public: str, code: str) -> None:
    send(page, f"{public}/appeal/status", "Show it", code=code)


def decided(page: Page, public: str, state: Path) -> None:
    """The page of a case that people have decided."""
    code = appeal(page, public, "short.example", text="It has closed.")
    book = open_casebook(state, DeskSettings())
    (case,) = (case for case in book.find("short.example") if case.is_open)
    data = {"outcome": e.UPHELD, "reason": "Bets are taken on the front page, also today."}
    book.append(case.id, e.DECIDED, "ada", "uni", data, WHEN, expected_last=case.last)
    book.close()
    status(page, public, code)


SUGGESTION = {"name": "new.example", "category": "gambling", "text": "Roulette for money"}

Step = Callable[[Page, str, Path], object]
STEPS: dict[str, Step] = {
    "why": lambda page, public, state: page.goto(f"{public}/why/casino.example"),
    "name": lambda page, public, state: page.goto(f"{public}/appeal"),
    "form": lambda page, public, state: page.goto(f"{public}/appeal/www.casino.example"),
    "form-veiled": lambda page, public, state: page.goto(f"{public}/appeal/shock.example"),
    "unlisted": lambda page, public, state: page.goto(f"{public}/appeal/nothing.example"),
    "household": lambda page, public, state: page.goto(f"{public}/appeal/both.example"),
    "received": lambda page, public, state: appeal(page, public),
    "code": lambda page, public, state: page.goto(f"{public}/appeal/status"),
    "no-code": lambda page, public, state: status(page, public, "ABCDE ABCDE ABCD"),
    "status": lambda page, public, state: status(page, public, appeal(page, public)),
    "decided": decided,
    "suggest": lambda page, public, state: page.goto(f"{public}/suggest"),
    "suggest-again": lambda page, public, state: send(
        page, f"{public}/suggest", "Suggest it", **SUGGESTION | {"name": "com"}
    ),
    "suggested": lambda page, public, state: send(page, f"{public}/suggest", "Suggest it", **SUGGESTION),
    "suggest-known": lambda page, public, state: send(
        page, f"{public}/suggest", "Suggest it", **SUGGESTION | {"name": "casino.example"}
    ),
    "stop": lambda page, public, state: send(
        page, f"{public}/suggest", "Suggest it", **SUGGESTION | {"category": "restricted_legal"}
    ),
}
HOME_PATHS = ("/appeal/casino.example", "/appeal/bücher.example", "/appeal/nothing.example", "/suggest", "/appeal")


def each(browser: Browser, width: int, scheme: str, public: str, home: str, state: Path) -> Iterator[tuple[str, Page]]:
    """Every page, one after the other, as somebody without scripts comes to it."""
    page = opened(browser, width, scheme, scripts=True)
    for name, step in STEPS.items():
        step(page, public, state)
        yield name, page
    for path in HOME_PATHS:
        page.goto(home + path)
        yield f"home{path.replace('/', '-')}", page
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_serious(
    browser: Browser, public: str, home: str, state: Path, axe: str, width: int, scheme: str
) -> None:
    faults: list[str] = []
    for name, page in each(browser, width, scheme, public, home, state):
        page.evaluate(OPEN_ALL)
        faults += [f"{name}: {fault}" for fault in serious(page, axe)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways(browser: Browser, public: str, home: str, state: Path, width: int) -> None:
    for name, page in each(browser, width, "light", public, home, state):
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} from right to left"


def test_with_scripts_off_a_name_leads_to_a_code_and_a_code_to_how_it_stands(browser: Browser, public: str) -> None:
    page = opened(browser, 360)
    page.goto(f"{public}/why/casino.example")
    page.get_by_role("link", name="I disagree").click()
    page.get_by_role("button", name="I think this is wrong").click()
    assert "A person will look at this by" in page.locator(".lede").inner_text()
    code = "-".join(page.locator(".receipt-code span").all_inner_texts())
    page.get_by_role("link", name="See how it stands").click()
    page.get_by_label("Your code").fill(code.lower())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="casino.example gambling").wait_for()
    assert code not in page.url
    assert page.context.cookies() == []
    page.context.close()


def test_a_home_leads_to_its_publisher_with_the_name_filled_in(browser: Browser, home: str) -> None:
    page = opened(browser, 360)
    page.goto(f"{home}/appeal/casino.example")
    link = page.get_by_role("link", name="Tell those who keep the lists")
    if link.count():
        assert link.get_attribute("href") == "https://lists.example/appeal/casino.example"
    assert "Ask at home." in page.inner_text("main")  # this installation wrote that entry itself
    page.context.close()


@pytest.mark.skipif(SCREENSHOTS not in os.environ, reason=f"{SCREENSHOTS} names no folder")
def test_screenshots(browser: Browser, public: str, home: str, state: Path) -> None:
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            for name, page in each(browser, width, scheme, public, home, state):
                take_picture(page, f"appeal-{name}.{width}.{scheme}")
