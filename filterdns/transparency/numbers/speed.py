"""Figures of speed and of precision: how soon a decision or a list counts, how much of a list is right. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from filterdns.transparency.appeals.events import LISTED
from filterdns.transparency.appeals.life import OVERTURNING, QUARTER
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.answered import hide, share
from filterdns.transparency.numbers.arithmetic import median, percentile, weighted_percentile
from filterdns.transparency.numbers.hiding import FEWEST
from filterdns.transparency.numbers.recorded import CameOut
from filterdns.transparency.numbers.rows import Answer, Row
from filterdns.transparency.numbers.samples import Precision

PROMISED = timedelta(hours=24)  # until a removal counts at a resolver (requirements J3 d, M7)
_HOUR_SECONDS = 3_600


def figures_of_speed(
    answers: Sequence[Answer], came_out: Sequence[CameOut], begin: date, when: datetime
) -> Iterator[Row]:
    """From a decision to the name that resolves, from one to the listing, from a list to the release with it."""
    today = when.date()
    opened = [answer for answer in answers if answer.outcome in OVERTURNING and answer.decided.date() >= begin]
    yield from _hours("removal", [answer for answer in opened if answer.counts_at is not None], begin, today)
    old = [answer for answer in opened if answer.counts_at is not None or answer.decided + PROMISED <= when]
    in_time = sum(_is_in_time(answer) for answer in old)
    yield share(Row("removal_in_day", r.TOTAL, "", begin, today, r.SHARE, None), in_time, len(old))
    listed = [answer for answer in answers if answer.outcome == LISTED and answer.decided.date() >= begin]
    yield from _hours("add", [answer for answer in listed if answer.counts_at is not None], begin, today)
    yield from _imports([each for each in came_out if each.released.date() >= begin], begin, today)


def figures_of_precision(found: Sequence[Precision], today: date) -> Iterator[Row]:
    """Of names that were drawn by lot within the quarter, how many are what their list says."""
    yield _right("", r.TOTAL, found, today)
    for category in sorted({each.category for each in found}):
        yield _right(category, r.CATEGORY, [each for each in found if each.category == category], today)
    for source in sorted({each.source for each in found}):
        its = [each for each in found if each.source == source]
        row = _right(source, r.SOURCE, its, today)
        yield replace(row, mark=r.REVIEW) if any(each.fails for each in its) else row


def _right(key: str, by: str, found: Sequence[Precision], today: date) -> Row:
    looked_at, wrong = sum(each.looked_at for each in found), sum(each.wrong for each in found)
    row = Row("precision", by, key, today - QUARTER, today, r.SHARE, None)
    return share(row, looked_at - wrong, looked_at)


def figures_of_kinds(answers: Sequence[Answer], begin: date, today: date) -> Iterator[Row]:
    """Which kinds of partners decided, by persons: what two decided together is half of each one's kind."""
    parts: defaultdict[str, float] = defaultdict(float)
    decided = [answer for answer in answers if answer.partners and answer.decided.date() >= begin]
    for answer in decided:
        for partner in answer.partners:
            parts[partner] += 1 / len(answer.partners)
    for partner in sorted(parts):
        row = Row("partners", r.PARTNER, partner, begin, today, r.SHARE, parts[partner] / len(decided))
        yield replace(row, part=round(parts[partner], 2), of=len(decided))


def _is_in_time(answer: Answer) -> bool:
    return answer.counts_at is not None and answer.counts_at - answer.decided <= PROMISED


def _hours(figure: str, answers: Sequence[Answer], begin: date, today: date) -> Iterator[Row]:
    if not answers:
        return
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for answer in answers:
        assert answer.counts_at is not None
        groups[answer.category].append((answer.counts_at - answer.decided).total_seconds() / _HOUR_SECONDS)
    spans = [span for group in groups.values() for span in group]
    yield Row(f"{figure}_median", r.TOTAL, "", begin, today, r.HOURS, median(spans))
    yield Row(f"{figure}_p95", r.TOTAL, "", begin, today, r.HOURS, percentile(spans, 95))
    for key in sorted(groups):
        row = Row(f"{figure}_p95", r.CATEGORY, key, begin, today, r.HOURS, percentile(groups[key], 95))
        yield row if len(groups[key]) >= FEWEST else hide(row)


def _imports(came_out: Sequence[CameOut], begin: date, today: date) -> Iterator[Row]:
    groups: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for each in came_out:
        hours = max(0.0, (each.released - each.fetched).total_seconds() / _HOUR_SECONDS)
        groups[each.source].append((hours, each.added))
    everything = [pair for group in groups.values() for pair in group]
    if everything:
        row = Row("import_p95", r.TOTAL, "", begin, today, r.HOURS, weighted_percentile(everything, 95))
        yield replace(row, of=sum(added for _, added in everything))
    for source in sorted(groups):
        row = Row("import_p95", r.SOURCE, source, begin, today, r.HOURS, weighted_percentile(groups[source], 95))
        yield replace(row, of=sum(added for _, added in groups[source]))
