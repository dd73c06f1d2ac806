"""Cases are opened once, change once for each event, and nothing is half written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import DECIDED, SECOND, CaseFault, fold
from filterdns.transparency.appeals.lateness import due_events
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.faults import Changed, Missing
from filterdns.transparency.casebook.writing import NewCase
from tests.transparency.appeals.cases import ADULT, BEGIN, FRAUD, RULES
from tests.transparency.casebook.appealing import a_receipt, appeal
from tests.transparency.casebook.conftest import Place

LATE = {"why": e.WHY_LATE}


def test_case_is_opened_with_its_deadline(book: Casebook) -> None:
    opened = appeal(book, days=3)
    assert not opened.joined
    assert opened.case == book.case(opened.case.id) == fold(book.events(opened.case.id))
    assert opened.case.due == BEGIN + timedelta(days=3)


def test_a5_five_hundred_appeals_on_one_name_make_one_case(place: Place) -> None:
    books = [place.open(), place.open()]  # two processes

    def send(number: int) -> int:
        return appeal(books[number % 2]).case.id

    with ThreadPoolExecutor(20) as senders:
        assert set(senders.map(send, range(500))) == {1}
    assert books[0].case(1).appeals == 500
    assert len(books[0].receipts(1, limit=1_000)) == 500
    assert books[0].count_open() == {(e.APPEAL, "adult"): 1}
    assert [event.number for event in books[0].events(1)] == list(range(1, 501))
    assert not books[0].check()


def test_cases_of_many_threads_are_numbered_without_a_gap(place: Place) -> None:
    books = [place.open(), place.open()]
    with ThreadPoolExecutor(20) as senders:
        opened = list(senders.map(lambda n: appeal(books[n % 2], f"n{n}.example"), range(100)))
    assert sorted(each.case.id for each in opened) == list(range(1, 101))
    assert sorted(each.case.last for each in opened) == list(range(1, 101))


def test_another_category_of_a_name_is_another_case(book: Casebook) -> None:
    assert appeal(book, terms=ADULT).case.id != appeal(book, terms=FRAUD).case.id


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (e.REVIEW, e.APPEAL, True),
        (e.APPEAL, e.REVIEW, True),
        (e.PROPOSAL, e.PROPOSAL, True),
        (e.PROPOSAL, e.APPEAL, False),
        (e.HOLD, e.PROTECT, False),
    ],
)
def test_what_shares_a_case(book: Casebook, first: str, second: str, joined: bool) -> None:
    appeal(book, kind=first)
    assert appeal(book, kind=second).joined is joined


def test_claim_that_joins_makes_the_deadline_the_shorter_one(book: Casebook) -> None:
    appeal(book, days=7)
    joined = appeal(book, claim=True, days=1, when=BEGIN + timedelta(days=2))
    assert joined.case.claim
    assert joined.case.due == BEGIN + timedelta(days=3)
    assert [event.kind for event in book.events(joined.case.id)] == [e.OPENED, e.CLAIMED, e.JOINED]
    again = appeal(book, claim=True, days=1, when=BEGIN + timedelta(days=2.5))
    assert again.case.due == BEGIN + timedelta(days=3)


def test_decided_case_is_not_joined(book: Casebook) -> None:
    first = appeal(book).case
    book.append(first.id, e.DECIDED, "ada", "uni", {"outcome": e.UPHELD}, BEGIN, expected_last=first.last)
    second = appeal(book)
    assert not second.joined
    assert [case.id for case in book.find("clinic.example")] == [first.id, second.case.id]
    assert book.find("clinic.example", "fraud") == []


def test_second_step_waits_for_no_other_case_on_the_listing(book: Casebook) -> None:
    first = appeal(book).case
    first = book.append(first.id, e.DECIDED, "ada", "uni", {"outcome": e.UPHELD}, BEGIN, expected_last=first.last)
    second = appeal(book).case
    ask = {"due": (BEGIN + timedelta(days=14)).isoformat()}
    with pytest.raises(CaseFault, match=f"case {second.id} about the same listing is open"):
        book.append(first.id, e.ASKED_AGAIN, e.PUBLIC, "", ask, BEGIN, expected_last=first.last)
    book.append(second.id, e.WITHDRAWN, e.PUBLIC, "", {}, BEGIN, expected_last=second.last)
    assert book.append(first.id, e.ASKED_AGAIN, e.PUBLIC, "", ask, BEGIN, expected_last=first.last).state == SECOND


@pytest.mark.parametrize(("name", "is_kept"), [("clinic.example", True), ("x" * 300, False)])
def test_what_a_decision_opens_is_written_with_it_or_neither_is(book: Casebook, name: str, is_kept: bool) -> None:
    case = appeal(book).case
    moved = {"outcome": e.MOVED, "to_category": "fraud"}
    opens = NewCase(FRAUD, e.PROPOSAL, name, True, False, None, "ada", "uni"), a_receipt()
    with nullcontext() if is_kept else pytest.raises(CaseFault):
        book.append(case.id, e.DECIDED, "ada", "uni", moved, BEGIN, expected_last=case.last, opens=opens)
    left = [(each.kind, each.category) for each in book.open_cases()]
    assert left == ([(e.PROPOSAL, "fraud")] if is_kept else [(e.APPEAL, "adult")])
    assert bool(book.pending()) is is_kept


def test_whoever_comes_second_is_told(book: Casebook) -> None:
    case = appeal(book).case
    book.append(case.id, e.TAKEN, "ada", "uni", {}, BEGIN, expected_last=case.last)
    with pytest.raises(Changed, match="expected event 1 as its last, got 2"):
        book.append(case.id, e.DECIDED, "bob", "school", {"outcome": e.REMOVED}, BEGIN, expected_last=case.last)
    with pytest.raises(Missing):
        book.append(99, e.TAKEN, "ada", "uni", {}, BEGIN, expected_last=0)


def test_of_twenty_who_decide_at_once_one_does(place: Place) -> None:
    books = [place.open(), place.open()]
    case = appeal(books[0]).case

    def decide(number: int) -> bool:
        try:
            books[number % 2].append(
                case.id, e.DECIDED, f"p{number}", "uni", {"outcome": e.REMOVED}, BEGIN, expected_last=case.last
            )
        except Changed:
            return False
        return True

    with ThreadPoolExecutor(20) as deciders:
        assert sum(deciders.map(decide, range(20))) == 1
    assert [row.deed["do"] for row in books[0].pending()] == ["open", "tell"]


def test_refused_event_leaves_nothing(book: Casebook) -> None:
    case = appeal(book).case
    with pytest.raises(CaseFault):
        book.append(case.id, e.VOTED, "ada", "uni", {"outcome": e.REMOVED}, BEGIN, expected_last=case.last)
    assert book.case(case.id) == case
    assert len(book.events(case.id)) == 1
    assert appeal(book, "other.example").case.last == 2


@pytest.mark.parametrize(
    "data",
    [
        {"why": "x" * 20_000},
        {"why": "a\0b"},
        {"why": "a\ud800b"},
        {"why": ["a\0b"]},
        {"why": {"deep": "a\0b"}},
        {"wh\0y": 1},
        {"why": BEGIN},
        {"why": float("nan")},
    ],
    ids=repr,
)
def test_data_that_a_database_may_refuse_is_refused_in_all(book: Casebook, data: dict[str, object]) -> None:
    case = appeal(book).case
    with pytest.raises(CaseFault, match="expected"):
        book.append(case.id, e.TAKEN, "ada", "uni", data, BEGIN, expected_last=case.last)
    assert book.case(case.id) == case


def test_deeds_wait_in_the_order_of_their_events_and_are_done_once(book: Casebook) -> None:
    one, two = appeal(book, "one.example").case, appeal(book, "two.example").case
    two = book.append(two.id, e.SUSPENDED, e.CLOCK, "", LATE, BEGIN, expected_last=two.last)
    one = book.append(one.id, e.SUSPENDED, e.CLOCK, "", LATE, BEGIN, expected_last=one.last)
    book.append(two.id, e.DECIDED, "ada", "uni", {"outcome": e.REMOVED}, BEGIN, expected_last=two.last)
    waiting = book.pending()
    assert [(row.number, row.event, row.deed["do"]) for row in waiting] == [
        *((1, 3, "suspend"), (2, 3, "tell"), (3, 4, "suspend"), (4, 4, "tell")),
        *((5, 5, "open"), (6, 5, "lift"), (7, 5, "tell")),
    ]
    assert waiting[0].deed["event"] == 3
    assert waiting[0].deed["name"] == "two.example"
    assert book.done(1, BEGIN, "suspended")
    assert not book.done(1, BEGIN, "again")
    assert [row.number for row in book.pending(limit=2)] == [2, 3]


def test_what_keep_has_done_stands_in_the_case(book: Casebook) -> None:
    case = appeal(book).case
    case = book.append(case.id, e.DECIDED, "ada", "uni", {"outcome": e.REMOVED}, BEGIN, expected_last=case.last)
    case = book.append(case.id, e.IN_FORCE, e.KEEPER, "", {"release": 12, "entry": 345}, BEGIN, expected_last=case.last)
    assert book.case(case.id).in_force == (12, 345)


def test_lateness_is_appended_as_far_as_it_still_holds(book: Casebook) -> None:
    late, taken, proposal = appeal(book, "a.example").case, appeal(book, "b.example").case, None
    proposal = appeal(book, "c.example", kind=e.PROPOSAL, days=3).case
    when = BEGIN + timedelta(days=8)
    found = book.due_before(when)
    assert [case.id for case in found] == [late.id, taken.id, proposal.id]
    dues = due_events(found, when, RULES, book.valve(when, {}), lambda name, category: None)
    assert len(dues) == 3
    # In the meantime somebody decides one and looks at another.
    book.append(taken.id, e.DECIDED, "ada", "uni", {"outcome": e.UPHELD}, when, expected_last=taken.last)
    longer = {"due": (when + timedelta(days=14)).isoformat()}
    book.append(proposal.id, e.TAKEN, "ada", "uni", longer, when, expected_last=proposal.last)
    assert book.append_due(dues, when) == 1
    assert book.append_due(dues, when) == 0
    assert book.case(late.id).suspended == e.WHY_LATE
    assert book.case(taken.id).state == DECIDED
    assert book.case(proposal.id).is_open
    assert not book.due_before(when)
    assert [case.id for case in book.late_since(BEGIN)] == [late.id]


def test_decided_case_comes_to_its_end_after_the_time_to_ask_again(book: Casebook) -> None:
    case = appeal(book).case
    book.append(case.id, e.DECIDED, "ada", "uni", {"outcome": e.UPHELD}, BEGIN, expected_last=case.last)
    when = BEGIN + RULES.second_step_open
    assert not book.due_before(when - timedelta(seconds=1))
    dues = due_events(book.due_before(when), when, RULES, book.valve(when, {}), lambda name, category: None)
    assert book.append_due(dues, when) == 1
    assert not book.due_before(when)


def test_names_of_later_cases_are_told_in_the_order_in_which_they_were_opened(book: Casebook) -> None:
    assert book.names_after(0) == []
    for name in ("b.example", "a.example", "b.example"):
        appeal(book, name)
    assert book.names_after(0) == [(1, "b.example"), (2, "a.example")]
    assert book.names_after(1) == [(2, "a.example")]
    assert book.names_after(2) == []
