"""The queue: in the order of `queue_key`, in pages, as long as it may be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import RECEIVED, UNDER_REVIEW
from filterdns.transparency.appeals.priority import queue_key
from filterdns.transparency.casebook.casebook import Casebook
from tests.transparency.appeals.cases import BEGIN, FRAUD
from tests.transparency.casebook.appealing import a_receipt, appeal


@pytest.fixture
def waiting(book: Casebook) -> Casebook:
    """30 open cases, some of them claims, proposals, or without a deadline, and a decided one."""
    for number in range(30):
        appeal(
            book,
            f"n{number}.example",
            FRAUD,
            kind=e.APPEAL if number % 4 else e.PROPOSAL,
            claim=number % 7 == 0,
            days=None if number % 9 == 0 else (number * 11) % 13,
        )
    decided = appeal(book, "decided.example").case
    book.append(decided.id, e.DECIDED, "ada", "uni", {"outcome": e.UPHELD}, BEGIN, expected_last=decided.last)
    return book


def test_claims_come_first_and_then_the_nearest_deadline(waiting: Casebook) -> None:
    cases = waiting.open_cases(limit=100)
    assert len(cases) == 30
    assert cases == sorted(cases, key=queue_key)
    assert cases[0].claim
    assert cases[-1].due is None


def test_whoever_has_proved_control_comes_before_others_and_behind_claims(waiting: Casebook) -> None:
    before = waiting.open_cases(limit=100)
    last = before[-1]
    claimed = next(case for case in before if case.claim)
    for case in (last, claimed, before[-2]):
        receipt = appeal(waiting, case.name, FRAUD, kind=case.kind, receipt=a_receipt()).receipt_id
        assert receipt is not None
        waiting.controls.ask(receipt, case.name, "token", BEGIN)
        waiting.controls.tried(receipt, BEGIN, found=case is not before[-2])
    proven = waiting.controls.proven([case.id for case in before])
    assert proven == {last.id, claimed.id}
    cases = waiting.open_cases(limit=100)
    assert cases == sorted(cases, key=lambda case: queue_key(case, proven=case.id in proven))
    assert cases[0].id == claimed.id
    claims = sum(case.claim for case in cases)
    assert cases[claims].id == last.id
    pages = [waiting.open_cases(offset=offset, limit=7) for offset in range(0, 42, 7)]
    assert [case for page in pages for case in page] == cases


def test_pages_are_the_queue_in_parts(waiting: Casebook) -> None:
    whole = waiting.open_cases(limit=100)
    pages = [waiting.open_cases(offset=offset, limit=7) for offset in range(0, 42, 7)]
    assert [case for page in pages for case in page] == whole
    assert pages[-1] == []


def test_queue_of_a_category_of_a_state_and_of_a_kind(waiting: Casebook) -> None:
    case = waiting.open_cases(limit=1)[0]
    waiting.append(case.id, e.TAKEN, "ada", "uni", {}, BEGIN, expected_last=case.last)
    assert [each.id for each in waiting.open_cases(states=[UNDER_REVIEW])] == [case.id]
    assert len(waiting.open_cases(states=[RECEIVED])) == 29
    assert waiting.open_cases(category="adult") == []
    assert {each.kind for each in waiting.open_cases(kinds=[e.PROPOSAL])} == {e.PROPOSAL}
    assert waiting.count_open() == {(e.APPEAL, "fraud"): 22, (e.PROPOSAL, "fraud"): 8}


def test_queue_of_somebody_of_nobody_and_of_what_is_overdue(waiting: Casebook) -> None:
    first, second = waiting.open_cases(limit=2)
    waiting.append(first.id, e.DRAWN, e.KEEPER, "", {"people": ["adam_1"], "size": 1}, BEGIN, expected_last=first.last)
    waiting.append(second.id, e.TAKEN, "ada", "uni", {}, BEGIN, expected_last=second.last)
    assert [case.id for case in waiting.open_cases(whose="adam_1")] == [first.id]
    assert [case.id for case in waiting.open_cases(whose="ada")] == [second.id]
    assert waiting.open_cases(whose="ad%") == waiting.open_cases(whose="adamx1") == []
    assert len(waiting.open_cases(whose="")) == 28
    when = BEGIN + timedelta(days=2)
    assert {case.id for case in waiting.open_cases(due_before=when)} == {
        case.id for case in waiting.open_cases(limit=100) if case.due is not None and case.due <= when
    }


def test_what_is_asked_most_is_found_by_an_index(book: Casebook) -> None:
    """Ten thousand open cases are not sorted for each page, and not looked through for each appeal."""
    if not book._store.is_sqlite:
        pytest.skip("the planner of PostgreSQL looks through what is small")
    asked: list[tuple[str, tuple[object, ...]]] = []
    event.listen(book._store.engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    book.open_cases(offset=50, limit=50)
    appeal(book)
    _, page, open_case = (row for row in asked if row[0].startswith("SELECT cases.id, "))
    with book._store.reading() as connection:
        plans = [
            str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
            for statement, values in (page, open_case)
        ]
    assert "USING INDEX ix_cases_queue" in plans[0]
    assert "TEMP B-TREE" not in plans[0]
    assert "USING INDEX uq_cases_open" in plans[1]
