"""All figures, from what the casebook and the release have. Pure: the same input gives the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from filterdns.transparency.desk.power import MOST, power_of, quarter_begins
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.answered import figures_of_appeals
from filterdns.transparency.numbers.arithmetic import months_to
from filterdns.transparency.numbers.recorded import CameOut
from filterdns.transparency.numbers.rows import Answer, Cases, Lists, Row
from filterdns.transparency.numbers.samples import Precision
from filterdns.transparency.numbers.speed import figures_of_kinds, figures_of_precision, figures_of_speed
from filterdns.transparency.numbers.standing import figures_of_lists, figures_of_orders

MONTHS = 12  # of the figures of appeals, today's month among them


def begin_of(when: datetime) -> datetime:
    """The first moment of what these figures are about."""
    first = months_to(when.astimezone(UTC).date(), MONTHS)[0]
    return datetime(first.year, first.month, 1, tzinfo=UTC)


def compute(
    cases: Cases,
    lists: Lists,
    when: datetime,
    came_out: Sequence[CameOut] = (),
    precision: Sequence[Precision] = (),
) -> tuple[Row, ...]:
    """Every figure at a moment, those of a kind together."""
    today = when.astimezone(UTC).date()
    months = months_to(today, MONTHS)
    return (
        *figures_of_appeals(cases, months, today),
        *figures_of_lists(lists, today),
        *figures_of_orders(lists, cases, months, today),
        *figures_of_speed(cases.answers, came_out, months[0], when.astimezone(UTC)),
        *figures_of_precision(precision, today),
        *_power(cases.answers, when),
        *figures_of_kinds(cases.answers, months[0], today),
    )


def _power(answers: Sequence[Answer], when: datetime) -> Iterator[Row]:
    """Organisations that decided a third or more of a category, in this quarter and the one before."""
    now = quarter_begins(when)
    before = quarter_begins(now - timedelta(days=1))
    for begin, end in ((now, when.astimezone(UTC) + timedelta(days=1)), (before, now)):
        decided: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for answer in answers:
            if begin <= answer.decided < end:
                decided[answer.category].append(answer.organisations)
        for category in sorted(decided):
            yield from _shares_of(category, decided[category], begin.date(), end.date())


def _shares_of(category: str, decided: Sequence[tuple[str, ...]], begin: date, end: date) -> Iterator[Row]:
    power = power_of(decided)
    for organisation, part in power.shown:
        row = Row("power", r.ORGANISATION, organisation, begin, end, r.SHARE, part, within=category)
        mark = r.MARKED if part >= MOST else ""
        yield replace(row, part=round(power.parts[organisation], 2), of=power.decisions, mark=mark)
