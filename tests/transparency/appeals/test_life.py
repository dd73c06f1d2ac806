from __future__ import annotations

from datetime import date, timedelta

import pytest

from filterdns.transparency.appeals.events import REMOVED, UPHELD
from filterdns.transparency.appeals.life import (
    REVIEW_DUE,
    RUNNING_OUT,
    STARTER_ENDS,
    Dated,
    Decided,
    due_listings,
    error_rates,
    fails_sample,
    similar_names,
)

TODAY = date(2030, 3, 4)


def listing(basis: str, review: int, ends: int | None) -> Dated:
    end = None if ends is None else TODAY + timedelta(days=ends)
    return Dated("a.example", "adult", basis, TODAY + timedelta(days=review), end)


@pytest.mark.parametrize(
    ("dated", "why"),
    [
        (listing("starter", 14, 14), STARTER_ENDS),
        (listing("starter", 15, 15), None),
        (listing("reviewed", 0, 180), REVIEW_DUE),
        (listing("reviewed", 1, 180), None),
        (listing("reviewed", -170, 10), RUNNING_OUT),
        (listing("reviewed", -200, 0), None),
        (listing("test", -1, None), None),
    ],
)
def test_each_listing_is_told_of_once_and_in_time(dated: Dated, why: str | None) -> None:
    assert [due.why for due in due_listings([dated], TODAY)] == ([why] if why else [])


def decided(source: str, won: int, lost: int, days_ago: int = 1) -> list[Decided]:
    on = TODAY - timedelta(days=days_ago)
    return [Decided(source, "adult", on, REMOVED)] * won + [Decided(source, "adult", on, UPHELD)] * lost


def test_a_source_is_looked_at_when_more_than_a_fifth_of_twenty_appeals_were_won() -> None:
    rows = [*decided("a", 5, 15), *decided("b", 4, 16), *decided("c", 9, 10), *decided("a", 0, 90, days_ago=91)]
    rates = error_rates(rows, TODAY)
    assert [(rate.source, rate.asks_for_review) for rate in rates] == [("c", False), ("a", True), ("b", False)]


@pytest.mark.parametrize(("wrong", "of", "fails"), [(5, 100, False), (6, 100, True), (0, 0, False)])
def test_a_sample_with_more_than_one_error_in_twenty_suspends_a_source(wrong: int, of: int, fails: bool) -> None:
    assert fails_sample(wrong, of) is fails


def test_the_same_error_is_looked_for_where_it_may_have_been_made() -> None:
    names = ["womens-clinic.example", "casino.example", "teen.health.gov.example", "www.clinic.example", "health.test"]
    assert similar_names("northclinic.example", ["northclinic.example", "casino.example"]) == []
    assert similar_names("north-clinic.example", names) == ["womens-clinic.example", "www.clinic.example"]
    assert similar_names("sex.health.gov.example", names) == ["teen.health.gov.example", "health.test"]
    assert similar_names("a-clinic.example", ["clinic-b.example"] * 500, most=3) == ["clinic-b.example"] * 3
