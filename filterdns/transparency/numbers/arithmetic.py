"""Medians, percentiles and intervals, as each figure says them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, sqrt

_Z = 1.959963984540054  # of the normal distribution, for 95 %


def median(values: Sequence[float]) -> float:
    """The middle one; the mean of the two in the middle. Of one value at least."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent of them do not exceed (nearest rank). Of one value at least."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def weighted_percentile(values: Sequence[tuple[float, int]], percent: int) -> float:
    """The same where each value stands for so many. Of one at least."""
    ordered = sorted(pair for pair in values if pair[1] > 0)
    wanted, seen = sum(weight for _, weight in ordered) * percent / 100, 0
    for value, weight in ordered:
        seen += weight
        if seen >= wanted:
            return value
    raise ValueError("expected values, got none")


def wilson(part: int, of: int) -> tuple[float, float]:
    """The interval in which the true share lies in 95 of 100 such samples (Wilson 1927). `of`: more than 0."""
    share, square = part / of, _Z * _Z
    centre = (share + square / (2 * of)) / (1 + square / of)
    reach = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def months_to(today: date, count: int) -> list[date]:
    """The first days of so many months, the one of today last."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def month_after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)
