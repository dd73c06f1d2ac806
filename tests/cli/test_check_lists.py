"""What `filterdns check` says of lists: where a listing is from, and what is known of a name besides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from filterdns.lists.revocations import Revocation, revocations_file, store_revocations
from tests.transparency.fetched import NOW, Fetched, half_a_year

Run = Callable[..., Result]
Look = Callable[..., str]
AT = "2026-12-01T12:00"


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Fetched:
    return half_a_year(tmp_path_factory.mktemp("half"))


@pytest.fixture
def look(run: Run, at: Fetched) -> Look:
    def look_at(name: str, *more: str, state: Path = at.state) -> str:
        result = run("check", name, "--at", AT, "--state", state, *more)
        assert result.exit_code == 0, result.output
        return result.output

    return look_at


@pytest.fixture
def told(look: Look) -> Callable[[str], dict[str, Any]]:
    return lambda name: dict(json.loads(look(name, "--json")))


def test_each_listing_says_whose_it_is_since_when_and_where_to_complain(look: Look) -> None:
    assert """
 > bets.example: gambling, with what is below it
     list       Bets of a university (uni-bets), there "jeux"
     keeper     University, https://lists.example/contact
     licence    CC BY-SA 4.0, https://licence.example/by-sa
     basis      Imported from a public list; no person has checked this entry.
     seen       first 2026-06-01, last confirmed 2026-11-30
     days       review by 2027-11-30, ends 2028-05-30
     a mistake? Ask the keeper to remove it: https://lists.example/remove
 > bets.example: gambling, with what is below it
     list       What our aunt noted (aunt)
     keeper     this household added it; ask at home
     basis      Imported from a list that this household added; no person has checked this entry.
     seen       first 2026-09-01, last confirmed 2026-12-01
     days       review by 2027-12-01, ends 2028-05-31

Known of it besides:
   bets.example: Was named by “A list of old” as gambling until 1 June 2026.
     First seen there on 1 June 2026.
""" in look("www.bets.example")


def test_a_name_that_is_not_listed_says_who_named_it_and_what_was_decided(look: Look) -> None:
    assert """
No listing covers the name.

Known of it besides:
   Won an appeal (gambling).
     On 2 November 2026: It reports on sports. No list may bring it back before 1 May 2027.
   Named by “Bets of a university” as gambling.
     First seen there on 1 June 2026. It is not listed, because it won an appeal, and no list may bring it back yet.
""" in look("won.example")
    assert "here two are needed" in look("doubt.example")
    assert "until 1 June 2026" in look("gone.example")
    assert "Known of it" not in look("nothing.example")


def test_a_protected_name_is_open_and_says_which_list_named_it(look: Look) -> None:
    text = look("clinic.example")
    assert "OPEN, protected" in text
    assert "     about      country TH, kind health, language th, known from a ministry's directory\n" in text
    assert "it is help, health or learning, which no list can close" in text


def test_an_entry_of_ours_says_what_was_found_and_by_whom(run: Run, tmp_path: Path, look: Look) -> None:
    at = half_a_year(tmp_path)
    entry = (
        "- {name: short.example, scope: exact, definition: '1.0', basis: starter, reason: {en: It takes bets.},"
        " listed_on: 2026-11-24}\n"
    )
    at.write(at.overlay / "own" / "gambling.yaml", entry)
    over = Revocation(b"late.example", True, (), "2026-07-01", "2026-08-01", "late")
    now = Revocation(b"bets.example", True, ("gambling",), "2026-11-20", "", "a clinic")
    store_revocations(revocations_file(at.state), [over, now])
    at.build(NOW)
    text = look("short.example", state=at.state)
    assert (
        """
 > short.example: gambling, this name alone
     source     overlay/own/gambling.yaml, written by this household; ask at home
     reason     It takes bets.
     basis      Known in general, and not yet reviewed by two people.
     days       listed 2026-11-24,"""
        in text
    )
    assert "     but        suspended since 2026-11-20, a clinic: it does not count\n" in look(
        "bets.example", state=at.state
    )
    assert "Was suspended.\n     From 1 July 2026 until 1 August 2026: late.\n" in look("late.example", state=at.state)


def test_json_has_the_keys_of_the_pages_api(told: Callable[[str], dict[str, Any]]) -> None:
    listing = told("bets.example")["listings"][0]
    assert listing["list"] == {
        "id": "uni-bets",
        "title": "Bets of a university",
        "keeper": "University",
        "contact": "https://lists.example/contact",
        "removal": "https://lists.example/remove",
        "home": "https://lists.example/",
        "licence": "CC BY-SA 4.0",
        "licence_url": "https://licence.example/by-sa",
        "household": False,
    }
    days = [listing[key] for key in ("first_seen", "confirmed_on", "review_due", "expires")]
    assert days == ["2026-06-01", "2026-11-30", "2027-11-30", "2028-05-30"]
    (event,) = told("clinic.example")["history"]
    assert {key: event[key] for key in ("what", "name", "source", "category", "from", "until", "rule")} == {
        "what": "set_aside",
        "name": "clinic.example",
        "source": "uni-bets",
        "category": "gambling",
        "from": "2026-06-01",
        "until": None,
        "rule": "protected",
    }
    assert told("won.example")["why"].endswith("/why/won.example")
    assert told("nothing.example")["history"] == []
