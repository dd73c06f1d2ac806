from __future__ import annotations

import asyncio
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk import passwords
from filterdns.transparency.desk.accounts import MOST_WAITING, Accounts, Refused, Typed, new_account
from filterdns.transparency.desk.sessions import PLAIN_COOKIE, TLS_COOKIE
from filterdns.transparency.desk.tries import Tries, TryLimits
from tests.transparency.desk.desk_site import PASSWORD, PUBLISHER, SECRET, DeskSite, Reply, ask, person
from tests.transparency.lists import WHEN

DESK_PATHS = ("/desk", "/desk/account", "/desk/valve", "/desk/propose", "/desk/case/1", "/desk/case/99")
FORMS = (
    "/desk/sign-out", "/desk/account/passkey", "/desk/account/passkey/add", "/desk/account/passkey/remove",
    "/desk/valve", "/desk/propose", "/desk/case/1/remove", "/desk/case/1/take",
)  # fmt: skip


def sign_in(desk: DeskSite, **typed: str) -> Reply:
    return desk.send("/desk/sign-in", {"pseudonym": "ada", "password": PASSWORD, "code": desk.code()} | typed)


def test_the_right_three_open_the_door(desk: DeskSite) -> None:
    reply = sign_in(desk)
    assert (reply.status, reply.headers["Location"]) == (303, "/desk")
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith(f"{PLAIN_COOKIE}=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie
    assert "0 cases wait" in desk.get("/desk").words


def test_over_tls_the_cookie_is_bound_to_the_host(desk: DeskSite) -> None:
    host = {"Host": "lists.example", "Origin": "https://lists.example", "X-Forwarded-For": "192.0.2.7"}
    fields = {"pseudonym": "ada", "password": PASSWORD, "code": desk.code()}
    reply = desk.send("/desk/sign-in", fields, **host)
    assert reply.status == 303
    assert reply.headers["Set-Cookie"].startswith(f"{TLS_COOKIE}=")
    assert "Secure" in reply.headers["Set-Cookie"]
    assert desk.get("/desk", Host="lists.example", X_Forwarded_For="192.0.2.7").status == 200


def test_over_plain_http_from_elsewhere_there_is_no_desk(desk_state: Path, casebook: Casebook) -> None:
    settings = replace(PUBLISHER, public_url="http://lists.example")
    with DeskSite(desk_state, casebook, settings=settings) as site:
        for path in ("/desk", "/desk/sign-in", "/desk/set-up"):
            reply = site.as_("ada").get(path, Host="lists.example", X_Forwarded_For="192.0.2.7")
            assert reply.status == 403
            assert "safe way" in reply.words
        assert site.get("/desk").status == 200  # on the machine itself


@pytest.mark.parametrize(
    "wrong",
    [{"password": PASSWORD + "x"}, {"password": ""}, {"code": "000000"}, {"code": ""}, {"pseudonym": "nobody"},
     {"pseudonym": ""}, {"pseudonym": "ada\0"}, {"code": "１２３４５６"}, {"password": "x" * 5_000}],
)  # fmt: skip
def test_everything_wrong_has_one_answer(desk: DeskSite, wrong: dict[str, str]) -> None:
    reply = sign_in(desk, **wrong)
    assert (reply.status, "That was not right" in reply.words) == (403, True)
    assert "Set-Cookie" not in reply.headers


def without_challenge(text: str) -> str:
    """A page but for what a passkey would have to sign, which is random."""
    return re.sub(r'data-asked="[^"]*"', "", text)


@pytest.mark.parametrize("typed", [{"pseudonym": "nobody"}, {"password": "another one here"}, {"code": "123"}])
def test_nothing_tells_which_of_them_was_wrong(desk: DeskSite, typed: dict[str, str]) -> None:
    first = sign_in(desk, code="000000")
    other = sign_in(desk, **typed)
    assert without_challenge(other.text.replace('value="nobody"', 'value="ada"')) == without_challenge(first.text)
    assert other.headers.keys() == first.headers.keys()


def test_somebody_unknown_takes_as_long(casebook: Casebook) -> None:
    casebook.people.add(person("ada", "university", password=passwords.make_phc(PASSWORD, b"salt" * 4)))
    accounts = Accounts(casebook.people, Tries(TryLimits(free=10**6, free_of_prefix=10**6)))

    def took(pseudonym: str) -> float:
        typed = Typed(pseudonym, "wrong " * 4, "000000")
        times = []
        for _ in range(3):
            begin = time.process_time()  # of all threads: how busy the machine is does not matter
            asyncio.run(accounts.sign_in(typed, "192.0.2.1", 0.0, WHEN))
            times.append(time.process_time() - begin)
        return min(times)

    known, unknown = took("ada"), took("nobody")
    accounts.close()
    assert abs(known - unknown) < 0.35 * max(known, unknown)


def test_a_code_is_good_once_and_for_a_step_either_way(desk: DeskSite) -> None:
    assert sign_in(desk).status == 303
    assert sign_in(desk).status == 403
    assert sign_in(desk, code=desk.code(-1)).status == 403  # older than what was spent
    assert sign_in(desk, code=desk.code(1)).status == 303
    assert sign_in(desk, code=desk.code(2)).status == 403


def test_wrong_tries_make_the_next_wait(desk: DeskSite) -> None:
    for _ in range(5):
        assert sign_in(desk, code="000000").status == 403
    waits = []
    for _ in range(3):
        reply = sign_in(desk)
        assert reply.status == 429
        waits.append(int(reply.headers["Retry-After"]))
        desk.later(seconds=waits[-1])
        assert sign_in(desk, code="000000").status == 403
    assert waits == [1, 2, 4]
    desk.later(seconds=60)
    assert sign_in(desk).status == 303


def test_unknown_pseudonyms_wait_as_known_ones_do_and_tables_are_bounded() -> None:
    tries = Tries(TryLimits(remembered=50))
    for number in range(1_000):
        tries.failed(f"somebody{number}", f"2001:db8:{number:x}::1", 0.0)
    assert len(tries) <= 100
    tries = Tries()
    for number in range(25):
        tries.failed("ada", f"192.0.2.{number}", 0.0)
    assert 0 < tries.wait("ada", "198.51.100.1", 0.0) <= 60  # whoever guesses does not keep its owner out for long
    assert 0 < tries.wait("nobody", "192.0.2.200", 0.0) <= 900  # a neighbourhood waits for all
    assert tries.wait("nobody", "198.51.100.1", 0.0) == 0
    assert tries.wait("ada", "198.51.100.1", 4_000.0) == 0


def test_behind_a_web_server_that_tells_no_address_nobody_waits_for_others(desk: DeskSite) -> None:
    for number in range(12):
        assert sign_in(desk, pseudonym=f"guess{number}").status == 403
    assert sign_in(desk).status == 303


def test_an_address_waits_whatever_it_tries(desk: DeskSite) -> None:
    elsewhere = {"X_Forwarded_For": "192.0.2.7", "Host": "lists.example", "Origin": "https://lists.example"}
    fields = {"password": "x", "code": "000000"}
    for number in range(5):
        assert desk.send("/desk/sign-in", fields | {"pseudonym": f"guess{number}"}, **elsewhere).status == 403
    assert desk.send("/desk/sign-in", fields | {"pseudonym": "another"}, **elsewhere).status == 429
    assert sign_in(desk).status == 303


def test_a_flood_of_sign_ins_is_worked_on_one_at_a_time(desk: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(desk.casebook)
    real, may_go_on, at_once, most_at_once = passwords.matches, threading.Event(), [0], [0]

    def slow(phc: str, password: str) -> bool:
        at_once[0] += 1
        most_at_once[0] = max(most_at_once[0], at_once[0])
        assert may_go_on.wait(60)
        at_once[0] -= 1
        return real(phc, password)

    monkeypatch.setattr(passwords, "matches", slow)
    with ThreadPoolExecutor(24) as flood:
        sent = [flood.submit(sign_in, desk, pseudonym=f"nobody{n}") for n in range(24)]
        answered = as_completed(sent, timeout=60)
        refused = [next(answered).result() for _ in range(24 - MOST_WAITING)]  # while the first one is worked on
        may_go_on.set()
        replies = [each.result() for each in sent]
    assert {reply.status for reply in replies} <= {403, 429}
    assert {reply.status for reply in refused} == {429}
    assert sum(reply.status == 403 for reply in replies) == MOST_WAITING
    assert most_at_once == [1]


@pytest.mark.parametrize("path", DESK_PATHS)
def test_without_a_session_every_page_leads_to_the_door(desk: DeskSite, path: str) -> None:
    ask(desk.casebook)
    for cookie in ("", f"{PLAIN_COOKIE}=", f"{PLAIN_COOKIE}={'A' * 43}", f"{PLAIN_COOKIE}=../../etc"):
        desk.cookie = cookie
        reply = desk.get(path)
        assert (reply.status, reply.headers["Location"], reply.text) == (303, "/desk/sign-in", "")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_elsewhere_does_nothing(desk: DeskSite, path: str) -> None:
    case = ask(desk.casebook)
    desk.as_("ada")
    sealed = desk.get("/desk/case/1").hidden("/desk/case/1/remove")
    for fields, headers in (
        ({"token": ""}, {}),
        ({"token": "0" * 36}, {}),
        (sealed, {"Origin": "https://evil.example"}),
        (sealed, {"Sec_Fetch_Site": "cross-site"}),
        (sealed, {"Origin": "null"}),
        (sealed, {"Origin": "", "Sec_Fetch_Site": ""}),  # a browser says where a form comes from
    ):
        if path == "/desk/case/1/remove" or fields is not sealed or headers:
            assert desk.send(path, fields, **headers).status == 403
    assert desk.casebook.case(case.id) == case


def test_the_seal_of_one_form_opens_no_other_and_no_other_session(desk: DeskSite) -> None:
    case = ask(desk.casebook)
    take = desk.as_("ada").get("/desk/case/1").hidden("/desk/case/1/take")
    assert desk.send("/desk/case/1/hand_over", take).status == 403
    assert desk.as_("ada").send("/desk/case/1/take", take).status == 403
    assert desk.casebook.case(case.id) == case


def test_a_session_ends_by_idleness_by_age_and_by_removal(desk: DeskSite) -> None:
    assert desk.as_("ada").get("/desk").status == 200
    desk.later(minutes=61)
    assert desk.get("/desk").status == 303
    desk.as_("ada")
    for _ in range(24):
        desk.later(minutes=30)
        last = desk.get("/desk").status
    assert last == 303
    desk.as_("ada")
    assert desk.casebook.people.remove("ada", WHEN)
    assert desk.get("/desk").status == 303
    desk.as_("bo")
    desk.clock.at -= timedelta(minutes=30)  # a clock that was set back
    assert desk.get("/desk").status == 303


def test_signing_in_again_rotates_and_signing_out_ends(desk: DeskSite) -> None:
    sign_in(desk)
    first = desk.cookie
    sign_in(desk, code=desk.code(1))
    second = desk.cookie
    desk.cookie = first
    assert desk.get("/desk").status == 303
    desk.cookie = second
    out = desk.send("/desk/sign-out", desk.get("/desk").hidden("/desk/sign-out"))
    assert out.headers["Location"] == "/desk/sign-in"
    desk.cookie = second
    assert desk.get("/desk").status == 303


def test_the_database_holds_no_token_and_no_password(desk: DeskSite) -> None:
    sign_in(desk)
    token = desk.cookie.partition("=")[2]
    octets = b"".join(file.read_bytes() for file in (desk.state / "desk").iterdir())
    assert token.encode() not in octets
    assert PASSWORD.encode() not in octets


def test_every_page_is_kept_by_nobody_and_runs_nothing(desk: DeskSite) -> None:
    ask(desk.casebook)
    desk.as_("ada")
    for path in (*DESK_PATHS, "/desk/set-up"):  # the two that run a script are in test_passkeys
        reply = desk.get(path)
        assert reply.headers["Cache-Control"] == "no-store"
        assert "script" not in reply.headers["Content-Security-Policy"]
        assert "<script" not in reply.text
        assert " on" + "click" not in reply.text


def test_the_first_password_is_chosen_with_the_set_up_code_once(desk: DeskSite) -> None:
    account = new_account(person("new", "university", password="", totp=""), lambda n: b"\x17" * n, WHEN)
    desk.casebook.people.add(account.person)

    def choose(**typed: str) -> Reply:
        usual = {"pseudonym": "new", "setup": account.code, "password": PASSWORD, "again": PASSWORD}
        return desk.send("/desk/set-up", usual | {"code": code(account.totp, desk)} | typed)

    assert choose(setup="AAAA-AAAA-AAAA-AAAA").status == 403
    assert "not the same" in choose(again="other").words
    assert "at least 12" in choose(password="short", again="short").words
    assert "easily guessed" in choose(password="new new new new", again="new new new new").words
    assert choose(setup=account.code.lower().replace("-", " ")).status == 303
    assert "0 cases" in desk.get("/desk").words
    desk.later(minutes=2)
    assert choose().status == 403  # the code is gone
    assert sign_in(desk, pseudonym="new", code=code(account.totp, desk)).status == 303


def code(secret: str, desk: DeskSite) -> str:
    return TOTP(secret).at(int(desk.clock.when().timestamp()))


def test_a_set_up_code_is_good_for_a_week(desk: DeskSite) -> None:
    kept = passwords.make_setup("ABCD", WHEN)
    assert passwords.opens_setup(kept, "ab cd", WHEN)
    assert not passwords.opens_setup(kept, "ABCD", WHEN + passwords.SETUP_LIFE)
    assert not passwords.opens_setup("", "ABCD", WHEN)


def test_a_password_with_older_parameters_is_kept_anew(casebook: Casebook) -> None:
    old = passwords.make_phc(PASSWORD, b"salt" * 4, passwords.Cost(ln=12, r=8, p=1))
    casebook.people.add(person("ada", "university", password=old))
    accounts = Accounts(casebook.people, Tries())
    typed = Typed("ada", PASSWORD, TOTP(SECRET).at(int(WHEN.timestamp())))
    assert not isinstance(asyncio.run(accounts.sign_in(typed, "192.0.2.1", 0.0, WHEN)), Refused)
    kept = casebook.people.get("ada")
    assert kept is not None
    assert not passwords.needs_rehash(kept.password)
    assert passwords.matches(kept.password, PASSWORD)
    assert isinstance(asyncio.run(accounts.sign_in(typed, "192.0.2.1", 0.0, WHEN)), Refused)  # its code stays spent
    accounts.close()


@pytest.mark.parametrize(
    "phc",
    ["", "x", "$scrypt$ln=30,r=8,p=1$YQ$YQ", "$scrypt$ln=14,r=99,p=1$YQ$YQ", "$scrypt$ln=16,r=16,p=8$YQ$YQ",
     "$argon2id$v=19$m=9,t=2,p=1$YQ$YQ"],
)  # fmt: skip
def test_strings_that_are_none_of_ours_match_nothing_and_cost_nothing(phc: str) -> None:
    begin = time.thread_time()
    assert not passwords.matches(phc, PASSWORD)
    assert time.thread_time() - begin < 0.05


def test_one_digest_takes_the_memory_that_it_says() -> None:
    cost = passwords.COST
    assert 128 * cost.r << cost.ln == 16 << 20
    assert cost.is_bounded
