"""Random histories with crashes between any two statements: what is kept is always what its events make of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CaseFault, fold
from filterdns.transparency.appeals.lateness import due_events
from filterdns.transparency.appeals.priority import queue_key
from filterdns.transparency.casebook.casebook import Casebook
from tests.transparency.appeals.cases import ADULT, BEGIN, FRAUD, MALWARE, RULES
from tests.transparency.casebook.appealing import a_receipt, appeal
from tests.transparency.casebook.conftest import Place
from tests.transparency.casebook.crashes import Crash, all_rows, crash_at

NAMES = st.sampled_from(["a.example", "b.example"])
TERMS = st.sampled_from([ADULT, MALWARE, FRAUD])
PEOPLE = st.sampled_from([("ada", "uni"), ("bob", "school"), ("cy", "uni"), ("dee", "ngo")])
CASES = st.sampled_from(e.KINDS)
CRASHES = st.one_of(st.none(), st.integers(1, 14), st.just("commit"))

_LATER = (BEGIN + timedelta(days=90)).isoformat()
DATA: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    e.CLAIMED: st.just({"due": _LATER}),
    e.DRAWN: st.just({"people": ["ada", "bob", "dee"], "size": 12}),
    e.TAKEN: st.sampled_from([{}, {"due": _LATER}]),
    e.HANDED_OVER: st.just({"to": "dee"}),
    e.SUSPENDED: st.sampled_from([{"why": e.WHY_LATE}, {"why": e.WHY_PERSON}]),
    e.LATE: st.just({"why": e.BY_VALVE}),
    e.ASKED_AGAIN: st.just({"due": _LATER}),
    e.WITHDRAWN: st.just({}),
    e.IN_FORCE: st.just({"release": 3, "entry": 7}),
    e.SEEN: st.just({"release": 4}),
    e.ENDED: st.just({}),
    **dict.fromkeys(
        (e.APPROVED, e.VOTED, e.DECIDED),
        st.builds(
            lambda outcome: {
                "outcome": outcome,
                "reason": "as found",
                "opened_names": [{"name": "www.a.example", "subdomains": False}],
            },
            st.sampled_from(e.OUTCOMES),
        ),
    ),
}
KINDS = st.sampled_from(sorted(DATA))


class Histories(RuleBasedStateMachine):
    """Each step is one call of the casebook; it happens wholly, or it left nothing."""

    new_place: Callable[[], Place]

    def __init__(self) -> None:
        super().__init__()
        self.place = self.new_place()
        self.book = self.place.open()
        self.when = BEGIN
        self.done: set[int] = set()
        self.order: list[int] = []

    def attempt(self, crash: int | str | None, call: Callable[[Casebook], object], *, refused: bool = False) -> None:
        before = all_rows(self.book)
        at_commit = crash == "commit"
        try:
            with crash_at(self.book, crash if isinstance(crash, int) else 0, at_commit=at_commit):
                call(self.book)
            assert not refused
        except (Crash, CaseFault):
            assert all_rows(self.book) == before

    @rule(name=NAMES, terms=TERMS, kind=CASES, days=st.sampled_from([None, 1, 7]), claim=st.booleans())
    def send(self, name: str, terms: Any, kind: str, days: float | None, claim: bool) -> None:
        appeal(self.book, name, terms, kind=kind, claim=claim, days=days, when=self.when)

    @rule(name=NAMES, terms=TERMS, claim=st.booleans(), crash=CRASHES)
    def send_and_crash(self, name: str, terms: Any, claim: bool, crash: int | str | None) -> None:
        receipt = a_receipt(email="someone@example.org")
        self.attempt(crash, lambda book: appeal(book, name, terms, claim=claim, when=self.when, receipt=receipt))

    @rule(at=st.integers(0, 30), kind=KINDS, person=PEOPLE, data=st.data(), crash=CRASHES, stale=st.booleans())
    @precondition(lambda self: self.book.count_open())
    def happen(
        self, at: int, kind: str, person: tuple[str, str], data: Any, crash: int | str | None, stale: bool
    ) -> None:
        cases = sorted(case for name in ("a.example", "b.example") for case in self.ids(name))
        case = self.book.case(cases[at % len(cases)])
        values, when = data.draw(DATA[kind]), self.when
        is_stale = stale and at % 5 == 0
        last = case.last - is_stale
        self.attempt(
            crash,
            lambda book: book.append(case.id, kind, *person, values, when, expected_last=last),
            refused=is_stale,
        )

    def ids(self, name: str) -> list[int]:
        return [case.id for case in self.book.find(name)]

    @rule(days=st.sampled_from([0.1, 1, 8, 61]), crash=CRASHES)
    def time_passes(self, days: float, crash: int | str | None) -> None:
        self.when += timedelta(days=days)
        valve = self.book.valve(self.when, {})
        dues = due_events(self.book.due_before(self.when), self.when, RULES, valve, lambda name, category: None)
        self.attempt(crash, lambda book: book.append_due(dues, self.when))

    @rule(crash=CRASHES)
    def keep_works(self, crash: int | str | None) -> None:
        """It may crash before a deed is noted as done, and does it again then; never in another order."""
        for row in self.book.pending(limit=3):
            self.order.append(row.number)
            self.attempt(crash, lambda book, number=row.number: book.done(number, self.when, "done"))  # type: ignore[misc]
            if self.book.pending(limit=1)[:1] and self.book.pending(limit=1)[0].number == row.number:
                break

    @rule(crash=CRASHES)
    def addresses_are_forgotten(self, crash: int | str | None) -> None:
        self.attempt(crash, lambda book: book.forget_mail(self.when - RULES.mail))

    def check(self) -> None:
        rows = all_rows(self.book)
        assert self.book.check() == []
        assert [row[0] for row in rows["events"]] == list(range(1, len(rows["events"]) + 1))
        cases = [case for name in ("a.example", "b.example") for case in self.book.find(name)]
        assert all(case == fold(self.book.events(case.id)) for case in cases)
        assert self.book.open_cases(limit=1_000) == sorted(filter(lambda case: case.is_open, cases), key=queue_key)
        deduplicated = [number for number, _ in itertools.groupby(self.order)]
        assert deduplicated == sorted(set(self.order))

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            self.place.close()


def test_what_is_kept_is_what_its_events_make_of_it(new_place: Callable[[], Place]) -> None:
    place = new_place()
    share = 10 if place.is_sqlite else 40  # the other one takes three times as long for the same
    place.close()
    examples = max(hypothesis.settings.default.max_examples // share, 1)  # type: ignore[attr-defined]
    machine = type("HistoriesHere", (Histories,), {"new_place": staticmethod(new_place)})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=hypothesis.settings(
            max_examples=examples, stateful_step_count=30, deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )  # fmt: skip


def test_crash_at_each_statement_of_an_appeal_and_of_a_decision_leaves_nothing(place: Place) -> None:
    book = place.open()
    suspended = appeal(book).case
    suspended = book.append(
        suspended.id, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE}, BEGIN, expected_last=suspended.last
    )
    calls: list[Callable[[], object]] = [
        lambda: appeal(book, "other.example"),
        lambda: appeal(book, claim=True),
        lambda: book.append(
            suspended.id, e.DECIDED, "ada", "uni", {"outcome": e.REMOVED}, BEGIN,
            expected_last=book.case(suspended.id).last,
        ),
    ]  # fmt: skip
    for call in calls:
        before = all_rows(book)
        statement = 1
        while True:
            try:
                with crash_at(book, statement):
                    call()
                break
            except Crash:
                assert all_rows(book) == before, f"statement {statement}"
                statement += 1
        assert statement > 5
        assert all_rows(book) != before
        assert book.check() == []
