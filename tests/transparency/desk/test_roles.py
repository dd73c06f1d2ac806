"""Requirements 4.2 as a table: partner, duty, category, outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from filterdns.lists.roles import PROPOSES
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, fold
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.desk.roles import (
    DUTIES,
    DUTIES_OF,
    MOST_OPENED_AN_HOUR,
    OPENING,
    OUTCOMES_OF,
    Parties,
    Reviewer,
    conflict,
    fault_of_duties,
    lacks_field,
    usual_duties,
    why_not_look,
    why_not_outcome,
    why_not_withdraw,
)
from tests.transparency.appeals.cases import BEGIN, Row, history, opened
from tests.transparency.desk.desk_site import terms
from tests.transparency.lists import taxonomy

TABLE = taxonomy()
NAME = "clinic.example"
NOBODYS = Parties(NAME)


def reviewer(partner: str, *duties: str, **more: object) -> Reviewer:
    return Reviewer("rev-1", "one", partner, frozenset(duties or usual_duties(partner)), **more)  # type: ignore[arg-type]


def case_of(category: str, kind: str = e.APPEAL, *rows: Row) -> Case:
    return fold(history(opened(terms(category), kind, name=NAME), *rows))


def refusal(who: Reviewer, case: Case, outcome: str, parties: Parties = NOBODYS, lately: int = 0) -> str:
    return why_not_outcome(who, case, outcome, TABLE.get(case.category), parties, lately)


REVIEWS_EVERYTHING = ("school", "health", "child_protection", "rights", "academia", "maintainer")
NO_SEAT = sorted(set(PROPOSES) - set(DUTIES_OF))


@pytest.mark.parametrize("category", ["adult", "malware", "bypass_vpn", "selfharm", "video"])
@pytest.mark.parametrize("partner", REVIEWS_EVERYTHING)
def test_who_reviews_speaks_for_every_outcome_of_every_kind(partner: str, category: str) -> None:
    for kind, outcomes in OUTCOMES_OF.items():
        for outcome in outcomes:
            assert refusal(reviewer(partner), case_of(category, kind), outcome) == ""


@pytest.mark.parametrize(
    ("category", "kind", "outcome", "may"),
    [
        ("video", e.PROPOSAL, e.LISTED, True),  # over-use
        ("age_goods", e.PROPOSAL, e.LISTED, True),
        ("adult", e.PROPOSAL, e.LISTED, False),
        ("adult", e.REVIEW, e.REMOVED, False),
        ("adult", e.APPEAL, e.REMOVED, True),  # the appeal panel is theirs too
        ("adult", e.APPEAL, e.UPHELD, True),
        ("adult", e.PROTECT, e.PROTECTED, False),
    ],
)
def test_parents_review_over_use_and_decide_appeals(category: str, kind: str, outcome: str, may: bool) -> None:
    assert (refusal(reviewer("parent"), case_of(category, kind), outcome) == "") is may


def test_parents_cannot_close_again_what_they_do_not_review() -> None:
    suspended: Row = (e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE})
    assert "do not review" in refusal(reviewer("parent"), case_of("adult", e.APPEAL, suspended), e.UPHELD)
    assert refusal(reviewer("parent"), case_of("video", e.APPEAL, suspended), e.UPHELD) == ""


@pytest.mark.parametrize("partner", sorted(p for p, duties in DUTIES_OF.items() if "audit" in duties))
def test_auditors_open_alone_and_close_nothing(partner: str) -> None:
    auditor = reviewer(partner, "audit")
    assert refusal(auditor, case_of("adult"), e.REMOVED) == ""
    assert refusal(auditor, case_of("adult"), e.NARROWED) == ""
    for kind, outcomes in OUTCOMES_OF.items():
        for outcome in set(outcomes) - {e.REMOVED, e.NARROWED}:
            assert refusal(auditor, case_of("adult", kind), outcome)
    assert "take no cases" in why_not_look(auditor, case_of("adult"), TABLE.get("adult"), Parties(NAME))


@pytest.mark.parametrize("partner", NO_SEAT)
def test_who_may_only_propose_has_no_seat(partner: str) -> None:
    assert fault_of_duties(partner, ["review"])


@pytest.mark.parametrize("partner", DUTIES_OF)
def test_every_partner_with_a_seat_has_usual_duties(partner: str) -> None:
    assert fault_of_duties(partner, usual_duties(partner)) == ""
    assert usual_duties(partner) <= DUTIES_OF[partner]


@pytest.mark.parametrize(
    ("partner", "duties"),
    [("alliance", ["review"]), ("parent", ["audit"]), ("school", ["audit"]), ("health", ["audit", "review"]),
     ("health", []), ("health", ["nobody"]), ("nobody", ["review"])],
)  # fmt: skip
def test_other_duties_are_refused(partner: str, duties: list[str]) -> None:
    assert fault_of_duties(partner, duties)


def test_a_duty_that_somebody_has_not_is_not_theirs() -> None:
    assert "needs the duty" in refusal(reviewer("health", "triage"), case_of("adult"), e.REMOVED)
    assert "needs the duty" in refusal(reviewer("health", "panel"), case_of("adult", e.PROPOSAL), e.LISTED)
    assert "needs the duty" in refusal(reviewer("health", "review"), case_of("adult"), e.UPHELD)
    assert DUTIES == ("triage", "review", "panel", "audit")


def test_triage_looks_at_proposals_alone() -> None:
    triager = reviewer("parent", "triage")
    assert why_not_look(triager, case_of("adult", e.PROPOSAL), TABLE.get("adult"), Parties(NAME)) == ""
    assert why_not_look(triager, case_of("adult"), TABLE.get("adult"), Parties(NAME))


@pytest.mark.parametrize(
    ("kind", "party"),
    [("employer", "clinic.example"), ("client", "www.clinic.example"), ("sponsor", "Example."),
     ("competitor", "the list of lists"), ("client", " The List of Lists ")],
)  # fmt: skip
def test_nobody_touches_a_case_of_those_they_have_to_do_with(kind: str, party: str) -> None:
    parties = Parties(NAME, organisations=frozenset({"The list of lists"}))
    who = reviewer("academia", interests=((kind, party),))
    assert party.strip() in conflict(who, parties) or party in conflict(who, parties)
    for outcome in OUTCOMES_OF[e.APPEAL]:
        assert refusal(who, case_of("adult"), outcome, parties)
    assert why_not_look(who, case_of("adult"), TABLE.get("adult"), parties)


@pytest.mark.parametrize("party", ["linic.example", "clinic.example.org", "other", "", " "])
def test_other_parties_are_no_conflict(party: str) -> None:
    assert conflict(reviewer("academia", interests=(("client", party),)), Parties(NAME)) == ""


def test_the_own_organisation_is_an_employer() -> None:
    assert "employer" in conflict(reviewer("academia"), Parties(NAME, organisations=frozenset({"One"})))


def test_nobody_decides_what_they_proposed_and_triage_is_no_way_around() -> None:
    parties = Parties(NAME, proposers=frozenset({"rev-1"}))
    case = case_of("adult", e.PROPOSAL)
    assert "yourself" in refusal(reviewer("academia"), case, e.LISTED, parties)
    assert "yourself" in refusal(reviewer("academia", "audit"), case_of("adult", e.REVIEW), e.REMOVED, parties)
    assert "yourself" in why_not_look(reviewer("parent", "triage"), case, TABLE.get("adult"), parties)


def test_who_decided_the_first_step_has_no_voice_in_the_second() -> None:
    case = case_of(
        "adult",
        e.APPEAL,
        (e.DECIDED, "rev-1", "one", {"outcome": e.UPHELD, "reason": "x"}),
        (e.ASKED_AGAIN, e.PUBLIC, "", {"due": (BEGIN + timedelta(days=20)).isoformat()}),
    )
    for outcome in OUTCOMES_OF[e.APPEAL]:
        assert "first step" in refusal(reviewer("academia"), case, outcome)


def test_an_order_from_outside_is_decided_outside() -> None:
    for outcome in OUTCOMES_OF[e.APPEAL]:
        assert "office outside" in refusal(reviewer("rights"), case_of("legal_order"), outcome)


def test_categories_of_a_person_bound_what_they_decide() -> None:
    who = reviewer("academia", categories=frozenset({"adult"}))
    assert refusal(who, case_of("adult"), e.REMOVED) == ""
    assert "not asked" in refusal(who, case_of("malware"), e.REMOVED)


@pytest.mark.parametrize("outcome", sorted(OPENING))
def test_one_person_opens_so_many_names_an_hour(outcome: str) -> None:
    assert refusal(reviewer("academia"), case_of("adult"), outcome, lately=MOST_OPENED_AN_HOUR - 1) == ""
    assert "within an hour" in refusal(reviewer("academia"), case_of("adult"), outcome, lately=MOST_OPENED_AN_HOUR)
    assert refusal(reviewer("academia"), case_of("adult"), e.UPHELD, lately=MOST_OPENED_AN_HOUR) == ""


@pytest.mark.parametrize(
    ("category", "needed"),
    [("selfharm", "health"), ("image_abuse", "child_protection"), ("hate", "rights"), ("bypass_vpn", "rights"),
     ("bypass_encdns", "rights"), ("bypass_tor", "rights"), ("adult", "")],
)  # fmt: skip
def test_a_partner_of_the_field_is_among_those_who_close(category: str, needed: str) -> None:
    proposal = case_of(category, e.PROPOSAL)
    assert lacks_field(proposal, e.LISTED, ["academia", "school"]) == needed
    assert lacks_field(proposal, e.LISTED, ["academia", needed]) == ""
    assert lacks_field(proposal, e.DECLINED, ["academia"]) == ""
    assert lacks_field(case_of(category), e.REMOVED, ["academia"]) == ""
    suspended: Row = (e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE})
    assert lacks_field(case_of(category, e.APPEAL, suspended), e.UPHELD, ["academia", "school"]) == needed


def test_only_an_own_case_that_nobody_joined_is_taken_back() -> None:
    own = Parties(NAME, proposers=frozenset({"rev-1"}))
    case = fold([Event(1, 1, BEGIN, e.OPENED, "rev-1", "", opened(terms("adult"), e.PROPOSAL).data)])
    assert why_not_withdraw(reviewer("academia"), case, own) == ""
    assert why_not_withdraw(reviewer("academia"), case, Parties(NAME))
    assert why_not_withdraw(reviewer("academia"), case_of("adult"), own)
    joined: Row = (e.JOINED, e.PUBLIC, "", {"claim": False})
    assert why_not_withdraw(reviewer("academia"), case_of("adult", e.PROPOSAL, joined), own)
