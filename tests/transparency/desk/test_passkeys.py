"""Passkeys at the desk: what adds one and signs in with it, and everything that does not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from filterdns.transparency.desk.base64url import write_base64url
from filterdns.transparency.desk.passkeys import NOBODYS
from tests.transparency.desk.by_passkey import (
    ACCOUNT,
    ADD,
    BY_PASSKEY,
    SIGN_IN,
    add,
    added,
    begin,
    is_refused,
    sign_in,
)
from tests.transparency.desk.desk_site import PASSWORD, DeskSite
from tests.transparency.desk.device import ATTESTED, PRESENT, VERIFIED, Device, asked_by, octets_of
from tests.transparency.desk.test_entrance import without_challenge


@pytest.mark.parametrize("of_device", [{}, {"kind": "ed"}, {"counter": None}, {"id": b"i" * 1_023}])
def test_a_passkey_is_added_and_signs_in_as_password_and_code_do(desk: DeskSite, of_device: dict[str, Any]) -> None:
    device = added(desk, **of_device)
    for _ in range(2):
        reply = sign_in(desk, device)
        assert (reply.status, reply.headers["Location"]) == (303, "/desk")
        assert all(word in reply.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
        assert "You are ada of university" in desk.get("/desk").words
        desk.later(minutes=61)
        assert desk.get("/desk").status == 303  # the session ends as any does
    (kept,) = desk.casebook.passkeys.of("ada")
    assert (kept.name, kept.counter, kept.doubted) == ("Telephone", device.counter or 0, None)
    assert "last used" in desk.as_("ada").get(ACCOUNT).words


def test_what_a_page_asks_for_names_nobody_and_wants_the_owner_to_be_there(desk: DeskSite) -> None:
    device = added(desk)
    first, second = (asked_by(desk.get(SIGN_IN).text) for _ in range(2))
    assert first.pop("challenge") != second.pop("challenge")
    assert first == second == {"rpId": "lists.example", "timeout": 300_000, "userVerification": "required"}
    asked = asked_by(begin(desk.as_("ada")).text)
    assert asked["rp"]["id"] == "lists.example"
    assert asked["excludeCredentials"] == [{"type": "public-key", "id": write_base64url(device.id)}]
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["attestation"] == "none"


WRONG_WAYS: dict[str, dict[str, Any]] = {
    "wrong origin": {"client": {"origin": "https://lists.example.evil.example"}},
    "the origin without TLS": {"client": {"origin": "http://lists.example"}},
    "another port": {"client": {"origin": "https://lists.example:8443"}},
    "below": {"client": {"origin": "https://www.lists.example"}},
    "in capitals": {"client": {"origin": "https://LISTS.example"}},
    "in a frame": {"client": {"crossOrigin": True}},
    "of the other ceremony": {"client": {"type": "payment.get"}},
    "no owner": {"flags": PRESENT},
    "nobody there": {"flags": VERIFIED},
    "a challenge of nobody": {"client": {"challenge": "A" * 64}},
    "no challenge": {"client": {"challenge": ""}},
    "a number for a challenge": {"client": {"challenge": 7}},
}


def test_a_wrong_signature_lets_nobody_in(desk: DeskSite) -> None:
    device = added(desk)
    for way, wrong in WRONG_WAYS.items():
        assert is_refused(sign_in(desk, device, **wrong)), way
        assert sign_in(desk, device).status == 303
        desk.cookie = ""


def test_a_wrong_answer_adds_nothing(desk: DeskSite) -> None:
    desk.as_("ada")
    for way, wrong in WRONG_WAYS.items():
        with_key = wrong | ({"flags": wrong["flags"] | ATTESTED} if "flags" in wrong else {})
        reply = add(desk, Device(), **with_key)
        assert (reply.status, "did not make a passkey" in reply.words) == (422, True), way
    assert desk.casebook.passkeys.of("ada") == []


def test_a_passkey_for_another_party_is_none_of_ours(desk: DeskSite) -> None:
    for party in ("example", "www.lists.example", "evil.example", ""):
        assert add(desk.as_("ada"), Device(party=party)).status == 422
    device = added(desk)
    device.party = "evil.example"
    assert is_refused(sign_in(desk, device))


NO_KEYS: tuple[dict[str, Any], ...] = (
    {"key": {1: 2, 3: -7, -1: 1, -2: b"\1" * 32, -3: b"\2" * 32}},  # not on the curve
    {"key": {1: 2, 3: -36, -1: 3, -2: b"\1" * 66, -3: b"\2" * 66}},
    *({"key": key} for key in ({}, [], 0, None, "x")),
    {"attested": {"fmt": "fido-u2f"}},
    {"attested": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"", "x5c": [b""]}}},
    {"attested": {"fmt": "packed", "attStmt": {"alg": -7, "sig": b"wrong"}}},
    {"attested": {"fmt": "none", "attStmt": {"sig": b"x"}}},
    *({"attested": wrong} for wrong in ({"fmt": 5}, {"authData": b"short"}, {"authData": None}, {"attStmt": None})),
)


def test_keys_and_attestations_that_are_none_are_not_kept(desk: DeskSite) -> None:
    desk.as_("ada")
    for wrong in NO_KEYS:
        assert add(desk, Device(), **wrong).status == 422, wrong
    for id in (b"", b"i" * 1_024):
        assert add(desk, Device(id=id)).status == 422
    page = begin(desk)
    another = {"id": write_base64url(b"another than in what was made")}
    assert desk.send(ADD, page.hidden(ADD) | Device().make(asked_by(page.text)) | another).status == 422
    assert desk.casebook.passkeys.of("ada") == []


def test_a_device_that_brings_a_certificate_of_its_maker_is_not_asked_to(desk: DeskSite) -> None:
    assert add(desk.as_("ada"), Device(), says="maker").status == 422
    assert add(desk, Device(), says="itself").status == 303
    assert len(desk.casebook.passkeys.of("ada")) == 1


@pytest.mark.parametrize("name", ["id", "client", "authenticator", "signature", "user"])
def test_octets_of_strangers_do_nothing(desk: DeskSite, name: str) -> None:
    device = added(desk)
    for said in ("", "%%%", "A", "AB", "////", "\0", "é", "A" * 9_000, "gYGBgYGB" * 1_000):
        fields = device.use(asked_by(desk.get(SIGN_IN).text))
        assert is_refused(desk.send(BY_PASSKEY, fields | {name: said})), said
        desk.later(hours=1)  # wrong tries are forgotten


def test_what_was_signed_once_is_good_once(desk: DeskSite) -> None:
    device = added(desk, counter=None)
    fields = device.use(asked_by(desk.get(SIGN_IN).text))
    assert desk.send(BY_PASSKEY, fields).status == 303
    assert is_refused(desk.send(BY_PASSKEY, fields))
    again = device.use({"challenge": json.loads(octets_of(fields, "client"))["challenge"]})
    assert is_refused(desk.send(BY_PASSKEY, again))  # signed anew, for the same page
    page = begin(desk.as_("ada"))
    asked = asked_by(page.text)
    assert desk.send(ADD, page.hidden(ADD) | Device().make(asked)).status == 303
    assert desk.send(ADD, page.hidden(ADD) | Device().make(asked)).status == 422


def test_what_was_asked_too_long_ago_is_told_and_opens_nothing(desk: DeskSite) -> None:
    device = added(desk)
    asked = asked_by(desk.get(SIGN_IN).text)
    desk.later(seconds=299)
    assert desk.send(BY_PASSKEY, device.use(asked)).status == 303
    desk.cookie = ""
    asked = asked_by(desk.get(SIGN_IN).text)
    desk.later(seconds=300)
    reply = desk.send(BY_PASSKEY, device.use(asked))
    assert (reply.status, "Press the button once more" in reply.words) == (422, True)
    assert desk.send(BY_PASSKEY, device.use(asked_by(reply.text))).status == 303
    page = begin(desk.as_("ada"))
    desk.later(seconds=300)
    assert "five minutes" in desk.send(ADD, page.hidden(ADD) | Device().make(asked_by(page.text))).words


def test_a_page_for_one_thing_is_good_for_no_other_and_for_no_other_session(desk: DeskSite) -> None:
    device = added(desk)
    to_add = begin(desk.as_("ada"))
    assert is_refused(desk.send(BY_PASSKEY, device.use(asked_by(to_add.text))))
    to_sign_in = asked_by(desk.get(SIGN_IN).text)
    made = Device().make(asked_by(to_add.text) | {"challenge": to_sign_in["challenge"]})
    assert desk.send(ADD, to_add.hidden(ADD) | made).status == 422
    for pseudonym in ("ada", "bo"):  # another session of the same person, and somebody else's
        theirs = begin(desk.as_(pseudonym)).hidden(ADD)
        assert desk.send(ADD, theirs | Device().make(asked_by(to_add.text))).status == 422
    assert len(desk.casebook.passkeys.of("ada")) == 1


def test_a_passkey_signs_in_its_owner_alone(desk: DeskSite) -> None:
    of_ada, of_bo = added(desk), added(desk, "bo")
    of_bo.user, mine = of_ada.user, of_bo.user
    assert is_refused(sign_in(desk, of_bo))
    of_bo.user, of_bo.id, own = mine, of_ada.id, of_bo.id
    assert is_refused(sign_in(desk, of_bo))  # signed by the one for the other
    of_bo.id = own
    assert sign_in(desk, of_bo).status == 303
    assert "You are bo of" in desk.get("/desk").words


def test_a_passkey_that_somebody_has_is_added_for_nobody_else(desk: DeskSite) -> None:
    of_ada = added(desk)
    for pseudonym in ("bo", "ada"):
        stolen = Device(id=of_ada.id)
        assert "here already" in add(desk.as_(pseudonym), stolen).words
    desk.cookie = ""
    assert sign_in(desk, of_ada).status == 303


def test_of_an_unknown_passkey_nothing_is_told(desk: DeskSite) -> None:
    known, unknown = added(desk), Device(user=write_base64url(b"u" * 32))
    wrong = sign_in(desk, known, flags=PRESENT)
    other = sign_in(desk, unknown)
    assert is_refused(other)
    assert without_challenge(other.text) == without_challenge(wrong.text)
    assert other.headers.keys() == wrong.headers.keys()


def test_the_key_that_is_worked_on_for_nobody_lets_nobody_in(desk: DeskSite) -> None:
    """Its private half is 1, so anybody can sign with it, and such a signature is right."""
    device = Device(user=write_base64url(b"u" * 32))
    device._ec = ec.derive_private_key(1, ec.SECP256R1())
    assert cbor2.loads(NOBODYS) == device._cose()
    assert is_refused(sign_in(desk, device))


@pytest.mark.parametrize("behind", [0, 1, 5])
def test_a_counter_that_goes_back_is_told_and_ends_the_passkey(desk: DeskSite, behind: int) -> None:
    device = added(desk, counter=6)
    copy = replace(device)
    copy._ec = device._ec
    assert sign_in(desk, device).status == 303
    copy.counter = 6 - behind
    signed_in, desk.cookie = desk.cookie, ""
    reply = sign_in(desk, copy)
    desk.cookie = signed_in
    assert desk.get("/desk").status == 303  # it may have been the copy
    desk.cookie = ""
    assert (reply.status, "may have been copied" in reply.words) == (422, True)
    assert "Set-Cookie" not in reply.headers
    assert "may have been copied" in sign_in(desk, device).words  # nobody knows which of the two is the copy
    assert "its counter went back. It opens nothing any more." in desk.as_("ada").get(ACCOUNT).words


def test_wrong_passkeys_make_the_next_wait_as_wrong_passwords_do(desk: DeskSite) -> None:
    device = added(desk)
    for _ in range(5):
        assert is_refused(sign_in(desk, device, flags=PRESENT))
    reply = sign_in(desk, device)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")
    elsewhere = {"X_Forwarded_For": "192.0.2.7", "Host": "lists.example", "Origin": "https://lists.example"}
    for number in range(5):
        fields = Device(id=bytes([number])).use({"challenge": ""})
        assert desk.send(BY_PASSKEY, fields, **elsewhere).status == 403
    typed = {"pseudonym": "ada", "password": PASSWORD, "code": desk.code(1)}
    assert desk.send(SIGN_IN, typed, **elsewhere).status == 429  # one door, one count of an address
    assert desk.send(SIGN_IN, typed).status == 303


def test_who_guesses_at_a_password_does_not_keep_a_passkey_out(desk: DeskSite) -> None:
    device = added(desk)
    for _ in range(6):
        desk.send(SIGN_IN, {"pseudonym": "ada", "password": "x", "code": "000000"})
    assert desk.send(SIGN_IN, {"pseudonym": "ada", "password": "x", "code": "000000"}).status == 429
    assert sign_in(desk, device).status == 303


def test_one_signature_sent_many_times_at_once_begins_one_session(desk: DeskSite) -> None:
    device = added(desk, counter=None)
    fields = device.use(asked_by(desk.get(SIGN_IN).text))
    with ThreadPoolExecutor(6) as thieves:
        replies = list(thieves.map(lambda _: desk.send(BY_PASSKEY, fields), range(6)))
    assert [reply.status for reply in replies].count(303) == 1


@pytest.mark.parametrize("way", ["renew", "remove"])
def test_passkeys_end_with_the_seat_and_with_new_secrets(desk: DeskSite, way: str) -> None:
    device = added(desk)
    if way == "renew":
        desk.casebook.people.set_secrets("ada", password="$setup$until=1$" + "0" * 64, totp="A" * 32)
    else:
        desk.casebook.people.remove("ada", desk.clock.when())
    assert is_refused(sign_in(desk, device))
