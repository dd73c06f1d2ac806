"""How people add passkeys and sign in with them at a desk in tests."""

from __future__ import annotations

from typing import Any

from tests.transparency.desk.desk_site import PASSWORD, DeskSite, Reply
from tests.transparency.desk.device import Device, asked_by

ACCOUNT, SIGN_IN = "/desk/account", "/desk/sign-in"
BEGIN, ADD, REMOVE = f"{ACCOUNT}/passkey", f"{ACCOUNT}/passkey/add", f"{ACCOUNT}/passkey/remove"
BY_PASSKEY = f"{SIGN_IN}/passkey"


def begin(desk: DeskSite, **typed: str) -> Reply:
    """Password and code are shown by whoever is signed in."""
    desk.later(seconds=30)
    fields = desk.get(ACCOUNT).hidden(BEGIN) | {"name": "Telephone", "password": PASSWORD, "code": desk.code()}
    return desk.send(BEGIN, fields | typed)


def add(desk: DeskSite, device: Device, **wrong: Any) -> Reply:
    page = begin(desk)
    return desk.send(ADD, page.hidden(ADD) | device.make(asked_by(page.text), **wrong))


def added(desk: DeskSite, pseudonym: str = "ada", **of_device: Any) -> Device:
    """A device whose passkey somebody has added; nobody is signed in then."""
    device = Device(**of_device)
    assert add(desk.as_(pseudonym), device).headers["Location"] == f"{ACCOUNT}?done=added"
    desk.cookie = ""
    return device


def sign_in(desk: DeskSite, device: Device, **wrong: Any) -> Reply:
    return desk.send(BY_PASSKEY, device.use(asked_by(desk.get(SIGN_IN).text), **wrong))


def is_refused(reply: Reply) -> bool:
    assert "Set-Cookie" not in reply.headers
    return (reply.status, "That passkey did not open the desk." in reply.words) == (403, True)
