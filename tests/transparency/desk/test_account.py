"""The page of one's own account, where passkeys may be added, and where the one script runs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.passkeys import MOST_OF_A_PERSON
from filterdns.transparency.desk import passkeys as passkeys_module
from filterdns.transparency.desk.base64url import write_base64url
from filterdns.transparency.desk.relying import RelyingParty, relying_party
from filterdns.transparency.desk.sessions import seal
from filterdns.transparency.web.headers import HEADERS
from tests.transparency.desk.by_passkey import (
    ACCOUNT,
    ADD,
    BEGIN,
    BY_PASSKEY,
    REMOVE,
    SIGN_IN,
    add,
    added,
    begin,
    is_refused,
    sign_in,
)
from tests.transparency.desk.desk_site import PUBLISHER, DeskSite
from tests.transparency.desk.device import Device, asked_by

BEFORE = HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("typed", [{"password": "x"}, {"code": "000000"}, {"password": ""}])
def test_an_open_browser_alone_adds_nothing(desk: DeskSite, typed: dict[str, str]) -> None:
    reply = begin(desk.as_("ada"), **typed)
    assert (reply.status, "That was not right" in reply.words) == (403, True)
    assert "data-asked" not in reply.text
    assert begin(desk, name=" ").status == begin(desk, name="x" * 41).status == begin(desk, name="a\nb").status == 422


def test_whoever_is_signed_in_shows_their_own_password_and_nobody_elses(desk: DeskSite) -> None:
    asked = asked_by(begin(desk.as_("bo"), pseudonym="ada").text)
    assert asked["user"]["name"] == "bo"


def test_nobody_has_more_than_five(desk: DeskSite) -> None:
    devices = [added(desk) for _ in range(MOST_OF_A_PERSON - 1)]
    first, second = begin(desk.as_("ada")), begin(desk)
    assert desk.send(ADD, first.hidden(ADD) | Device().make(asked_by(first.text))).status == 303
    late = desk.send(ADD, second.hidden(ADD) | Device().make(asked_by(second.text)))
    assert (late.status, "which is the most" in late.words) == (422, True)
    assert not desk.get(ACCOUNT).has_form(BEGIN)
    gone = {"token": seal(desk.cookie.partition("=")[2], REMOVE), "id": write_base64url(devices[0].id)}
    assert desk.send(REMOVE, gone).headers["Location"] == f"{ACCOUNT}?done=removed"
    assert len(desk.casebook.passkeys.of("ada")) == MOST_OF_A_PERSON - 1
    desk.cookie = ""
    assert is_refused(sign_in(desk, devices[0]))
    assert sign_in(desk, devices[1]).status == 303


def test_who_removes_a_passkey_is_signed_out_where_it_may_be(desk: DeskSite) -> None:
    device = added(desk)
    assert sign_in(desk, device).status == 303
    with_lost, with_bo = desk.cookie, desk.as_("bo").cookie
    form = desk.as_("ada").get(ACCOUNT).hidden(REMOVE)
    assert desk.send(REMOVE, form).status == 303
    assert "signed out everywhere else" in desk.get(f"{ACCOUNT}?done=removed").words
    for cookie, status in ((with_lost, 303), (with_bo, 200)):
        desk.cookie = cookie
        assert desk.get("/desk").status == status


def test_nobody_removes_what_is_somebody_elses(desk: DeskSite) -> None:
    device = added(desk)
    added(desk, "bo")
    form = desk.as_("bo").get(ACCOUNT).hidden(REMOVE)
    for id in (write_base64url(device.id), "", "%", "A"):
        assert desk.send(REMOVE, form | {"id": id}).status == 303
    assert len(desk.casebook.passkeys.of("ada")) == len(desk.casebook.passkeys.of("bo")) == 1


def test_two_pages_run_our_file_and_nothing_else(desk: DeskSite) -> None:
    for page in (desk.get(SIGN_IN), begin(desk.as_("ada"))):
        assert page.headers["Content-Security-Policy"] == BEFORE + "; script-src 'self'"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.text.count("<script") == page.text.count('<script src="/filterdns-passkeys-') == 1
        address = page.text.partition('<script src="')[2].partition('"')[0]
        script = desk.get(address)
        assert (script.status, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
        assert "immutable" in script.headers["Cache-Control"]
        assert not any(
            word in script.text for word in ("innerHTML", "eval", "fetch(", "http", "cookie", "localStorage")
        )
    for path in (ACCOUNT, "/desk", "/desk/set-up"):
        page = desk.get(path)
        assert page.headers["Content-Security-Policy"] == BEFORE
        assert "<script" not in page.text
    page = add(desk, Device(), key={})
    assert (page.status, page.headers["Content-Security-Policy"]) == (422, BEFORE)


@pytest.mark.parametrize("address", ["http://lists.example", "https://192.0.2.1", "http://127.0.0.1:8053"])
def test_where_browsers_know_no_passkeys_there_is_no_script(desk_state: Path, casebook: Casebook, address: str) -> None:
    with DeskSite(desk_state, casebook, settings=replace(PUBLISHER, public_url=address)) as site:
        is_without_passkeys(site)


def test_without_the_library_the_desk_is_as_it_was(
    desk_state: Path, casebook: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkeys_module, "LIBRARY", "a_library_that_nobody_has")
    with DeskSite(desk_state, casebook) as site:
        is_without_passkeys(site)


def is_without_passkeys(site: DeskSite) -> None:
    page = site.get(SIGN_IN)
    assert (page.status, "passkey" in page.text) == (200, False)
    assert page.headers["Content-Security-Policy"] == BEFORE
    assert site.send(BY_PASSKEY, {"id": "A"}).status == 405
    page = site.as_("ada").get(ACCOUNT)
    assert "None can be added here" in page.words
    assert not page.has_form(BEGIN)


@pytest.mark.parametrize(
    ("address", "party"),
    [("https://lists.example", RelyingParty("lists.example", "https://lists.example")),
     ("https://Lists.Example:443/", RelyingParty("lists.example", "https://lists.example")),
     ("https://lists.example:8443", RelyingParty("lists.example", "https://lists.example:8443")),
     ("http://localhost:8053", RelyingParty("localhost", "http://localhost:8053")),
     ("http://localhost:80", RelyingParty("localhost", "http://localhost")),
     ("http://filter.home.arpa", None), ("https://[2001:db8::1]", None), ("https://", None)],
)  # fmt: skip
def test_the_party_is_the_host_of_the_public_address(address: str, party: RelyingParty | None) -> None:
    assert relying_party(address) == party


def test_the_library_is_imported_when_a_device_first_says_something() -> None:
    program = """
import sys
import filterdns.transparency.desk.desk
print(*sorted({"webauthn", "OpenSSL", "cbor2"} & sys.modules.keys()))
import filterdns.transparency.desk.ceremonies
print(*sorted({"webauthn", "OpenSSL", "cbor2"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "OpenSSL cbor2 webauthn"]
