from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CLOSED, DECIDED, SECOND, STATES, UNDER_REVIEW, CaseFault, fold, step
from filterdns.transparency.appeals.deeds import LIFT, LIST, OPEN, SUSPEND, TELL, deeds_of
from filterdns.transparency.appeals.events import Event
from tests.transparency.appeals.cases import BEGIN, FRAUD, RULES, Row, history, opened

TAKEN: Row = (e.TAKEN, "rev-17", "school", {})
LATE: Row = (e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE})
REMOVED: Row = (e.DECIDED, "rev-17", "school", {"outcome": e.REMOVED, "reason": "A clinic.", "cause": "import_error"})
UPHELD: Row = (e.DECIDED, "rev-17", "school", {"outcome": e.UPHELD, "reason": "It is a casino."})


def approves(by: str, organisation: str, outcome: str = e.UPHELD) -> Row:
    return (e.APPROVED, by, organisation, {"outcome": outcome, "role": "school", "on": "2030-03-05"})


def votes(by: str, outcome: str) -> Row:
    return (e.VOTED, by, f"org of {by}", {"outcome": outcome})


def test_one_person_opens() -> None:
    case = fold(history(opened(), TAKEN, REMOVED))
    assert (case.state, case.outcome, case.deciders) == (DECIDED, e.REMOVED, ("rev-17",))
    assert case.due is None


def test_what_was_suspended_counts_again_only_after_two_people_of_two_organisations() -> None:
    events = history(opened(), LATE, UPHELD)
    with pytest.raises(CaseFault, match="two people of two organisations"):
        fold(events)
    with pytest.raises(CaseFault, match="another organisation"):
        fold(history(opened(), LATE, approves("rev-17", "school"), approves("rev-18", "school")))
    with pytest.raises(CaseFault, match="approved already"):
        fold(history(opened(), LATE, approves("rev-17", "school"), approves("rev-17", "university")))
    case = fold(history(opened(), LATE, approves("rev-17", "school"), approves("rev-31", "university"), UPHELD))
    assert case.suspended == ""
    assert case.deciders == ("rev-17", "rev-31")


def test_approvals_of_another_outcome_do_not_count() -> None:
    proposal = opened(kind=e.PROPOSAL)
    rows = [approves("a", "one", e.LISTED), approves("b", "two", e.DECLINED)]
    with pytest.raises(CaseFault, match="got 0"):
        fold(history(proposal, *rows, (e.DECIDED, "a", "one", {"outcome": e.LISTED})))


def test_a_withdrawn_appeal_does_not_bring_back_what_is_suspended() -> None:
    with pytest.raises(CaseFault, match="suspended"):
        fold(history(opened(), LATE, (e.WITHDRAWN, e.PUBLIC, "", {})))
    assert fold(history(opened(), (e.WITHDRAWN, e.PUBLIC, "", {}))).state == CLOSED


def test_a_claim_makes_the_deadline_shorter_and_never_longer() -> None:
    soon, later = (BEGIN + timedelta(hours=24)).isoformat(), (BEGIN + timedelta(days=30)).isoformat()
    case = fold(history(opened(), (e.JOINED, e.PUBLIC, "", {}), (e.CLAIMED, e.PUBLIC, "", {"due": soon})))
    assert case.due == BEGIN + timedelta(hours=24)
    assert case.appeals == 2
    assert fold(history(opened(), (e.CLAIMED, e.PUBLIC, "", {"due": later}))).due == BEGIN + timedelta(days=7)


def test_a_second_step_is_decided_by_two_of_the_three_who_were_drawn() -> None:
    again: list[Row] = [
        UPHELD,
        (e.ASKED_AGAIN, e.PUBLIC, "", {"due": (BEGIN + timedelta(days=30)).isoformat()}),
        (e.DRAWN, e.KEEPER, "", {"people": ["a", "b", "c"], "size": 99}),
    ]
    case = fold(history(opened(), *again, votes("a", e.REMOVED)))
    assert case.state == SECOND
    with pytest.raises(CaseFault, match="two of a, b, c"):
        fold(history(opened(), *again, votes("a", e.REMOVED), REMOVED))
    with pytest.raises(CaseFault, match="who were drawn"):
        fold(history(opened(), *again, votes("rev-17", e.REMOVED)))
    case = fold(history(opened(), *again, votes("a", e.REMOVED), votes("c", e.REMOVED), REMOVED))
    assert (case.state, case.step, case.deciders[-2:]) == (CLOSED, 2, ("a", "c"))
    with pytest.raises(CaseFault, match="too late"):
        fold([*history(opened(), *again, votes("a", e.REMOVED), votes("c", e.REMOVED), REMOVED, again[1])])


def test_a_case_begins_by_being_opened_and_takes_only_its_own_later_events() -> None:
    with pytest.raises(CaseFault, match="no event"):
        fold([])
    with pytest.raises(CaseFault, match="opened first"):
        fold([Event(1, 1, BEGIN, e.TAKEN, "a")])
    case = fold([opened()])
    with pytest.raises(CaseFault, match="of its own"):
        step(case, Event(1, 1, BEGIN, e.TAKEN, "a"))
    with pytest.raises(CaseFault, match="of its own"):
        step(case, Event(5, 2, BEGIN, e.TAKEN, "a"))


def test_who_hands_a_case_over_is_drawn_no_longer() -> None:
    drawn: Row = (e.DRAWN, e.KEEPER, "", {"people": ["a", "b"], "size": 9})
    case = fold(history(opened(), drawn, (e.HANDED_OVER, "a", "one", {"to": "c"})))
    assert case.drawn == ("c", "b")
    assert case.taken_by == "c"


def test_deeds_of_a_removal_open_the_name_for_the_time_of_a_pin() -> None:
    events = history(opened(), TAKEN, REMOVED)
    before, after = fold(events[:-1]), fold(events)
    deeds = deeds_of(before, events[-1], after, RULES)
    assert [deed["do"] for deed in deeds] == [OPEN, TELL]
    assert deeds[0]["name"] == "clinic.example"
    assert deeds[0]["until"] == (events[-1].at + timedelta(days=180)).date().isoformat()


def test_a_suspension_is_lifted_behind_what_takes_its_place() -> None:
    events = history(opened(), LATE, REMOVED)
    assert [d["do"] for d in deeds_of(fold(events[:1]), events[1], fold(events[:2]), RULES)] == [SUSPEND, TELL]
    assert [d["do"] for d in deeds_of(fold(events[:2]), events[2], fold(events), RULES)] == [OPEN, LIFT, TELL]


def test_a_narrowed_listing_opens_the_names_that_were_meant() -> None:
    names = [{"name": "help.clinic.example", "subdomains": True}, {"name": "www.clinic.example", "subdomains": False}]
    narrowed: Row = (e.DECIDED, "rev-17", "school", {"outcome": e.NARROWED, "opened_names": names, "reason": "x"})
    events = history(opened(), narrowed)
    deeds = deeds_of(fold(events[:1]), events[1], fold(events), RULES)
    assert [(d["do"], d["name"], d["subdomains"]) for d in deeds[:2]] == [
        (OPEN, "help.clinic.example", True),
        (OPEN, "www.clinic.example", False),
    ]


def test_a_proposal_is_listed_with_the_approvals_of_both() -> None:
    rows = [approves("a", "one", e.LISTED), approves("b", "two", e.LISTED)]
    listed: Row = (e.DECIDED, "b", "two", {"outcome": e.LISTED, "reason": "Fake shop.", "evidence": [{"grade": "E2"}]})
    events = history(opened(FRAUD, e.PROPOSAL), TAKEN, *rows, listed)
    after = fold(events)
    assert after.state == CLOSED
    (deed, told) = deeds_of(fold(events[:-1]), events[-1], after, RULES)
    assert deed["do"] == LIST
    assert [approval["by"] for approval in deed["approvals"]] == ["a", "b"]
    assert told["do"] == TELL


_ROWS = st.sampled_from(
    [
        TAKEN,
        LATE,
        REMOVED,
        UPHELD,
        approves("a", "one"),
        approves("b", "two"),
        (e.JOINED, e.PUBLIC, "", {}),
        (e.LATE, e.CLOCK, "", {"why": e.BY_VALVE}),
        (e.WITHDRAWN, e.PUBLIC, "", {}),
        (e.ENDED, e.CLOCK, "", {}),
        (e.ASKED_AGAIN, e.PUBLIC, "", {"due": (BEGIN + timedelta(days=30)).isoformat()}),
        (e.DRAWN, e.KEEPER, "", {"people": ["a", "b", "c"], "size": 5}),
        votes("a", e.REMOVED),
        votes("b", e.REMOVED),
        votes("c", e.UPHELD),
        (e.IN_FORCE, e.KEEPER, "", {"release": 3, "entry": 8}),
    ]
)


@given(st.lists(_ROWS, max_size=20))
def test_whatever_is_tried_nothing_closes_again_by_one_person(rows: list[Row]) -> None:
    """Each event either happens or is refused; a listing that is open because of the case needs two to count again."""
    (first, *rest) = history(opened(), *rows)
    case = fold([first])
    for event in rest:
        try:
            after = step(case, event)
        except CaseFault:
            continue
        assert after.state in STATES
        assert after.last == event.number
        assert after.is_open == (after.due is not None)
        if case.suspended and not after.suspended:
            assert after.outcome != e.UPHELD or len(set(after.deciders) - set(case.deciders)) >= 2 or case.step == 2
        if case.state == CLOSED:
            assert after.outcome == case.outcome
        deeds = [deed["do"] for deed in deeds_of(case, event, after, RULES)]
        assert (SUSPEND in deeds) == (bool(after.suspended) and event.kind == e.SUSPENDED)
        assert (LIFT in deeds) == (bool(case.suspended) and not after.suspended)
        case = after


def test_a_case_under_review_stays_so() -> None:
    assert fold(history(opened(), TAKEN, TAKEN)).state == UNDER_REVIEW


def test_who_asks_about_a_case_of_our_own_has_a_deadline() -> None:
    first = opened(kind=e.REVIEW)
    data = {key: value for key, value in first.data.items() if key != "due"}
    due = BEGIN + timedelta(days=7)
    case = fold(history(replace(first, data=data), (e.JOINED, e.PUBLIC, "", {"claim": False, "due": due.isoformat()})))
    assert (case.due, case.appeals) == (due, 2)
