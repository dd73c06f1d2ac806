"""When a source is asked again: intervals with jitter, pauses that double, and clocks that were wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.copies import MOST_COPIES, Copy, Journal
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.schedule import after_failure, after_success, is_due

WHEN = datetime(2026, 11, 25, 14, 5, 0, 250_000, tzinfo=UTC)
LIMITS = FetchLimits()
COPY = Copy("0" * 64, 5, "https://lists.example/games.txt", "2026-11-25T14:05:00+00:00", "2026-11-25T14:05:00+00:00")
HOUR = timedelta(hours=1)


def pause(journal: Journal) -> timedelta:
    return datetime.fromisoformat(journal.next_at) - WHEN


@given(hours=st.integers(1, 24 * 14), seed=st.integers())
def test_after_success_the_interval_and_a_tenth_more_or_less(hours: int, seed: int) -> None:
    journal = after_success(Journal("games", failures=3, fault="busy"), COPY, hours, WHEN, Random(seed), LIMITS)
    assert 0.9 * hours * HOUR <= pause(journal) <= 1.1 * hours * HOUR + timedelta(seconds=1)
    assert (journal.failures, journal.fault, journal.fetches) == (0, "", 1)


def test_homes_do_not_all_ask_in_the_same_second() -> None:
    times = {after_success(Journal("games"), COPY, 24, WHEN, Random(seed), LIMITS).next_at for seed in range(100)}
    assert len(times) > 90


def test_pauses_double_up_to_the_interval_and_never_beyond_a_day() -> None:
    for hours, most in ((6, 6 * HOUR), (24 * 7, 24 * HOUR)):
        journal = Journal("games", copies=(COPY,))
        expected = timedelta(minutes=15)
        for number in range(1, 40):
            journal = after_failure(journal, hours, WHEN, Random(number), LIMITS)
            assert (
                0.9 * expected <= pause(journal) <= min(1.1 * expected + timedelta(seconds=1), 24 * HOUR + HOUR / 3600)
            )
            assert (journal.failures, journal.copies) == (number, (COPY,))
            expected = min(2 * expected, most)


def test_what_is_gone_is_asked_for_at_its_interval() -> None:
    journal = after_failure(Journal("games"), 12, WHEN, Random(1), LIMITS, lasting=True)
    assert 10.8 * HOUR <= pause(journal) <= 13.2 * HOUR + timedelta(seconds=1)


@given(seconds=st.floats(0, 10**7))
def test_a_server_may_ask_for_more_but_for_no_more_than_a_day(seconds: float) -> None:
    journal = after_failure(Journal("games"), 24, WHEN, Random(1), LIMITS, wait_seconds=seconds)
    assert pause(journal) >= timedelta(seconds=min(seconds, 86_400))
    assert pause(journal) <= timedelta(seconds=86_401)


@given(minutes=st.integers(-3000, 3000))
def test_due_when_its_time_has_come(minutes: int) -> None:
    next_at = WHEN + timedelta(minutes=minutes)
    due = is_due(Journal("games", next_at=next_at.isoformat()), 24, WHEN, LIMITS)
    assert due == (minutes <= 0 or minutes > 1.1 * 24 * 60)


def test_a_clock_that_was_a_year_ahead_does_not_stop_updates() -> None:
    ahead = after_success(Journal("games"), COPY, 24, WHEN + timedelta(days=365), Random(1), LIMITS)
    assert is_due(ahead, 24, WHEN, LIMITS)


def test_a_time_that_cannot_be_read_is_due() -> None:
    for text in ("", "soon", "2026-11-25T14:05:00"):
        assert is_due(Journal("games", next_at=text), 24, WHEN, LIMITS)


@given(st.lists(st.sampled_from("abcdefghijklmnopqrst"), max_size=60))
def test_copies_are_few_and_different_and_the_newest_is_last(contents: list[str]) -> None:
    journal = Journal("games")
    for content in contents:
        copy = Copy(content * 64, 1, COPY.url, COPY.fetched_at, COPY.confirmed_at)
        journal = after_success(journal, copy, 24, WHEN, Random(1), LIMITS)
        assert journal.newest == copy
    digests = [copy.sha256 for copy in journal.copies]
    assert len(digests) == len(set(digests)) <= MOST_COPIES
