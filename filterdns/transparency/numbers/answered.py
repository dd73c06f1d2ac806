"""Figures of appeals: how many, how soon, how late, how often we were wrong and for how long. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from filterdns.transparency.appeals.events import APPEAL, REVIEW
from filterdns.transparency.appeals.life import OVERTURNING, Decided, error_rates
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.arithmetic import median, month_after, percentile, wilson
from filterdns.transparency.numbers.hiding import FEWEST, cells_to_hide
from filterdns.transparency.numbers.rows import Answer, Cases, Row

_DAY_SECONDS = 86_400
_ABOUT_LISTINGS = (APPEAL, REVIEW)


def figures_of_appeals(cases: Cases, months: Sequence[date], today: date) -> Iterator[Row]:
    """All of them for these months, which are told by their first days, the last one's being today's."""
    period = _Period(months[0], month_after(months[-1]), months)
    answers = [answer for answer in cases.answers if answer.asked and period.has(answer.decided)]
    yield from _received(cases, period)
    yield from period.counted("decided", Counter(answer.category for answer in answers))
    yield from period.by_month("decided", Counter(_month(answer.decided) for answer in answers))
    yield from period.shares("in_time", r.CATEGORY, answers, lambda answer: answer.category, lambda a: a.in_time)
    yield from _days(period, answers)
    yield from _late(cases, period)
    yield from _overturned(period, answers, today)
    yield from _second_steps(period, answers)
    yield from _waiting(cases, today)


class _Period:
    """The time of these figures, and rows for it."""

    def __init__(self, begin: date, end: date, months: Sequence[date]) -> None:
        self.begin, self.end, self._months = begin, end, months

    def has(self, at: datetime) -> bool:
        return self.begin <= at.date() < self.end

    def row(self, figure: str, by: str, key: str, unit: str, value: float | None) -> Row:
        return Row(figure, by, key, self.begin, self.end, unit, value)

    def counted(self, figure: str, counts: Mapping[str, int]) -> Iterator[Row]:
        """A total, and how much of it each category has."""
        yield self.row(figure, r.TOTAL, "", r.COUNT, sum(counts.values()))
        hidden = cells_to_hide(counts, total_is_shown=True)
        for key in sorted(counts):
            row = self.row(figure, r.CATEGORY, key, r.COUNT, counts[key])
            yield hide(row) if key in hidden else row

    def by_month(self, figure: str, counts: Mapping[date, int], unit: str = r.COUNT) -> Iterator[Row]:
        """A row for each month, also for those with nothing in them."""
        for month in self._months:
            yield Row(figure, r.MONTH, f"{month:%Y-%m}", month, month_after(month), unit, counts.get(month, 0))

    def shares(
        self,
        figure: str,
        by: str,
        answers: Sequence[Answer],
        key_of: Callable[[Answer], str],
        is_part: Callable[[Answer], bool],
        *,
        with_total: bool = True,
    ) -> Iterator[Row]:
        """Which share of the answers is so, in all and by a key; of few answers it is hidden."""
        if with_total:
            yield share(self.row(figure, r.TOTAL, "", r.SHARE, None), sum(map(is_part, answers)), len(answers))
        groups = _grouped(answers, key_of)
        hidden = cells_to_hide({key: len(group) for key, group in groups.items()}, total_is_shown=True)
        for key in sorted(groups):
            row = self.row(figure, by, key, r.SHARE, None)
            yield hide(row) if key in hidden else share(row, sum(map(is_part, groups[key])), len(groups[key]))


def hide(row: Row) -> Row:
    """The row without its numbers."""
    return replace(row, value=None, part=None, of=None, low=None, high=None, mark=r.HIDDEN)


def share(row: Row, part: int, of: int) -> Row:
    """The row as a share, with the interval that so few cases leave; without a value if there are none."""
    if not of:
        return replace(row, part=0, of=0)
    low, high = wilson(part, of)
    return replace(row, value=part / of, part=part, of=of, low=low, high=high)


def last_of_each_case(answers: Iterable[Answer]) -> list[Answer]:
    """What each case came to, in the order of the cases."""
    last: dict[int, Answer] = {}
    for answer in answers:
        if answer.case not in last or answer.step >= last[answer.case].step:
            last[answer.case] = answer
    return [last[case] for case in sorted(last)]


def _received(cases: Cases, period: _Period) -> Iterator[Row]:
    about = {
        (month, category, kind): number
        for (month, kind, category), number in cases.received.items()
        if kind in _ABOUT_LISTINGS and period.begin <= month < period.end
    }
    categories: Counter[str] = Counter()
    months: Counter[date] = Counter()
    for (month, category, _), number in about.items():
        categories[category] += number
        months[month] += number
    yield from period.counted("received", categories)
    yield from period.by_month("received", months)


def _days(period: _Period, answers: Sequence[Answer]) -> Iterator[Row]:
    groups = _grouped(answers, lambda answer: answer.category)
    for figure, take in (("days_median", median), ("days_p90", lambda spans: percentile(spans, 90))):
        if answers:
            yield period.row(figure, r.TOTAL, "", r.DAYS, take(list(map(_span, answers))))
        for key in sorted(groups):
            row = period.row(figure, r.CATEGORY, key, r.DAYS, take(list(map(_span, groups[key]))))
            yield row if len(groups[key]) >= FEWEST else hide(row)


def _late(cases: Cases, period: _Period) -> Iterator[Row]:
    late = [case for case in cases.late if period.has(case.at)]
    yield from period.counted("late", Counter(case.category for case in late))
    yield period.row("late_opened", r.TOTAL, "", r.COUNT, sum(case.opened for case in late))
    for category in sorted(cases.lacking_hands):
        row = period.row("capacity", r.CATEGORY, category, r.COUNT, cases.lacking_hands[category])
        yield replace(row, mark=r.MARKED)


def _overturned(period: _Period, answers: Sequence[Answer], today: date) -> Iterator[Row]:
    final = last_of_each_case(answers)
    is_won = _is_overturned
    yield from period.shares("overturned", r.CATEGORY, final, lambda answer: answer.category, is_won)
    ailing = {rate.source for rate in error_rates(decided_against(final), today) if rate.asks_for_review}
    for row in period.shares("overturned", r.SOURCE, final, lambda answer: answer.source, is_won, with_total=False):
        yield replace(row, mark=r.REVIEW) if row.key in ailing else row
    wrong = [(answer, days) for answer in final if is_won(answer) and (days := days_wrong(answer)) is not None]
    spans = [days for _, days in wrong]
    yield period.row("days_wrong", r.TOTAL, "", r.DAYS, sum(spans))
    if spans:
        yield period.row("days_wrong_median", r.TOTAL, "", r.DAYS, median(spans))
    months: Counter[date] = Counter()
    for answer, days in wrong:
        months[_month(answer.decided)] += days
    yield from period.by_month("days_wrong", months, r.DAYS)


def decided_against(final: Iterable[Answer]) -> Iterator[Decided]:
    """What `life.error_rates` asks of the public lists."""
    for answer in final:
        if answer.source != r.OWN:
            yield Decided(answer.source, answer.category, answer.decided.date(), answer.outcome)


def days_wrong(answer: Answer) -> int | None:
    """How many days a name was closed by mistake; None where it is not known since when."""
    if answer.wrong_since is None:
        return None
    return max(0, ((answer.until or answer.decided.date()) - answer.wrong_since).days)


def _second_steps(period: _Period, answers: Sequence[Answer]) -> Iterator[Row]:
    first = {answer.case: answer.outcome for answer in answers if answer.step == 1}
    second = [answer for answer in answers if answer.step == 2 and answer.case in first]
    changed = sum(answer.outcome != first[answer.case] for answer in second)
    yield share(period.row("second_changed", r.TOTAL, "", r.SHARE, None), changed, len(second))


def _waiting(cases: Cases, today: date) -> Iterator[Row]:
    waiting = [each for each in cases.waiting if each.kind in _ABOUT_LISTINGS]
    yield Row("waiting", r.TOTAL, "", today, today, r.COUNT, sum(each.cases for each in waiting))
    if waiting:
        oldest = min(each.oldest for each in waiting).date()
        yield Row("waiting_longest", r.TOTAL, "", today, today, r.DAYS, max(0, (today - oldest).days))


def _grouped(answers: Iterable[Answer], key_of: Callable[[Answer], str]) -> dict[str, list[Answer]]:
    groups: defaultdict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[key_of(answer)].append(answer)
    return dict(groups)


def _is_overturned(answer: Answer) -> bool:
    return answer.outcome in OVERTURNING


def _span(answer: Answer) -> float:
    return (answer.decided - answer.received).total_seconds() / _DAY_SECONDS


def _month(at: datetime) -> date:
    return at.date().replace(day=1)
