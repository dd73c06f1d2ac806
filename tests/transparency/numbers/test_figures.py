"""Figures from random casebooks are what a slow look at every event comes to."""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import fold
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.figures import begin_of, compute
from filterdns.transparency.numbers.gathered import Gathering, Origin
from filterdns.transparency.numbers.hiding import FEWEST
from filterdns.transparency.numbers.rows import Cases, Feed, Lists, OwnEntry, Row
from tests.transparency.casebook.appealing import appeal
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.numbers.full import OUTCOMES, PEOPLE, TERMS, decide

NOW = datetime(2031, 5, 17, 13, 40, tzinfo=UTC)
WRONG = (e.REMOVED, e.NARROWED, e.MOVED)


def random_book(book: Casebook, draw: Random) -> list[int]:
    """Cases of the last fourteen months, some joined, late, decided, looked at again; their numbers."""
    made = []
    for number in range(draw.randrange(1, 45)):
        at = NOW - timedelta(hours=draw.randrange(1, 420 * 24))
        terms = draw.choice(TERMS[:3])
        case = appeal(book, f"n{number}.example", terms, days=terms.appeal.days, when=at).case
        made.append(case.id)
        for _ in range(draw.choice((0, 0, 0, 1, 2))):
            case = appeal(book, case.name, terms, days=1, when=min(NOW, at + timedelta(hours=1))).case
        decided = at + timedelta(hours=draw.randrange(1, 24 * 20))
        assert case.due is not None
        if decided >= case.due and case.due < NOW:
            case = book.append(case.id, e.SUSPENDED, e.CLOCK, "", {"why": "late"}, case.due, expected_last=case.last)
        if decided > NOW or draw.random() < 0.1:
            continue
        outcome = e.REMOVED if case.suspended else draw.choice(OUTCOMES)
        case = decide(book, case, outcome, decided, draw.choice(PEOPLE))
        again = decided + timedelta(hours=draw.randrange(1, 200))
        if draw.random() < 0.3 and again < NOW:
            second_step(book, case.id, again, draw)
    return made


def second_step(book: Casebook, case_id: int, again: datetime, draw: Random) -> None:
    case = book.case(case_id)
    due = {"due": (again + Rules().second_step).isoformat()}
    case = book.append(case_id, e.ASKED_AGAIN, e.PUBLIC, "", due, again, expected_last=case.last)
    people = {"people": [name for name, _ in PEOPLE], "size": 1}
    case = book.append(case_id, e.DRAWN, e.CLOCK, "", people, again, expected_last=case.last)
    outcome, end = draw.choice((e.UPHELD, e.REMOVED)), again + timedelta(hours=5)
    if end > NOW:
        return
    for who in PEOPLE[:2]:
        case = book.append(case_id, e.VOTED, *who, {"outcome": outcome}, end, expected_last=case.last)
    book.append(
        case_id, e.DECIDED, *PEOPLE[0], {"outcome": outcome, "reason": {"en": "x"}}, end, expected_last=case.last
    )


def origin(case: object) -> Origin:
    """Where a listing came from, for a test: told by the name's length."""
    name = case.name  # type: ignore[attr-defined]
    return Origin("one-list" if len(name) % 2 else r.OWN, date(2030, 1, 1) + timedelta(days=len(name)))


def figures_of(book: Casebook) -> tuple[Row, ...]:
    return compute(Gathering(Rules(), frozenset()).cases(book, NOW, origin), Lists(), NOW)


@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_figures_are_what_a_slow_look_at_every_event_comes_to(seed: int) -> None:
    state = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    book = new_casebook(state)
    try:
        numbers = random_book(book, Random(seed))
        _compare(book, numbers, {(row.figure, row.by, row.key): row for row in figures_of(book)})
    finally:
        book.close()
        shutil.rmtree(state)


def _compare(book: Casebook, numbers: list[int], rows: dict[tuple[str, str, str], Row]) -> None:
    begin = begin_of(NOW)
    received: Counter[str] = Counter()
    spans: defaultdict[str, list[float]] = defaultdict(list)
    in_time, late, won, ended, wrong = 0, 0, 0, 0, 0
    for number in numbers:
        history = book.events(number)
        case = fold(history)
        started, due, last = case.opened, datetime.fromisoformat(history[0].data["due"]), None
        for event in history:
            if event.kind in (e.OPENED, e.JOINED) and event.at >= begin:
                received[case.category] += 1
            late += event.kind == e.SUSPENDED and event.at >= begin
            if event.kind == e.ASKED_AGAIN:
                started, due = event.at, datetime.fromisoformat(event.data["due"])
            if event.kind == e.DECIDED and event.at >= begin:
                spans[case.category].append((event.at - started).total_seconds() / 86_400)
                in_time += event.at <= due
                last = event
        if last is not None:
            ended += 1
            won += last.data["outcome"] in WRONG
            if last.data["outcome"] in WRONG:
                opened = [each.at for each in history if each.kind == e.SUSPENDED and each.at < last.at]
                first_step = not any(each.kind == e.ASKED_AGAIN and each.at < last.at for each in history)
                until = (opened[-1] if opened and first_step else last.at).date()
                since = origin(case).since
                assert since is not None
                wrong += (until - since).days
    everything = [span for each in spans.values() for span in each]
    assert rows["received", r.TOTAL, ""].value == sum(received.values())
    assert rows["decided", r.TOTAL, ""].value == len(everything)
    assert (rows["in_time", r.TOTAL, ""].part, rows["in_time", r.TOTAL, ""].of) == (in_time, len(everything))
    assert rows["late", r.TOTAL, ""].value == rows["late_opened", r.TOTAL, ""].value == late
    assert (rows["overturned", r.TOTAL, ""].part, rows["overturned", r.TOTAL, ""].of) == (won, ended)
    assert rows["days_wrong", r.TOTAL, ""].value == wrong
    if everything:
        assert rows["days_median", r.TOTAL, ""].value == pytest.approx(statistics.median(everything))
        assert sum(span <= (rows["days_p90", r.TOTAL, ""].value or 0) for span in everything) >= 0.9 * len(everything)
    for category, each in spans.items():
        row = rows["days_median", r.CATEGORY, category]
        assert row.value == (pytest.approx(statistics.median(each)) if len(each) >= FEWEST else None)
    for figure in ("received", "decided"):
        by_month = sum(row.value or 0 for (name, by, _), row in rows.items() if (name, by) == (figure, r.MONTH))
        assert by_month == rows[figure, r.TOTAL, ""].value
    assert sum(book.count_open().values()) == rows["waiting", r.TOTAL, ""].value


def test_small_numbers_of_people_are_never_told_nor_what_tells_them() -> None:
    when = datetime(2031, 5, 1, tzinfo=UTC)
    received = {(date(2031, 5, 1), e.APPEAL, name): number for name, number in (("a", 40), ("b", 3), ("c", 9))}
    rows = [row for row in compute(Cases(received=received), Lists(), when) if row.figure == "received"]
    shown = {row.key: row.value for row in rows if row.by == r.CATEGORY}
    assert shown == {"a": 40, "b": None, "c": None}, "with c told, the total would tell b"


def test_what_is_past_its_end_is_nothing_and_what_is_past_review_is_told() -> None:
    today = NOW.date()
    own = [
        OwnEntry(
            "adult", "reviewed", today - timedelta(days=400), today - timedelta(days=1), today + timedelta(days=9)
        ),
        OwnEntry("adult", "starter", today - timedelta(days=10), today + timedelta(days=1), today + timedelta(days=80)),
        OwnEntry("legal_order", "ordered", today, None, today + timedelta(days=5), "A court, XX"),
    ]
    feeds = [Feed("a", "adult", 1_000, today - timedelta(days=1)), Feed("b", "adult", 10, today - timedelta(days=60))]
    rows = {(row.figure, row.by, row.key): row for row in compute(Cases(), Lists(1, {}, {}, feeds, own), NOW)}
    assert (rows["past_review", r.TOTAL, ""].part, rows["past_review", r.TOTAL, ""].of) == (1, 2)
    assert rows["past_expiry", r.TOTAL, ""].value == 0
    assert rows["fresh_own_median", r.TOTAL, ""].value == 10
    assert rows["fresh_imported_p90", r.TOTAL, ""].value == 1, "each name counts once, not each list"
    assert rows["orders", r.AUTHORITY, "A court, XX"].value == 1


def test_power_is_told_from_a_third_and_marked_from_a_half() -> None:
    def answer(number: int, *organisations: str) -> r.Answer:
        at = NOW - timedelta(hours=number)
        return r.Answer(number, e.APPEAL, "adult", True, 1, at, at, True, e.UPHELD, organisations=organisations)

    answers = [answer(n, "school") for n in range(6)] + [answer(n + 6, "school", "uni") for n in range(2)]
    answers += [answer(n + 8, "uni") for n in range(3)] + [answer(20, "health")] + [answer(21)]
    rows = [row for row in compute(Cases(answers), Lists(), NOW) if row.figure == "power"]
    assert [(row.key, row.within, row.part, row.of, row.mark) for row in rows] == [
        ("school", "adult", 7.0, 12, r.MARKED),
        ("uni", "adult", 4.0, 12, ""),
    ]


def test_a_list_that_errs_too_often_is_marked() -> None:
    def answer(number: int, source: str, outcome: str) -> r.Answer:
        at = NOW - timedelta(days=number % 60)
        return r.Answer(number, e.APPEAL, "adult", True, 1, at, at, True, outcome, source, at.date())

    answers = [answer(n, "bad", e.REMOVED if n < 5 else e.UPHELD) for n in range(24)]
    answers += [answer(n + 50, "good", e.REMOVED if n < 4 else e.UPHELD) for n in range(24)]
    rows = {
        row.key: row
        for row in compute(Cases(answers), Lists(), NOW)
        if (row.figure, row.by) == ("overturned", r.SOURCE)
    }
    assert (rows["bad"].mark, rows["good"].mark) == (r.REVIEW, "")
    assert rows["bad"].low is not None
    assert rows["bad"].low < 5 / 24 < (rows["bad"].high or 0)
