"""A clock that is a year behind or ahead loses nothing that people decided, and imports end by their own days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.lists.entries import own_entry, protected_entry
from tests.lists.home import NOON, Home

YEAR = timedelta(days=365)
ALLOW = """
- {name: shop.example, scope: exact, kind: allow, categories: all, reason: {en: fine}, decided_by: maintainer,
   decided_on: 2026-11-20}
- {name: art.example, scope: exact, kind: pin, categories: all, reason: {en: fine}, decided_by: maintainer,
   decided_on: 2026-11-20}
"""
HOLD = """- name: held.example
  scope: exact
  reason: {en: compromised}
  contact: phone
  approvals: [{by: a, org: b, on: 2026-11-24}, {by: c, org: d, on: 2026-11-24}]
  listed_on: 2026-11-24
  expires: 2026-11-27
"""
NAMES = ("play.example", "nude.example", "fake.example", "help.example", "held.example", "shop.example")


@pytest.fixture
def home(home: Home) -> Home:
    home.write("own/games.yaml", own_entry("play.example"))
    home.write("protected/p1.yaml", protected_entry("help.example", "crisis"))
    home.write("holds.yaml", HOLD)
    home.write("allow/a.yaml", ALLOW)
    home.add_list("adult", "adult")
    home.add_list("phish", "phishing")
    home.use("adult", ["nude.example", "shop.example", "art.example", "gone.example"])
    home.use("phish", ["fake.example"])
    home.build()
    home.sleep(days=1)
    home.use("adult", ["nude.example", "shop.example", "art.example"])
    home.build()
    return home


def at(home: Home, when: datetime) -> dict[str, set[str]]:
    return {name: home.found(name, when) for name in NAMES}


def build_at(home: Home, when: datetime) -> None:
    """A build at another time; something has changed, so that it is one."""
    home.when = when
    home.write("own/video.yaml", own_entry(f"at-{when.date()}.example"))
    assert home.build().built


@pytest.mark.parametrize("jump", [-YEAR, YEAR, -40 * YEAR])
def test_what_was_listed_is_listed_and_ends_on_its_day(home: Home, jump: timedelta) -> None:
    now = home.when
    days = [now, now + timedelta(days=6), now + timedelta(days=60), now + timedelta(days=600)]
    before = [at(home, day) for day in days]
    seen = {name: home.seen(name) for name in ("nude.example", "fake.example", "gone.example")}
    build_at(home, now + jump)
    assert [at(home, day) for day in days] == before
    assert [home.seen(name) for name in ("nude.example", "fake.example")] == [
        seen["nude.example"],
        seen["fake.example"],
    ]
    assert home.seen("gone.example") in ({}, seen["gone.example"])
    build_at(home, now + timedelta(hours=1))
    assert [at(home, day) for day in days] == before
    assert before[0] == {
        "play.example": {"games"},
        "nude.example": {"adult"},
        "fake.example": {"phishing"},
        "help.example": {"p1"},
        "held.example": {"hold", "exact"},
        "shop.example": set(),
    }


def test_year_ahead_does_not_bury_what_was_seen_within_the_month(home: Home) -> None:
    build_at(home, home.when + YEAR)
    assert home.seen("gone.example") == {"adult": (NOON.date(), NOON.date())}


def test_pin_ends_by_the_clock_and_comes_back_with_it(home: Home) -> None:
    now = home.when
    build_at(home, now + YEAR)
    assert home.sources("art.example") == {("adult", "subdomains")}
    assert home.sources("shop.example") == set()
    build_at(home, now)
    assert home.refused("art.example") == {("pinned", "adult", "adult")}


def test_decision_of_a_day_that_is_to_come_counts(home: Home) -> None:
    build_at(home, NOON - YEAR)
    assert home.refused("shop.example") == {("allowed", "adult", "adult")}
    assert home.refused("art.example") == {("pinned", "adult", "adult")}


def test_file_of_this_machine_is_not_dated_back(home: Home) -> None:
    home.write("own/gambling.txt", "mine.example\n")
    home.build()
    expires = home.rows("mine.example")[0]["expires"]
    build_at(home, home.when - YEAR)
    assert home.rows("mine.example")[0]["expires"] == expires
    build_at(home, NOON + YEAR)
    assert home.found("mine.example") == {"gambling"}
    build_at(home, NOON)
    assert home.found("mine.example") == {"gambling"}


def test_clock_that_is_behind_makes_first_days_no_later(home: Home) -> None:
    build_at(home, datetime(1970, 1, 2, tzinfo=NOON.tzinfo))
    home.use("adult", ["nude.example", "new.example"])
    home.build()
    assert home.seen("nude.example") == {"adult": (NOON.date(), None)}
    assert home.seen("new.example") == {"adult": (date(1970, 1, 2), None)}
    home.when = NOON + timedelta(days=2)
    home.use("adult", ["nude.example"])
    home.build()
    assert home.found("nude.example") == {"adult"}
    assert home.seen("nude.example") == {"adult": (NOON.date(), None)}
