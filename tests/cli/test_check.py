from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from filterdns.lists.revocations import Revocation, revocations_file, store_revocations

Check = Callable[..., dict[str, Any]]
Run = Callable[..., Result]

_TODAY = datetime.now(UTC).date()
TUESDAY = (
    _TODAY + timedelta(days=7 + (1 - _TODAY.weekday()) % 7)
).isoformat()  # listings must not have expired by then

FAMILY = """
timezone: Asia/Bangkok
profiles:
  kids:
    template: age8-12
    categories: {games: time}
    times: {mon-fri: 15:00-18:00}
    allow: [casino.example, bad.example]
    deny: [homework.example]
  parents: {template: adult, answer: null}
clients: {192.168.1.20: kids, 192.168.1.0/24: parents}
default_profile: kids
"""


@pytest.mark.parametrize(
    "typed",
    [
        "casino.example",
        "WWW.Casino.Example.",
        "https://www.casino.example/roulette?stake=1#now",
        "casino.example/roulette",
        "http://user@casino.example:8080/",
        " casino.example ",
    ],
)
def test_a_listed_name_is_filtered_in_whatever_form_it_is_typed(check: Check, typed: str) -> None:
    told = check(typed)
    assert told["outcome"] == "filtered"
    assert told["filtered"] is True
    assert (told["step"], told["category"]) == ("content", "gambling")
    assert [row["name"] for row in told["listings"]] == ["casino.example"]
    assert told["listings"][0]["decides"]
    assert told["answer"]["rcode"] == "NXDOMAIN"
    assert told["answer"]["ttl_seconds"] == 60
    assert told["answer"]["extended_errors"] == [
        {"code": 17, "text": "gambling: http://127.0.0.1:8053/why/casino.example"}
    ]
    assert told["why"] == "http://127.0.0.1:8053/why/casino.example"


def test_a_name_in_another_script_is_shown_in_both_forms(check: Check) -> None:
    told = check("BÜCHER.example")
    assert (told["name"], told["unicode"]) == ("xn--bcher-kva.example", "bücher.example")
    assert told["category"] == "gambling"


def test_every_step_is_told_in_its_order_until_one_decides(check: Check) -> None:
    order = check("casino.example")["order"]
    assert [row["step"] for row in order] == [
        *("hold", "p1", "legal", "household", "p2", "security", "content", "bypass", "overuse", "allow")
    ]
    assert [row["outcome"] for row in order] == ["passed"] * 6 + ["decides"] + ["not reached"] * 3


def test_an_unlisted_name_is_asked_upstream(check: Check) -> None:
    told = check("www.example.org", config="upstreams: [192.0.2.1]")
    assert told["outcome"] == "forwarded"
    assert told["step"] == "allow"
    assert told["listings"] == []
    assert told["answer"] is None
    assert told["asked_upstream"] == ["192.0.2.1:53"]


def test_a_forwarded_zone_names_its_own_servers(check: Check) -> None:
    told = check("nas.lan", config="forwarded_zones: {lan: [192.168.1.1]}")
    assert told["asked_upstream"] == ["192.168.1.1:53"]


def test_the_profile_comes_from_the_address_or_by_name(check: Check) -> None:
    assert check("play.example", "--as", "192.168.1.20", "--at", "Tue 10:15", config=FAMILY)["profile"] == "kids"
    assert check("play.example", "--as", "192.168.1.21", config=FAMILY)["profile"] == "parents"
    assert check("play.example", "--as", "::ffff:192.168.1.20", config=FAMILY)["profile"] == "kids"
    assert check("play.example", "--as", "parents", config=FAMILY)["profile"] == "parents"


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("Tue 14:59", "filtered"),
        ("Tue 15:00", "forwarded"),
        ("tuesday 17:59", "forwarded"),
        ("Tue 18:00", "filtered"),
        ("Sat 16:00", "filtered"),
        (f"{TUESDAY}T16:00", "forwarded"),
        (f"{TUESDAY}T16:00+00:00", "filtered"),  # 23:00 in Bangkok
    ],
)
def test_what_is_by_time_depends_on_the_moment_in_the_profiles_zone(check: Check, at: str, outcome: str) -> None:
    assert check("play.example", "--as", "kids", "--at", at, config=FAMILY)["outcome"] == outcome


def test_the_answer_shortly_before_a_window_opens_does_not_outlive_it(check: Check) -> None:
    """Nine seconds: what is answered at the end of that second may still be kept for the whole TTL."""
    at = f"{TUESDAY}T14:59:50+07:00"
    assert check("play.example", "--as", "kids", "--at", at, config=FAMILY)["answer"]["ttl_seconds"] == 9


def test_a_household_opens_content_but_not_security(check: Check) -> None:
    opened = check("casino.example", config=FAMILY)
    assert (opened["outcome"], opened["step"]) == ("forwarded", "household")
    kept = check("bad.example", config=FAMILY)
    assert (kept["outcome"], kept["category"]) == ("filtered", "malware")
    reason = next(row["reason"] for row in kept["order"] if row["step"] == "household")
    assert reason == "the rule that opens bad.example does not reach past security"


def test_a_household_closes_a_name(check: Check) -> None:
    told = check("www.homework.example", config=FAMILY)
    assert (told["outcome"], told["filtered"], told["step"]) == ("household", True, "household")


def test_a_household_cannot_close_a_helpline(check: Check) -> None:
    config = "profiles: {adult: {deny: [helpline.filterdns.test]}}\ndefault_profile: adult"
    told = check("helpline.filterdns.test", config=config)
    assert (told["filtered"], told["step"]) == (False, "p1")
    assert [row["category"] for row in told["listings"] if row["decides"]] == ["p1"]


def test_the_kind_of_answer_is_the_profiles(check: Check) -> None:
    told = check("bad.example", "--as", "parents", config=FAMILY)
    assert told["answer"]["records"] == ["bad.example. 60 IN A 0.0.0.0"]
    assert [row["code"] for row in told["answer"]["extended_errors"]] == [4, 15]
    assert check("bad.example", "--as", "parents", "--type", "HTTPS", config=FAMILY)["answer"]["records"] == []


def test_names_answered_here_are_said_to_be(check: Check) -> None:
    assert check("localhost")["outcome"] == "local"
    assert check("use-application-dns.net")["outcome"] == "canary"
    told = check("printer.home.arpa", config="own_records: {printer.home.arpa: {A: 192.168.1.5}}")
    assert told["answer"]["records"] == ["printer.home.arpa. 60 IN A 192.168.1.5"]


def test_an_address_that_may_not_ask_is_refused(check: Check) -> None:
    told = check("casino.example", "--as", "203.0.113.7")
    assert told["outcome"] == "refused"
    assert told["answer"]["rcode"] == "REFUSED"
    assert told["order"] == []


def test_a_name_on_a_closed_list_is_shown_as_any_unlisted_name(check: Check, tmp_path: Path) -> None:
    (tmp_path / "closed.txt").write_text("closed.example\n")
    told = check("closed.example", config="restricted_names_file: closed.txt")
    other = check("opened.example", config="restricted_names_file: closed.txt")
    for row in (told, other):
        row.pop("name"), row.pop("unicode"), row.pop("at")
    assert told == other


def test_zone_transfers_are_refused(check: Check) -> None:
    assert check("example.org", "--type", "AXFR")["outcome"] == "refused"


def test_a_type_may_be_a_number(check: Check) -> None:
    assert check("casino.example", "--type", "TYPE65280")["type"] == "TYPE65280"
    assert check("casino.example", "--type", "type65")["type"] == "HTTPS"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a..b",), "labels"),
        (("http://",), "expected a name"),
        (("example.org", "--type", "AAAAA"), "--type: expected a record type"),
        (("example.org", "--as", "nobody"), "--as: expected an address or one of the profiles whole-home"),
        (("example.org", "--at", "noon"), "--at: expected a time"),
        (("example.org", "--at", "Tue 25:15"), "--at: expected a time"),
    ],
)
def test_what_cannot_be_read_is_said_kindly(run: Run, state: Path, arguments: tuple[str, ...], words: str) -> None:
    result = run("check", *arguments, "--state", state)
    assert result.exit_code == 1
    assert words in result.output
    assert "Traceback" not in result.output


def test_without_lists_the_way_to_them_is_told(run: Run, tmp_path: Path) -> None:
    result = run("check", "example.org", "--state", tmp_path)
    assert result.exit_code == 1
    assert "build the lists" in result.output


def test_the_words_say_what_decided_and_where_to_disagree(run: Run, state: Path) -> None:
    text = run("check", "bücher.example", "--state", state).output
    assert text.startswith("xn--bcher-kva.example A (bücher.example) for profile whole-home, ")
    assert "FILTERED as gambling (content categories)" in text
    assert "\n > xn--bcher-kva.example: gambling, with what is below it\n     list       gambling.txt (own/g" in text
    assert "no person has checked this entry." in text
    assert "how to disagree: http://127.0.0.1:8053/why/xn--bcher-kva.example" in text


def test_the_schools_timetable_can_be_tried_before_it_goes_live(check: Check) -> None:
    school = (Path(__file__).parents[2] / "deploy" / "school.yaml").read_text(encoding="utf-8")
    for client, at, outcome in (
        ("10.1.3.7", "Tue 10:15", "filtered"),
        ("10.1.3.7", "Tue 12:15", "forwarded"),
        ("10.1.8.7", "Tue 12:15", "filtered"),  # a lesson in the lab
        ("10.2.0.7", "Tue 10:15", "forwarded"),
    ):
        assert check("play.example", "--as", client, "--at", at, config=school)["outcome"] == outcome, (client, at)
    assert check("play.example", "--as", "192.168.1.1", config=school)["outcome"] == "refused"


def test_a_suspended_listing_is_shown_and_the_name_is_open(
    check: Check, run: Run, state: Path, request: pytest.FixtureRequest
) -> None:
    path = revocations_file(state)
    request.addfinalizer(path.unlink)
    store_revocations(path, [Revocation(b"help.casino.example", True, ("gambling",), "2026-11-03", "", "a clinic")])
    told = check("www.help.casino.example")
    assert (told["outcome"], told["step"]) == ("forwarded", "allow")
    (listing,) = told["listings"]
    assert not listing["counts"]
    assert not listing["decides"]
    assert listing["revoked"] == {"kind": "suspended", "since": "2026-11-03", "until": None, "reason": "a clinic"}
    assert check("casino.example")["answer"]["rcode"] == "NOERROR"  # something below it resolves
    text = run("check", "help.casino.example", "--state", state).output
    assert "OPEN" in text
    assert "suspended since 2026-11-03, a clinic: it does not count" in text
    path.write_bytes(b"nonsense")
    result = run("check", "help.casino.example", "--state", state)
    assert result.exit_code == 1
    assert "damaged" in result.output
