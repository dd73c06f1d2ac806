"""What is counted."""

from __future__ import annotations

from datetime import timedelta

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import fold
from filterdns.transparency.appeals.rules import Terms
from filterdns.transparency.casebook.casebook import Casebook
from tests.transparency.appeals.cases import ADULT, BEGIN, FRAUD
from tests.transparency.casebook.appealing import appeal

DAY = timedelta(days=1)
PANEL = ["ada", "bob", "dee"]


def test_each_decision_stands_with_the_case_before_and_after(book: Casebook) -> None:
    case = appeal(book, days=7).case
    for kind, by, data, days in (
        (e.SUSPENDED, e.CLOCK, {"why": e.WHY_LATE}, 8),
        (e.DECIDED, "ada", {"outcome": e.REMOVED, "cause": "import_error"}, 9),
        (e.ASKED_AGAIN, e.PUBLIC, {"due": (BEGIN + 30 * DAY).isoformat()}, 20),
        (e.DRAWN, e.KEEPER, {"people": PANEL, "size": 5}, 21),
        (e.VOTED, "ada", {"outcome": e.UPHELD}, 22),
        (e.VOTED, "bob", {"outcome": e.UPHELD}, 23),
        (e.DECIDED, "bob", {"outcome": e.UPHELD}, 23),
    ):
        case = book.append(case.id, kind, by, "", data, BEGIN + days * DAY, expected_last=case.last)
    first, second = book.decided_between(BEGIN, BEGIN + 40 * DAY)
    assert (first.before.suspended, first.before.due) == (e.WHY_LATE, BEGIN + 7 * DAY)
    assert (first.event.by, first.after.outcome, first.after.cause) == ("ada", e.REMOVED, "import_error")
    assert [voice.by for voice in second.before.votes] == ["ada", "bob"]
    assert second.after == fold(book.events(case.id)) == case
    assert book.decided_between(BEGIN + 9 * DAY, BEGIN + 23 * DAY) == [first]
    assert book.decided_between(BEGIN + 10 * DAY, BEGIN + 24 * DAY) == [second]


def test_appeals_of_a_day_are_counted_and_nobody_is_told_apart(book: Casebook) -> None:
    appeal(book, "a.example")
    appeal(book, "a.example", when=BEGIN + timedelta(hours=2))
    appeal(book, "b.example", FRAUD, kind=e.PROPOSAL)
    appeal(book, "c.example", when=BEGIN + DAY)
    book.open_or_join(
        FRAUD, kind=e.REVIEW, name="d.example", subdomains=True, claim=False, when=BEGIN, due=None, receipt=None,
        by=e.KEEPER,
    )  # fmt: skip
    assert book.received_between(BEGIN, BEGIN + DAY) == {(e.APPEAL, "adult"): 2, (e.PROPOSAL, "fraud"): 1}


def suspend(book: Casebook, name: str, why: str, *, terms: Terms = ADULT, claim: bool = False, days: int = 0) -> None:
    case = appeal(book, name, terms, claim=claim).case
    book.append(case.id, e.SUSPENDED, e.CLOCK, "", {"why": why}, BEGIN + days * DAY, expected_last=case.last)


def test_valve_counts_what_lateness_opened_today_but_for_claims(book: Casebook) -> None:
    suspend(book, "a.example", e.WHY_LATE)
    suspend(book, "b.example", e.WHY_LATE)
    suspend(book, "c.example", e.WHY_LATE, terms=FRAUD)
    suspend(book, "d.example", e.WHY_PERSON)
    suspend(book, "e.example", e.WHY_LATE, claim=True)
    suspend(book, "f.example", e.WHY_LATE, days=1)
    valve = book.valve(BEGIN, {"adult": 9})
    assert valve.listings == {"adult": 9}
    assert valve.opened_today == {"adult": 2, "fraud": 1}
    assert book.valve(BEGIN + DAY, {}).opened_today == {"adult": 1}


def test_a_claim_that_comes_after_lateness_frees_no_room_in_the_valve(book: Casebook) -> None:
    suspend(book, "a.example", e.WHY_LATE)
    appeal(book, "a.example", claim=True)
    assert book.valve(BEGIN, {}).opened_today == {"adult": 1}


def test_word_of_the_auditor_counts_until_it_ends(book: Casebook) -> None:
    book.extend_valve("adult", BEGIN + 9 * DAY, "eve")
    book.extend_valve("adult", BEGIN + 5 * DAY, "eve")
    assert book.valve(BEGIN, {}).extended_until == {"adult": BEGIN + 5 * DAY}
    assert book.valve(BEGIN + 5 * DAY, {}).extended_until == {}


def test_oldest_case_and_newest_event(book: Casebook) -> None:
    assert book.newest_event() == 0
    appeal(book, "a.example", when=BEGIN + DAY)
    appeal(book, "b.example", when=BEGIN)
    assert book.oldest_open() == {(e.APPEAL, "adult"): BEGIN}
    assert book.newest_event() == 2
