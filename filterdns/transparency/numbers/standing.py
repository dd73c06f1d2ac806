"""Figures of the lists in use: how fresh they are, how their entries came, what states ordered. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from filterdns.lists.listing import HOLD_CATEGORY
from filterdns.transparency.appeals.events import APPEAL
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.arithmetic import median, percentile, weighted_percentile
from filterdns.transparency.numbers.rows import Cases, Lists, OwnEntry, Row

ORDERED = "ordered"
PROTECTED = ("p1", "p2")


def figures_of_lists(lists: Lists, today: date) -> Iterator[Row]:
    """All of them, as they are today."""
    yield from _shares(lists.bases, today)
    yield _row("protected", r.TOTAL, "", r.COUNT, sum(lists.names.get(level, 0) for level in PROTECTED), today)
    for category in sorted(lists.names.keys() - {*PROTECTED, HOLD_CATEGORY}):
        yield _row("names", r.CATEGORY, category, r.COUNT, lists.names[category], today)
    yield from _fresh_imports(lists, today)
    yield from _fresh_own(lists.own, today)


def figures_of_orders(lists: Lists, cases: Cases, months: Sequence[date], today: date) -> Iterator[Row]:
    """What an office outside ordered, what was said against it, and what it has not answered in time."""
    orders = Counter(entry.authority for entry in lists.own if entry.basis == ORDERED)
    yield _row("orders", r.TOTAL, "", r.COUNT, sum(orders.values()), today)
    for authority in sorted(orders):
        yield _row("orders", r.AUTHORITY, authority, r.COUNT, orders[authority], today)
    entered = Counter(day.replace(day=1) for day in lists.ordered if day >= months[0])
    received = _row("orders_received", r.TOTAL, "", r.COUNT, sum(entered.values()), today)
    yield replace(received, begin=months[0])
    challenged = sum(
        number
        for (month, kind, category), number in cases.received.items()
        if kind == APPEAL and category in cases.legal and month >= months[0]
    )
    yield replace(_row("orders_challenged", r.TOTAL, "", r.COUNT, challenged, today), begin=months[0])
    unanswered = [case for case in cases.late if case.is_legal and case.waits]
    yield _row("orders_unanswered", r.TOTAL, "", r.COUNT, len(unanswered), today)
    if unanswered:
        oldest = max(0, max((today - case.at.date()).days for case in unanswered))
        yield _row("orders_unanswered_longest", r.TOTAL, "", r.DAYS, oldest, today)


def _row(figure: str, by: str, key: str, unit: str, value: float | None, today: date) -> Row:
    return Row(figure, by, key, today, today, unit, value)


def _shares(bases: Mapping[str, int], today: date) -> Iterator[Row]:
    total = sum(bases.values())
    for basis, count in bases.items():
        row = _row("bases", r.BASIS, basis, r.SHARE, count / total if total else None, today)
        yield replace(row, part=count, of=total)


def _fresh_imports(lists: Lists, today: date) -> Iterator[Row]:
    ages = [((today - feed.confirmed).days, feed) for feed in lists.feeds if feed.confirmed is not None and feed.names]
    weighed = [(float(max(0, age)), feed.names) for age, feed in ages]
    if weighed:
        names = sum(weight for _, weight in weighed)
        for figure, percent in (("fresh_imported_median", 50), ("fresh_imported_p90", 90)):
            row = _row(figure, r.TOTAL, "", r.DAYS, weighted_percentile(weighed, percent), today)
            yield replace(row, of=names)
    for age, feed in sorted(ages, key=lambda pair: pair[1].source):
        row = _row("fresh_source", r.SOURCE, feed.source, r.DAYS, max(0, age), today)
        yield replace(row, of=feed.names, within=feed.category)


def _fresh_own(own: Sequence[OwnEntry], today: date) -> Iterator[Row]:
    ages = [float(max(0, (today - entry.confirmed).days)) for entry in own if entry.confirmed is not None]
    if ages:
        for figure, value in (("fresh_own_median", median(ages)), ("fresh_own_p90", percentile(ages, 90))):
            yield replace(_row(figure, r.TOTAL, "", r.DAYS, value, today), of=len(ages))
    dated = [entry.review_due for entry in own if entry.review_due is not None]
    past = sum(day <= today for day in dated)
    row = _row("past_review", r.TOTAL, "", r.SHARE, past / len(dated) if dated else None, today)
    yield replace(row, part=past, of=len(dated))
    over = sum(entry.expires is not None and entry.expires <= today for entry in own)
    yield _row("past_expiry", r.TOTAL, "", r.COUNT, over, today)
