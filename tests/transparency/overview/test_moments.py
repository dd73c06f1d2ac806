from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.transparency.overview.moments import (
    Moment,
    count,
    days_in_words,
    days_text,
    listed,
    parse_moment,
    sentence,
)

NOW = datetime(2030, 3, 5, 12, 0, tzinfo=UTC)
EAST = timezone(timedelta(hours=13))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "today at 12:00"),
        (NOW - timedelta(hours=12), "today at 00:00"),
        (NOW - timedelta(hours=13), "yesterday at 23:00"),
        (NOW + timedelta(hours=12), "tomorrow at 00:00"),
        (NOW - timedelta(days=2), "on 3 March 2030"),
        (NOW + timedelta(days=400), "on 9 April 2031"),
    ],
)
def test_a_time_is_said_as_people_say_it(at: datetime, words: str) -> None:
    assert Moment(NOW, UTC).say(at) == words


def test_days_are_those_of_the_house() -> None:
    assert Moment(NOW, EAST).say(NOW - timedelta(hours=12)) == "yesterday at 13:00"
    assert Moment(NOW, EAST).say_day(NOW) == "6 March 2030"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([date(2030, 3, 4)], "on 4 March 2030"),
        ([date(2030, 3, 4), date(2030, 3, 1), date(2030, 3, 4)], "on 1 and 4 March 2030"),
        ([date(2030, 3, 1), date(2030, 3, 3), date(2030, 3, 4)], "on 1, 3 and 4 March 2030"),
        ([date(2030, 4, 29), date(2030, 4, 30), date(2030, 5, 2)], "on 29, 30 April and 2 May 2030"),
        ([date(2029, 12, 31), date(2030, 1, 2)], "on 31 December 2029 and 2 January 2030"),
    ],
)
def test_days_are_put_together(days: list[date], words: str) -> None:
    assert days_text(days) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("went back on 2030-03-05; what is newer waits", "went back on 5 March 2030; what is newer waits"),
        ("names 2030-03-05.example and x-2030-03-05", "names 2030-03-05.example and x-2030-03-05"),
        ("on 2030-03-05.", "on 5 March 2030."),
        ("on 2030-13-45", "on 2030-13-45"),
    ],
)
def test_days_in_a_text_are_written_out_but_in_no_name(text: str, words: str) -> None:
    assert days_in_words(text) == words


def test_small_words() -> None:
    assert count(1, "name") == "1 name"
    assert count(40_000, "name") == "40,000 names"
    assert count(2, "fetch", "fetches") == "2 fetches"
    assert listed(["a"]) == "a"
    assert sentence(" there is no name in it. ") == "There is no name in it."
    assert sentence("") == ""


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_none(text: str) -> None:
    at = parse_moment(text)
    assert at is None or at.tzinfo is not None
