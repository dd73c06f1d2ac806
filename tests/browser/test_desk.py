"""The desk in a real Chromium: it can be read and used by anyone, at any size, in light and dark, without scripts.

FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each page at 360 and 1280 pixels, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.visiting import OPEN_ALL, SCREENSHOTS, opened, serious, take_picture
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.desk.desk_site import LISTING, PASSWORD, DeskSite, ask
from tests.transparency.desk.filled import fill
from tests.transparency.published import publish

SMALL = (
    "[...document.querySelectorAll('.button, select, main input:not([type=hidden]):not([type=checkbox])')]"
    ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
)

PUBLIC = ("/numbers", "/why/short.example", "/why/both.example", "/process")  # with what a casebook adds to them


@dataclass
class Filled:
    site: DeskSite
    cases: dict[str, int]

    @property
    def root(self) -> str:
        return f"http://{self.site.host}"

    @property
    def paths(self) -> list[str]:
        return [
            "/desk",
            "/desk?whose=free",
            "/desk/propose",
            "/desk/valve",
            "/desk/account",
            "/desk/case/9999",  # there is none
            *map("/desk/case/{}".format, self.cases.values()),
            *PUBLIC,
        ]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    state = publish(tmp_path_factory.mktemp("desk"))
    book = new_casebook(state)
    with DeskSite(state, book) as site:
        yield Filled(site, fill(site))
    book.close()


def signed_in(page: Page, filled: Filled, pseudonym: str) -> Page:
    name, _, value = filled.site.as_(pseudonym).cookie.partition("=")
    page.context.add_cookies([{"name": name, "value": value, "url": filled.root}])
    return page


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_every_page_fits_and_axe_finds_nothing(
    browser: Browser, filled: Filled, axe: str, width: int, scheme: str
) -> None:
    page = opened(browser, width, scheme, scripts=True)
    faults: list[str] = []
    for path in ("/desk/sign-in", "/desk/set-up"):
        page.goto(filled.root + path)
        faults += serious(page, axe)
    page.goto(filled.root + "/desk/sign-in")
    page.fill("#pseudonym", "nobody")
    page.fill("#password", PASSWORD)
    page.fill("#code", "123456")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.title().startswith("Not signed in")
    faults += serious(page, axe)
    signed_in(page, filled, "ada" if width == 360 else "eli")
    for path in filled.paths:
        page.goto(filled.root + path)
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert path in PUBLIC or not page.evaluate(SMALL), path
        faults += serious(page, axe)
    signed_in(page, filled, "cy")
    page.goto(f"{filled.root}/desk/case/{filled.cases['proposal']}")
    fill_in(page, LISTING)
    assert page.title().startswith("Sure?")
    faults += serious(page, axe)
    page.context.close()
    assert not faults


def fill_in(page: Page, typed: Mapping[str, str]) -> None:
    """What the listing of a name asks for, on the page of a case."""
    page.click("#approve > summary")
    for name, value in typed.items():
        field = page.locator(f"#approve-{name}")
        if name == "grade":
            field.select_option(value)
        else:
            field.fill(value)
    page.click("#approve button")


@pytest.mark.skipif(SCREENSHOTS not in os.environ, reason=f"pictures are kept where {SCREENSHOTS} says")
def test_pictures_are_kept_for_whoever_asks(browser: Browser, filled: Filled) -> None:
    for width in (360, 1280):
        for scheme in ("light", "dark"):
            page = opened(browser, width, scheme)
            page.goto(filled.root + "/desk/sign-in")
            take_picture(page, f"desk_sign-in.{width}.{scheme}")
            signed_in(page, filled, "cy")
            for path in filled.paths:
                page.goto(filled.root + path)
                name = path.strip("/").replace("/", "_").replace("?", "_")
                take_picture(page, f"{name}.{width}.{scheme}")
            page.context.close()


def test_two_people_sign_in_and_close_a_name_without_scripts(browser: Browser, filled: Filled) -> None:
    case = ask(filled.site.casebook, "roulette.example", kind="proposal")
    for pseudonym, last in (("bo", False), ("cy", True)):
        page = opened(browser, 360)
        page.goto(filled.root + "/desk")
        assert page.url.endswith("/desk/sign-in")
        page.fill("#pseudonym", pseudonym)
        page.fill("#password", PASSWORD)
        page.fill("#code", filled.site.code())
        page.get_by_role("button", name="Sign in", exact=True).click()
        assert page.url.endswith("/desk")
        page.goto(f"{filled.root}/desk/case/{case.id}")
        fill_in(page, LISTING)
        assert "?" in page.inner_text("h1")
        page.click("main form button")
        assert ("It is decided." if last else "Your word is there.") in page.inner_text("main")
        page.context.close()
    assert filled.site.casebook.case(case.id).outcome == "listed"
