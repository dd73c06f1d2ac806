"""Where bars end and how high columns are, as parts of the whole between 0 and 1. Pure; templates draw them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from filterdns.transparency.numbers.rows import HIDDEN, SHARE, Row

MOST_BARS = 20  # in a picture; the table has all
_APART = 3  # months between two years that are written out


@dataclass(frozen=True, slots=True)
class Bar:
    """One row as a bar. `low` and `high`: its interval, None if it has none."""

    row: Row
    length: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One month. `heights`: of each series."""

    label: str
    year: str  # where a new one begins, else ""
    heights: tuple[float, ...]


def bars(rows: Iterable[Row]) -> list[Bar]:
    """The longest first. Shares are parts of all, other values parts of the greatest; hidden ones have no bar."""
    shown = [row for row in rows if row.mark != HIDDEN and row.value is not None]
    top = max((_value(row) for row in shown if row.unit != SHARE), default=0.0) or 1.0
    found = [
        Bar(row, _value(row), row.low, row.high) if row.unit == SHARE else Bar(row, _value(row) / top) for row in shown
    ]
    return sorted(found, key=lambda bar: (-bar.length, bar.row.key))[:MOST_BARS]


def columns(series: Sequence[Sequence[Row]]) -> list[Column]:
    """Months with a column for each series, all of one scale; none if there is nothing to see."""
    top = max((_value(row) for rows in series for row in rows), default=0.0)
    if not top:
        return []
    months = [rows[0].begin for rows in zip(*series, strict=True)]
    return [
        Column(str(month.month), _year(months, at), tuple(_value(rows[at]) / top for rows in series))
        for at, month in enumerate(months)
    ]


def _year(months: Sequence[date], at: int) -> str:
    """The year where one begins, and at the beginning of all if no other stands too near."""
    is_new = months[at].month == 1 or (at == 0 and all(month.month != 1 for month in months[1:_APART]))
    return f"{months[at]:%Y}" if is_new else ""


def _value(row: Row) -> float:
    return row.value or 0.0
