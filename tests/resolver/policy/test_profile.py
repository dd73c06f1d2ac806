"""Profiles at work: masks of a release, windows of time and what is forgotten when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from filterdns.categories import ALWAYS, HOLD, number_categories
from filterdns.config.settings import Action, ProfileSettings, Window
from filterdns.names import parse_name
from filterdns.resolver.policy.evaluate import verdict
from filterdns.resolver.policy.profile import Profile, Profiles
from tests.resolver.listed import BITS, CATEGORIES, compiled, profile_of

EVERY_DAY = frozenset(range(7))
BERLIN = "Europe/Berlin"


def window(begin: str, end: str, days: frozenset[int] = EVERY_DAY) -> Window:
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (begin, end)]
    return Window(days, *minutes)


def timed(*windows: Window, timezone: str = BERLIN, **more: Action) -> Profile:
    actions = {"games": Action.TIME, "gambling": Action.FILTER} | more
    return compiled(ProfileSettings("child", actions, windows, timezone))


def berlin(text: str, fold: int = 0) -> datetime:
    """Wall time in Berlin, as the UTC that the clock gives."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)


def is_filtered(profile: Profile, when: datetime, category: str = "games") -> bool:
    profile.new_second(when)
    return bool(profile.filtered & BITS[category])


@pytest.mark.parametrize(
    ("when", "filtered"),
    [
        ("2026-11-25T14:59:59", True),
        ("2026-11-25T15:00:00", False),
        ("2026-11-25T17:59:59", False),
        ("2026-11-25T18:00:00", True),
        ("2026-11-28T15:30:00", True),  # a Saturday
    ],
)
def test_a_window_opens_and_closes_on_its_second(when: str, filtered: bool) -> None:
    profile = timed(window("15:00", "18:00", frozenset(range(5))))
    assert is_filtered(profile, berlin(when)) == filtered
    assert is_filtered(profile, berlin(when), "gambling"), "what is not by time stays"


def test_without_a_window_what_is_by_time_is_filtered_always() -> None:
    profile = timed()
    assert all(is_filtered(profile, berlin(f"2026-11-25T{hour:02}:30:00")) for hour in range(24))


def test_until_somebody_has_looked_at_the_clock_what_is_by_time_is_filtered() -> None:
    assert timed(window("00:00", "24:00")).filtered & BITS["games"]


def test_a_window_that_ends_at_midnight_goes_on_where_the_next_day_begins_one() -> None:
    profile = timed(window("20:00", "24:00"), window("00:00", "01:00"))
    for when in ("2026-11-25T23:59:59", "2026-11-26T00:00:00", "2026-11-26T00:59:59"):
        assert not is_filtered(profile, berlin(when))
        assert profile.timed_ttl == 60 or when.endswith("00:59:59")
    assert is_filtered(profile, berlin("2026-11-26T01:00:00"))


def test_no_ttl_reaches_past_a_boundary_and_none_is_over_a_minute() -> None:
    profile = timed(window("15:00", "18:00"))
    for seconds in range(200):
        when = berlin("2026-11-25T17:58:00") + timedelta(seconds=seconds)
        profile.new_second(when)
        assert 0 <= profile.timed_ttl <= 60
        boundary = berlin("2026-11-25T18:00:00")
        if when < boundary:
            assert when + timedelta(seconds=profile.timed_ttl) <= boundary


@pytest.mark.parametrize("fraction", [0, 0.3, 0.999])
def test_an_answer_given_late_in_its_second_does_not_reach_past_the_boundary(fraction: float) -> None:
    """Masks and TTL hold for a whole second, in which wall time goes on."""
    profile = timed(window("15:00", "18:00"))
    boundary = berlin("2026-11-25T18:00:00")
    for seconds in range(30):
        when = boundary - timedelta(seconds=30 - seconds - fraction)
        profile.new_second(when)
        if not profile.filtered & BITS["games"]:
            given = min(when + timedelta(seconds=0.999), boundary)
            assert given + timedelta(seconds=profile.timed_ttl) <= boundary


def test_a_boundary_that_summer_time_jumps_over_is_a_boundary() -> None:
    """2026-03-29: 01:59:59 is followed by 03:00:00."""
    profile = timed(window("03:00", "05:00"))
    assert is_filtered(profile, berlin("2026-03-29T01:59:40"))
    assert profile.timed_ttl <= 20
    assert not is_filtered(profile, berlin("2026-03-29T01:59:40") + timedelta(seconds=20))
    closing = timed(window("00:00", "02:30"))
    assert not is_filtered(closing, berlin("2026-03-29T01:59:40"))
    assert closing.timed_ttl <= 20
    assert is_filtered(closing, berlin("2026-03-29T01:59:40") + timedelta(seconds=20))


def test_the_hour_that_winter_time_repeats_is_open_twice() -> None:
    """2026-10-25: 02:59:59 is followed by 02:00:00."""
    profile = timed(window("02:15", "02:45"))
    for fold in (0, 1):
        assert not is_filtered(profile, berlin("2026-10-25T02:30:00", fold))
        assert is_filtered(profile, berlin("2026-10-25T02:50:00", fold))
    closing = timed(window("02:00", "03:00"))
    assert not is_filtered(closing, berlin("2026-10-25T02:59:50"))
    assert not is_filtered(closing, berlin("2026-10-25T02:59:50") + timedelta(seconds=10))
    reopened = timed(window("02:00", "02:30"))
    assert is_filtered(reopened, berlin("2026-10-25T02:59:50"))
    assert reopened.timed_ttl <= 10
    assert not is_filtered(reopened, berlin("2026-10-25T02:59:50") + timedelta(seconds=10))


def test_a_time_zone_is_the_profiles_own() -> None:
    when = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert is_filtered(timed(window("15:00", "16:00"), timezone=BERLIN), when)
    assert not is_filtered(timed(window("15:00", "16:00"), timezone="Asia/Kolkata"), when)


def test_what_was_decided_is_forgotten_at_a_boundary() -> None:
    profile = timed(window("15:00", "18:00"))
    profile.new_second(berlin("2026-11-25T14:59:59"))
    assert verdict(BITS["games"], profile).filtered
    profile.new_second(berlin("2026-11-25T15:00:00"))
    assert not verdict(BITS["games"], profile).filtered


def test_the_answers_of_this_second_end_with_it() -> None:
    profile = compiled(profile_of())
    profile.recent[b"query"] = (b"answer", 0)
    profile.new_second(datetime(2026, 11, 25, tzinfo=UTC))
    assert not profile.recent


def test_a_clock_that_steps_back_closes_what_it_opened() -> None:
    profile = timed(window("15:00", "18:00"))
    assert not is_filtered(profile, berlin("2026-11-25T15:00:00"))
    assert is_filtered(profile, berlin("2026-11-25T14:00:00"))


def test_a_release_gives_categories_other_bits() -> None:
    profile = compiled(profile_of(["gambling"]))
    assert verdict(BITS["gambling"], profile).filtered
    other = number_categories([("gambling", "content", 17), ("adult", "content", 17)])
    profile.use_categories(other)
    assert profile.filtered == other[0].mask
    assert verdict(other[0].mask, profile).filtered
    assert not verdict(other[1].mask, profile).filtered


def test_a_category_that_the_release_does_not_know_filters_nothing() -> None:
    profile = Profile(profile_of(["gambling", "invented"]), number_categories([("adult", "content", 17)]))
    assert profile.filtered == 0
    profile.use_categories(CATEGORIES)
    assert profile.filtered == BITS["gambling"]


def test_a_category_that_the_profile_does_not_know_is_allowed() -> None:
    assert not verdict(BITS["adult"], compiled(profile_of(["gambling"]))).filtered


def test_a_new_release_keeps_windows_shut_until_the_clock_was_asked() -> None:
    profiles = Profiles((ProfileSettings("child", {"games": Action.TIME}, (window("15:00", "18:00"),), BERLIN),), ())
    profiles.new_second(berlin("2026-11-25T16:00:00"))
    profiles.use_categories(CATEGORIES)
    assert profiles.all[0].filtered & BITS["games"]
    profiles.new_second(berlin("2026-11-25T16:00:01"))
    assert not profiles.all[0].filtered & BITS["games"]


def test_holds_are_watched_by_every_profile_and_own_rules_watch_everything() -> None:
    assert compiled(profile_of([])).watch & HOLD
    assert not compiled(profile_of([])).watch & ALWAYS
    assert compiled(profile_of([], deny=(parse_name("example.org"),))).watch & ALWAYS
