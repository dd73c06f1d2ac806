from __future__ import annotations

from random import Random

import pytest

from filterdns.keep.timetable import KeepLimits, Timetable

LIMITS = KeepLimits()
DAY, HOUR = 86_400.0, 3_600.0


def timetable(now: float = 1_000.0) -> Timetable:
    return Timetable(LIMITS, Random(7).random, now)


def test_both_are_due_at_the_start() -> None:
    table = timetable()
    assert (table.build_at, table.fetch_at) == (1_000.0, 1_000.0)


def test_a_build_comes_daily_with_jitter_and_a_fetch_when_a_source_is_due() -> None:
    for seed in range(50):
        table = Timetable(LIMITS, Random(seed).random, 0.0)
        table.succeed(100.0, 5 * HOUR, fetched=True)
        assert 100 + 0.9 * DAY <= table.build_at <= 100 + DAY
        assert table.fetch_at == 100 + 5 * HOUR
        assert table.next_at(fetching=True) == table.fetch_at
        assert table.next_at(fetching=False) == table.build_at


@pytest.mark.parametrize(
    ("wished", "kept"), [(-5.0, LIMITS.least_seconds), (0.0, LIMITS.least_seconds), (90 * DAY, DAY), (None, DAY)]
)
def test_a_fetch_is_never_due_at_once_again_and_never_forgotten(wished: float | None, kept: float) -> None:
    table = timetable()
    table.succeed(0.0, wished, fetched=True)
    assert table.fetch_at == kept


def test_a_build_without_a_fetch_leaves_the_fetch_due() -> None:
    table = timetable()
    table.wait_for_network(1_000.0)
    table.succeed(1_010.0, None, fetched=False)
    assert table.fetch_at == 1_000.0 + LIMITS.offline_seconds
    assert table.build_at > 1_010.0 + 0.8 * DAY


def test_pauses_after_failures_double_to_a_bound_and_begin_anew_after_a_success() -> None:
    table = timetable()
    pauses = [table.fail(0.0) for _ in range(12)]
    assert 60 <= pauses[0] <= 66
    assert 120 <= pauses[1] <= 132
    assert all(LIMITS.most_pause_seconds <= pause <= 1.1 * LIMITS.most_pause_seconds for pause in pauses[-3:])
    assert table.build_at == table.fetch_at == pauses[-1]
    table.succeed(0.0, None, fetched=True)
    assert table.fail(0.0) <= 66


def test_whoever_asks_is_heard_at_once() -> None:
    table = timetable()
    table.fail(0.0)
    table.come_round(0.0, 600.0)
    table.wake(5.0)
    assert (table.build_at, table.fetch_at, table.round_at) == (5.0, 5.0, 5.0)
