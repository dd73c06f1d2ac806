"""Disagreeing and suggesting in Arabic, from the form to how it stands, with nothing half translated or lost.

FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each page at 360 and 1280 pixels, light and dark, in every language.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from filterdns.transparency.locale.texts import languages
from tests.browser.test_appeals import SUGGESTION, decided, home, public, state
from tests.browser.test_right_to_left import WIDTH, opened
from tests.browser.translated import strange
from tests.browser.visiting import OPEN_ALL, SCREENSHOTS, serious, take_picture

__all__ = ("home", "public", "state")  # fixtures


def send(page: Page, address: str, **typed: str) -> None:
    page.goto(address)
    for closed in page.locator("main form details:not([open]) summary").all():
        closed.click()
    for name, text in typed.items():
        field = page.locator(f"main [name={name}]").first
        if name == "category":
            field.select_option(text)
        else:
            field.fill(text)
    page.locator("main form button").first.click()


def appeal(page: Page, public: str, name: str = "casino.example") -> str:
    send(page, f"{public}/appeal/{name}")
    return "-".join(page.locator(".receipt-code span").all_inner_texts())


def ask(page: Page, public: str) -> None:
    send(page, f"{public}/appeal/status", code=appeal(page, public))


Step = Callable[[Page, str], object]
STEPS: dict[str, Step] = {
    "name": lambda page, public: page.goto(f"{public}/appeal"),
    "form": lambda page, public: page.goto(f"{public}/appeal/www.casino.example"),
    "veiled": lambda page, public: page.goto(f"{public}/appeal/shock.example"),
    "unlisted": lambda page, public: page.goto(f"{public}/appeal/nothing.example"),
    "household": lambda page, public: page.goto(f"{public}/appeal/both.example"),
    "protected": lambda page, public: page.goto(f"{public}/appeal/clinic.example"),
    "problem": lambda page, public: send(page, f"{public}/appeal/casino.example", email="nobody@x"),
    "received": appeal,
    "code": lambda page, public: page.goto(f"{public}/appeal/status"),
    "no-code": lambda page, public: send(page, f"{public}/appeal/status", code="ABCDE ABCDE ABCD"),
    "status": ask,
    "suggest": lambda page, public: page.goto(f"{public}/suggest"),
    "suggest-again": lambda page, public: send(page, f"{public}/suggest", **SUGGESTION | {"name": "com"}),
    "suggested": lambda page, public: send(page, f"{public}/suggest", **SUGGESTION),
    "suggest-known": lambda page, public: send(page, f"{public}/suggest", **SUGGESTION | {"name": "casino.example"}),
}
AT_HOME = ("/appeal/casino.example", "/appeal/bücher.example", "/appeal/nothing.example", "/suggest", "/appeal")


def check(page: Page, axe: str, what: str) -> None:
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl"), what
    assert page.evaluate(WIDTH) <= 320, what
    assert strange(page, "ar") == [], what
    page.evaluate(OPEN_ALL)
    assert page.evaluate(WIDTH) <= 320, what
    assert serious(page, axe) == [], what


@pytest.fixture(scope="module")
def arabic(browser: Browser) -> Page:
    return opened(browser, 320)


@pytest.mark.parametrize("step", STEPS)
def test_every_form_and_answer_is_arabic(arabic: Page, public: str, axe: str, step: str) -> None:
    STEPS[step](arabic, public)
    check(arabic, axe, step)


def test_what_was_decided_is_told_in_arabic(arabic: Page, public: str, state: Path, axe: str, browser: Browser) -> None:
    english = opened(browser, locale="en")
    decided(english, public, state)
    code = english.locator("input[name=code]").first.get_attribute("value") or ""
    english.context.close()
    send(arabic, f"{public}/appeal/status", code=code)
    check(arabic, axe, "decided")


def test_a_home_leads_on_in_arabic(arabic: Page, home: str, axe: str) -> None:
    for path in AT_HOME:
        arabic.goto(home + path)
        check(arabic, axe, path)


def test_a_language_that_was_chosen_stays_from_the_look_up_to_the_answer(browser: Browser, public: str) -> None:
    page = opened(browser, locale="en")
    page.goto(f"{public}/appeal")
    page.locator(".languages a[lang=th]").click()
    page.fill("main [name=name]", "casino.example")
    page.locator("main form button").first.click()
    page.wait_for_url("**/appeal/casino.example?lang=th")
    page.locator(".big-button").click()
    assert page.locator("html").get_attribute("lang") == "th"
    assert page.locator(".receipt-code span").count() == 3
    assert page.locator(".languages").count() == 0  # it would lead away from the code
    page.locator(".onwards a").first.click()
    assert page.locator("html").get_attribute("lang") == "th"
    page.context.close()


@pytest.mark.skipif(SCREENSHOTS not in os.environ, reason=f"pictures are kept where {SCREENSHOTS} says")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", languages())
def test_pictures(browser: Browser, public: str, width: int, scheme: str, code: str) -> None:
    page = opened(browser, width, scheme, code)
    for step, go in STEPS.items():
        go(page, public)
        take_picture(page, f"{code}.appeal-{step}.{width}.{scheme}")
    page.context.close()
