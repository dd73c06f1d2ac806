"""The page of a name and the page of a closed site in Arabic: every state, from right to left, nothing half translated.

FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each state at 360 and 1280 pixels, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from filterdns.lists.build import build_release
from filterdns.lists.revocations import Revocation, revocations_file, store_revocations
from filterdns.lists.shipped import shipped_folder
from filterdns.log.keys.life import make_log
from filterdns.log.recording.recorder import recorder_for
from filterdns.transparency.locale.texts import languages
from tests.browser.translated import strange
from tests.browser.visiting import SCREENSHOTS, serious, take_picture
from tests.browser.visiting import opened as visited
from tests.transparency.lists import OVERLAY, SETTINGS, WHEN, StoppedClock
from tests.transparency.published import MORE, ORIGIN
from tests.transparency.web.pages_process import PagesRunning

HELD = """\
- name: clinic.example
  scope: exact
  reason: {en: "Serves malicious software since this morning."}
  contact: "+00 000 0000"
  approvals: [{by: rev-17, org: university, on: 2026-12-01}, {by: rev-31, org: clinic association, on: 2026-12-01}]
  listed_on: 2026-12-01
  expires: 2026-12-04
"""
SUSPENDED = Revocation(b"bets.example", True, since="2026-11-30", reason="It reports on sports.")
AT_HOME = replace(
    SETTINGS,
    profiles=tuple(replace(profile, id=profile.id.replace("small", "age8-12")) for profile in SETTINGS.profiles),
    default_profile="age8-12",
    public_url="http://127.0.0.1",
)
STATES = {
    "listed": "/why/casino.example",
    "below": "/why/www.casino.example",
    "unlisted": "/why/nothing.example",
    "protected": "/why/blog.clinic.example",
    "held": "/why/clinic.example",
    "suspended": "/why/bets.example",
    "times": "/why/stream.example",
    "dangerous": "/why/bad.example",
    "rule": "/why/ruled.example",
    "proof": "/why/casino.example/proof",
    "no-name": "/why?name=casino,%20example",
    "numbers": "/why/192.0.2.1",
    "many": "/why?names=casino.example,clinic.example,veiled.example,x..y",
    "many-none": "/why?names=",
    "veiled": "/why/veiled.example",
    "front": "/",
    "missing": "/nowhere",
}
WIDTH = "document.documentElement.scrollWidth"
BOX = "(() => {{ const box = document.querySelector({!r}).getBoundingClientRect(); return [box.left, box.right]; }})()"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A home with a log, and with everything that a page of a name can tell."""
    folder = tmp_path_factory.mktemp("arabic")
    state, shipped = folder / "state", folder / "shipped"
    files = {**OVERLAY, **MORE, "own/gambling.more.txt": "bets.example\n", "holds.yaml": HELD}
    for name, text in files.items():
        file = folder / "overlay" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shipped.mkdir()
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    state.mkdir()
    make_log(state, ORIGIN, folder / "recovery", WHEN)
    recording = recorder_for(state, StoppedClock())
    build_release(shipped, folder / "overlay", state, WHEN, record=recording)
    recording.record_rest()
    store_revocations(revocations_file(state), [SUSPENDED])
    running = PagesRunning(state, folder / "output", AT_HOME)
    yield f"http://127.0.0.1:{running.port}"
    running.stop()


def opened(browser: Browser, width: int = 360, scheme: str = "light", locale: str = "ar-EG") -> Page:
    """A page of somebody whose browser prefers Arabic, or another language."""
    return visited(browser, width, scheme, locale=locale, scripts=True)


@pytest.fixture(scope="module")
def arabic(browser: Browser) -> Iterator[Page]:
    page = opened(browser)
    yield page
    page.context.close()


@pytest.fixture(params=[*STATES, "closed"])
def address(request: pytest.FixtureRequest, site: str) -> str:
    """The address of each state."""
    closed = site.replace("127.0.0.1", "casino.example") + "/"
    return closed if request.param == "closed" else site + STATES[request.param]


def test_every_state_is_arabic_and_fits_and_every_word_that_is_no_data_is_of_the_catalogue(
    arabic: Page, address: str, axe: str
) -> None:
    arabic.set_viewport_size({"width": 320, "height": 800})
    arabic.goto(address)
    html = arabic.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    assert arabic.evaluate("getComputedStyle(document.querySelector('main')).direction") == "rtl"
    assert arabic.evaluate(WIDTH) <= 320
    assert strange(arabic, "ar") == []
    assert serious(arabic, axe) == []


def test_the_layout_is_mirrored(arabic: Page, site: str) -> None:
    arabic.set_viewport_size({"width": 1280, "height": 800})
    arabic.goto(site + STATES["listed"])
    left, right = arabic.evaluate(BOX.format("main"))
    for start in (".brand", ".verdict", ".fates .who", "dt"):
        assert right - arabic.evaluate(BOX.format(start))[1] < 40, start
    assert arabic.evaluate(BOX.format("nav"))[0] - left < 40
    assert arabic.evaluate(BOX.format("dd"))[1] <= arabic.evaluate(BOX.format("dt"))[0]
    assert arabic.evaluate("getComputedStyle(document.querySelector('h1')).textAlign") == "end"


def test_what_people_wrote_in_english_is_said_to_be_english(arabic: Page, site: str) -> None:
    arabic.goto(site + STATES["listed"])
    english = arabic.locator("[lang=en][dir=ltr]")
    assert "Roulette for money on the front page." in english.all_inner_texts()
    assert any("You are not in trouble." in text for text in english.all_inner_texts())


def test_names_and_digests_keep_their_direction(arabic: Page, site: str) -> None:
    for state in ("listed", "proof", "many"):
        arabic.goto(site + STATES[state])
        for code in arabic.locator("main code, h1.name, .digest").all():
            assert code.evaluate("element => getComputedStyle(element).direction") == "ltr", code.inner_text()


def test_the_translation_says_who_made_it_and_leads_to_the_english_text(arabic: Page, site: str) -> None:
    arabic.goto(site + STATES["many"])
    arabic.click(".machine a")
    assert arabic.locator("html").get_attribute("lang") == "en"
    assert arabic.locator("tbody tr").count() == 4
    assert arabic.locator(".machine").count() == 0


@pytest.mark.parametrize("code", [code for code in languages() if code != "ar"])
def test_no_other_language_scrolls_sideways_either(browser: Browser, site: str, code: str) -> None:
    page = opened(browser, 320, locale=code)
    for state in ("listed", "proof", "many", "front"):
        page.goto(site + STATES[state])
        assert page.locator("html").get_attribute("lang") == code
        assert page.evaluate(WIDTH) <= 320, state
    page.context.close()


@pytest.mark.skipif(SCREENSHOTS not in os.environ, reason=f"pictures are kept where {SCREENSHOTS} says")
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("code", languages())
def test_pictures(browser: Browser, site: str, width: int, scheme: str, code: str) -> None:
    page = opened(browser, width, scheme, code)
    for state, path in {**STATES, "closed": ""}.items():
        page.goto(site + path if path else site.replace("127.0.0.1", "casino.example") + "/")
        take_picture(page, f"{code}.{state}.{width}.{scheme}")
    page.context.close()
