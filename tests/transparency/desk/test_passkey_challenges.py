"""What a passkey has to sign, and the octets of strangers in which its answer comes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filterdns.transparency.desk import ceremonies, passkey_challenges
from filterdns.transparency.desk.base64url import parse_base64url, write_base64url
from filterdns.transparency.desk.device_answers import Made, NotProved, Used
from filterdns.transparency.desk.passkey_challenges import ADD, GOOD_SECONDS, SIGN_IN, Challenges, Verdict
from filterdns.transparency.desk.passkeys import NOBODYS
from filterdns.transparency.desk.relying import RelyingParty

PARTY = RelyingParty("lists.example", "https://lists.example")
CLIENT = b'{"type": "webauthn.get", "challenge": "YQ", "origin": "https://lists.example"}'


def test_a_challenge_is_good_for_its_time_purpose_session_and_process() -> None:
    ours = Challenges()
    given = ours.new(ADD, 1_000.0, "token")
    assert ours.judge(given, ADD, 1_000.0, "token") is Verdict.GOOD
    assert ours.judge(given, ADD, 1_000.0 + GOOD_SECONDS - 0.01, "token") is Verdict.GOOD
    assert ours.judge(given, ADD, 1_000.0 + GOOD_SECONDS, "token") is Verdict.OLD
    assert ours.judge(given, ADD, 999.0, "token") is Verdict.OLD  # from the future
    for purpose, session in ((SIGN_IN, "token"), (ADD, ""), (ADD, "other"), ("", "add\0token")):
        assert ours.judge(given, purpose, 1_000.0, session) is Verdict.FOREIGN
    assert Challenges().judge(given, ADD, 1_000.0, "token") is Verdict.FOREIGN


@given(st.integers(0, 47), st.integers(1, 255), st.binary(max_size=64))
def test_no_octet_of_it_can_be_another(at: int, change: int, other: bytes) -> None:
    ours = Challenges(b"k" * 32)
    given = bytearray(ours.new(SIGN_IN, 5.0))
    assert len(given) == 48
    given[at] ^= change
    for forged in (bytes(given), bytes(given[:at]), bytes(given) + b"x", other):
        assert ours.judge(forged, SIGN_IN, 5.0) is Verdict.FOREIGN


def test_what_was_spent_is_remembered_for_as_long_as_it_could_be_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkey_challenges, "MOST_SPENT", 3)
    ours = Challenges()
    given = [ours.new(SIGN_IN, 0.0) for _ in range(4)]
    assert [ours.spend(each, 1.0) for each in given] == [True, True, True, False]  # not forgotten for the fourth
    assert not ours.spend(given[0], 2.0)
    assert ours.judge(given[0], SIGN_IN, 2.0) is Verdict.SPENT
    assert ours.judge(given[3], SIGN_IN, 2.0) is Verdict.GOOD
    assert ours.spend(ours.new(SIGN_IN, GOOD_SECONDS), 1.0 + GOOD_SECONDS)


@given(st.binary(max_size=200))
def test_octets_come_back_from_their_text_which_is_one(octets: bytes) -> None:
    text = write_base64url(octets)
    assert parse_base64url(text) == octets
    for other in (text + "=", text + "\n", " " + text, text + "A" if len(text) % 4 == 0 else "+" + text):
        with pytest.raises(ValueError, match="base64url"):
            parse_base64url(other)


OCTETS = st.one_of(
    st.binary(max_size=120),
    st.binary(max_size=80).map(lambda tail: bytes(32) + b"\xc5" + bytes(4) + tail),
    st.sampled_from([CLIENT, b"\x81" * 9_000, b"\xbf" * 9_000, b"[" * 9_000, b"{}", b"null", b"\xff"]),
).map(write_base64url)


@given(OCTETS, OCTETS, OCTETS, OCTETS)
@example(write_base64url(b"i"), write_base64url(CLIENT), write_base64url(bytes(37)), "")
def test_whatever_strangers_send_proves_nothing(id: str, client: str, first: str, second: str) -> None:
    with pytest.raises(NotProved):
        ceremonies.check_used(Used(id, client, first, second, ""), b"a", PARTY, NOBODYS)
    with pytest.raises(NotProved):
        ceremonies.check_made(Made(id, client, first), b"a", PARTY)
    try:
        assert isinstance(ceremonies.challenge_of(client), bytes)
    except NotProved:
        pass
