"""Passkeys in a real Chromium, with a device that DevTools pretends to have: made, used, refused, and never in the way.

FILTERDNS_SCREENSHOTS=FOLDER keeps a picture of each page at 360 and 1280 pixels, light and dark.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from filterdns.transparency.casebook.casebook import Casebook
from tests.browser.visiting import SCREENSHOTS, opened, serious, take_picture
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.desk.desk_site import PASSWORD, DeskSite
from tests.transparency.published import publish

SECONDS = 20
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SMALL = (
    "[...document.querySelectorAll('.button, main input:not([type=hidden])')]"
    ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
)


class LocalDesk(DeskSite):
    """Browsers know passkeys of this machine by one name alone."""

    def __init__(self, state: Path, casebook: Casebook) -> None:
        super().__init__(state, casebook)
        self.root = f"http://localhost:{self.port}"
        self._settings = replace(self._settings, public_url=self.root)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDesk]:
    state = publish(tmp_path_factory.mktemp("passkeys"))
    book = new_casebook(state)
    with LocalDesk(state, book) as site:
        yield site
    book.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser as people have it: scripts are on, and our policy holds for them."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults


class Device:
    """What holds passkeys in a page."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("WebAuthn.enable")
        self._id = self._devtools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def send(self, method: str, **parameters: Any) -> Any:
        return self._devtools.send(f"WebAuthn.{method}", {"authenticatorId": self._id, **parameters})

    @property
    def passkeys(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.send("getCredentials")["credentials"]
        return found


def sign_in(page: Page, site: LocalDesk, pseudonym: str) -> None:
    site.later(seconds=30)
    page.goto(f"{site.root}/desk/sign-in")
    page.fill("#pseudonym", pseudonym)
    show_secrets(page, site)
    page.click("main form:not(#passkey) button")
    expect(page.locator("h1")).not_to_have_text("Sign in")


def show_secrets(page: Page, site: LocalDesk) -> None:
    page.fill("#password", PASSWORD)
    page.fill("#code", site.code())


def go_on(page: Page, site: LocalDesk, name: str) -> None:
    """As far as the page on which the device makes the passkey."""
    site.later(seconds=30)
    page.goto(f"{site.root}/desk/account")
    page.fill("#name", name)
    show_secrets(page, site)
    page.click("text=Go on")


def sign_in_by_passkey(page: Page, site: LocalDesk) -> None:
    page.goto(f"{site.root}/desk/sign-in")
    page.click("text=Use a passkey")


def test_a_passkey_is_made_and_signs_in(page: Page, site: LocalDesk) -> None:
    device = Device(page)
    sign_in(page, site, "ada")
    page.click("text=Account")
    assert "You have none." in page.inner_text("main")
    go_on(page, site, "This computer")
    page.click("text=Make the passkey")
    expect(page.locator("[role=status]")).to_contain_text("The passkey is there.")
    assert "This computer" in page.inner_text(".passkeys")
    (made,) = device.passkeys
    assert (made["rpId"], made["userName"], made["isResidentCredential"]) == ("localhost", "ada", True)
    page.click("text=Sign out")
    sign_in_by_passkey(page, site)
    expect(page.locator("footer")).to_contain_text("You are ada of university")
    assert page.url == f"{site.root}/desk"
    page.goto(f"{site.root}/desk/account")
    assert "last used" in page.inner_text(".passkeys")
    (used,) = device.passkeys
    (kept,) = site.casebook.passkeys.of("ada")
    assert kept.counter == used["signCount"] > made["signCount"]


def test_a_device_makes_no_second_one_and_one_that_was_removed_opens_nothing(page: Page, site: LocalDesk) -> None:
    Device(page)
    sign_in(page, site, "bo")
    go_on(page, site, "Telephone")
    page.click("text=Make the passkey")
    expect(page.locator(".passkeys")).to_contain_text("Telephone")
    go_on(page, site, "Again")
    page.click("text=Make the passkey")
    expect(page.locator("#passkey-failed")).to_be_visible(timeout=SECONDS * 1_000)
    page.goto(f"{site.root}/desk/account")
    page.click(".passkeys button")
    expect(page.locator("[role=status]")).to_contain_text("The passkey is gone.")
    page.click("text=Sign out")
    sign_in_by_passkey(page, site)
    expect(page.locator("[role=alert]").first).to_contain_text("That passkey did not open the desk.")


def test_without_its_owner_a_device_signs_nothing(page: Page, site: LocalDesk) -> None:
    device = Device(page)
    sign_in(page, site, "cy")
    go_on(page, site, "Key")
    page.click("text=Make the passkey")
    expect(page.locator(".passkeys")).to_contain_text("Key")
    page.click("text=Sign out")
    device.send("setUserVerified", isUserVerified=False)
    sign_in_by_passkey(page, site)
    expect(page.locator("#passkey-failed")).to_be_visible(timeout=SECONDS * 1_000)
    assert page.locator("#passkey button").is_enabled()
    device.send("setUserVerified", isUserVerified=True)
    page.click("text=Use a passkey")
    expect(page.locator("footer")).to_contain_text("You are cy")


def test_a_copy_that_is_behind_is_told(page: Page, site: LocalDesk) -> None:
    device = Device(page)
    sign_in(page, site, "dee")
    go_on(page, site, "Key")
    page.click("text=Make the passkey")
    expect(page.locator(".passkeys")).to_contain_text("Key")
    page.click("text=Sign out")
    (copy,) = device.passkeys
    sign_in_by_passkey(page, site)
    expect(page.locator("footer")).to_contain_text("You are dee")
    page.click("text=Sign out")
    device.send("removeCredential", credentialId=copy["credentialId"])
    device.send("addCredential", credential=copy)
    sign_in_by_passkey(page, site)
    expect(page.locator("[role=alert]").first).to_contain_text("may have been copied")
    sign_in(page, site, "dee")
    page.goto(f"{site.root}/desk/account")
    assert "It opens nothing any more" in page.inner_text(".passkeys")


def test_a_page_that_was_open_for_long_asks_for_one_more_press(page: Page, site: LocalDesk) -> None:
    Device(page)
    sign_in(page, site, "eli")
    go_on(page, site, "Key")
    page.click("text=Make the passkey")
    expect(page.locator(".passkeys")).to_contain_text("Key")
    page.click("text=Sign out")
    page.goto(f"{site.root}/desk/sign-in")
    site.later(minutes=6)
    page.click("text=Use a passkey")
    expect(page.locator("[role=alert]").first).to_contain_text("Press the button once more")
    page.click("text=Use a passkey")
    expect(page.locator("footer")).to_contain_text("You are eli")


def test_a_browser_without_scripts_or_without_passkeys_notices_nothing(browser: Browser, site: LocalDesk) -> None:
    for scripts in (False, True):
        page = opened(browser, 360, scripts=scripts)
        page.add_init_script("delete window.PublicKeyCredential")
        sign_in(page, site, "ada")
        page.click("text=Sign out")
        assert not page.is_visible("text=passkey")
        sign_in(page, site, "ada")
        go_on(page, site, "Key")
        assert page.is_visible("text=Your browser runs no scripts") is not scripts
        assert page.is_visible("text=This browser has no passkeys") is scripts
        assert not page.is_visible("text=Make the passkey")
        page.context.close()


def test_by_another_address_of_the_same_pages_none_is_offered(page: Page, site: LocalDesk) -> None:
    page.goto(f"http://{site.host}/desk/sign-in")
    assert page.is_visible("#pseudonym")
    assert not page.is_visible("text=Use a passkey")


def every_page(page: Page, site: LocalDesk) -> Iterator[str]:
    """The pages with passkeys on them, one after the other; what each is called."""
    page.goto(f"{site.root}/desk/sign-in")
    yield "sign-in"
    sign_in(page, site, "ada")
    page.goto(f"{site.root}/desk/account")
    yield "account"
    page.fill("#name", "x")
    page.fill("#password", "wrong")
    page.fill("#code", "000000")
    page.click("text=Go on")
    yield "account-refused"
    go_on(page, site, "Key of the whole office, in the drawer")
    yield "make"
    page.evaluate("document.getElementById('passkey-failed').hidden = false")
    yield "make-failed"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_pages_with_passkeys_fit_and_axe_finds_nothing(
    browser: Browser, site: LocalDesk, axe: str, width: int, scheme: str
) -> None:
    page = opened(browser, width, scheme, scripts=True)
    faults: list[str] = []
    for name in every_page(page, site):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert not page.evaluate(SMALL), name
        faults += serious(page, axe)
        if SCREENSHOTS in os.environ:
            take_picture(page, f"passkeys_{name}.{width}.{scheme}")
    page.context.close()
    assert not faults
