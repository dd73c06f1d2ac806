from __future__ import annotations

from datetime import UTC, datetime

import pytest

from filterdns.transparency.desk.power import power_of, quarter_begins, why_too_much


def refused(*decided: tuple[str, ...], next_: tuple[str, ...] = ("a",), others: bool = True, ours: bool = False) -> str:
    return why_too_much(power_of(decided), next_, others_qualify=others, are_maintainers=ours)


def test_below_ten_decisions_nothing_is_counted() -> None:
    assert refused(*[("a",)] * 9) == ""
    assert power_of([("a",)] * 9).shown == []
    assert "decides more than half" in refused(*[("a",)] * 10)


def test_half_is_the_most() -> None:
    assert refused(*[("a",)] * 5, *[("b",)] * 6) == ""  # 6 of 12
    assert refused(*[("a",)] * 6, *[("b",)] * 5)  # 7 of 12
    assert refused(*[("a",)] * 6, *[("b",)] * 5, next_=("b",)) == ""


def test_two_organisations_that_close_names_together_can_go_on() -> None:
    assert refused(*[("a", "b")] * 40, next_=("a", "b")) == ""


def test_from_a_third_on_it_is_shown() -> None:
    power = power_of([*[("a",)] * 4, *[("b",)] * 5, *[("c",)] * 3])
    assert power.shown == [("b", 5 / 12), ("a", 4 / 12)]


def test_the_clock_decides_for_nobody() -> None:
    assert power_of([()] * 50).decisions == 0


@pytest.mark.parametrize(
    ("others", "ours", "goes_on"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_maintainers_go_on_while_there_is_nobody_else(others: bool, ours: bool, goes_on: bool) -> None:
    assert (refused(*[("a",)] * 30, others=others, ours=ours) == "") is goes_on


@pytest.mark.parametrize(("month", "begins"), [(1, 1), (3, 1), (4, 4), (6, 4), (9, 7), (10, 10), (12, 10)])
def test_quarters_begin_in_utc(month: int, begins: int) -> None:
    assert quarter_begins(datetime(2030, month, 28, 23, tzinfo=UTC)) == datetime(2030, begins, 1, tzinfo=UTC)
