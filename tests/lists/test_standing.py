"""What people decide about a source, what can be taken back, and what is kept of it."""

from __future__ import annotations

import pytest

from filterdns.errors import StateFault
from filterdns.lists.curate.finding import ACCEPT, HOLD, ROLLBACK
from filterdns.lists.standing import (
    MOST_DECISIONS,
    Standing,
    Standings,
    accept,
    forget,
    keep_old,
    pin_to,
    switch_on,
    undo_accept,
)
from tests.lists.feeds import BEGIN, HELPLINE, Content, House, names

FULL, GROWN = Content(names(2_000)), Content(names(9_000))


@pytest.fixture
def house() -> House:
    """A house with an accepted list and one that would grow beyond its limit."""
    house = House()
    house.fetch(FULL)
    house.sleep(days=1)
    assert house.fetch(GROWN).action == HOLD
    return house


def test_person_accepts_what_waits(house: House) -> None:
    house.do(accept)
    standing = house.standing()
    assert standing.accepted is not None
    assert standing.previous is not None
    assert (house.accepted(), standing.accepted.by, standing.held) == (GROWN, "person", None)
    assert standing.accepted.accepted_on == "2026-03-02T04:00:00+00:00"
    assert standing.previous.sha256 == FULL.census().sha256


def test_person_keeps_the_old_one(house: House) -> None:
    house.do(keep_old)
    assert (house.accepted(), house.waits()) == (FULL, None)
    assert house.standing().kept_old == (GROWN.census().sha256,)


@pytest.mark.parametrize("decision", [accept, keep_old])
def test_decision_is_about_what_the_person_saw(house: House, decision: type) -> None:
    seen = GROWN.census().sha256
    house.fetch(Content(names(9_500)))
    with pytest.raises(StateFault, match="a-list: expected the change that was shown, got a newer one"):
        decision(house.standings, "a-list", "person", house.when, seen)
    assert house.accepted() == FULL


@pytest.mark.parametrize("decision", [accept, keep_old])
def test_nothing_can_be_decided_where_nothing_waits(decision: type) -> None:
    with pytest.raises(StateFault, match="a-list: expected a change that waits for a decision, got none"):
        decision(Standings(), "a-list", "person", BEGIN)


def test_content_that_a_person_accepted_is_not_held_when_it_comes_back(house: House) -> None:
    house.do(accept)
    house.sleep(days=1)
    assert house.fetch(FULL).rules == {"shrank"}
    house.do(accept)
    house.sleep(days=1)
    verdict = house.fetch(GROWN)
    assert (verdict.action, verdict.by, verdict.rules) == (ACCEPT, "person", {"grew"})
    assert house.accepted() == GROWN


def test_undo_where_the_source_serves_the_copy_before_again_keeps_the_undone_one_waiting(house: House) -> None:
    house.do(accept)
    house.sleep(days=1)
    assert house.fetch(FULL).action == HOLD
    house.do(undo_accept)
    assert (house.accepted(), house.waits()) == (FULL, GROWN)
    assert house.build()["a-list"].action == ACCEPT  # FULL is what is served


def test_undo_goes_one_step_back_and_no_further(house: House) -> None:
    house.do(accept)
    house.do(undo_accept)
    assert (house.accepted(), house.waits()) == (FULL, GROWN)
    house.do(undo_accept)  # FULL was the first: nothing is left
    assert house.accepted() is None
    with pytest.raises(StateFault, match="a-list: expected an accepted copy to undo, got none"):
        house.do(undo_accept)


def test_undo_of_a_copy_whose_predecessor_is_forgotten_says_so(house: House) -> None:
    house.do(accept)
    house.sleep(days=1)
    house.fetch(Content(names(9_010)))
    house.do(undo_accept)
    with pytest.raises(StateFault, match="only one step can be undone; roll back to an earlier release"):
        house.do(undo_accept)
    assert house.accepted() == GROWN


def test_undone_content_is_judged_anew_once_the_guard_goes_on(house: House) -> None:
    house.do(accept)
    house.do(undo_accept)
    house.sleep(days=1)
    house.fetch(Content(names(2_050)))
    house.do(accept)
    house.sleep(days=1)
    verdict = house.fetch(GROWN)
    assert (verdict.action, verdict.rules) == (HOLD, {"grew"})


def test_undone_content_is_held_although_a_person_accepted_it_once(house: House) -> None:
    house.do(accept)
    house.do(undo_accept)
    assert house.build()["a-list"].rules == {"grew", "pinned"}


def test_roll_back_to_a_release_without_the_source_leaves_nothing_of_it(house: House) -> None:
    house.do(pin_to, "a-list", None, "person")
    assert house.accepted() is None
    assert house.build()["a-list"].action == HOLD
    house.do(accept)
    assert house.accepted() == GROWN


def test_roll_back_counts_as_a_decision_of_its_own(house: House) -> None:
    house.do(accept)
    house.do(pin_to, "a-list", FULL.census(), "person")
    accepted = house.standing().accepted
    assert accepted is not None
    assert (house.accepted(), accepted.by) == (FULL, ROLLBACK)


def test_source_that_was_switched_off_has_to_be_switched_on_first(house: House) -> None:
    house.do(keep_old)
    for hit in (Content(frozenset({*FULL.names, HELPLINE})), FULL, Content(frozenset({*names(2_100), HELPLINE}))):
        house.sleep(days=1)
        house.fetch(hit)
    assert house.standing().switched_off is not None
    with pytest.raises(StateFault, match="switch it on first"):
        house.do(accept)
    house.do(switch_on)
    house.do(accept)
    assert HELPLINE in house.accepted().names  # type: ignore[union-attr]


def test_copies_that_are_needed_are_named(house: House) -> None:
    house.fetch(Content(names(2_100)))
    house.fetch(GROWN)
    kept = {content.census().sha256 for content in (FULL, Content(names(2_100)), GROWN)}
    assert house.standings.digests() == kept


def test_forgotten_source_stands_as_if_new(house: House) -> None:
    house.standings = forget(house.standings, "a-list")
    assert house.standing() == Standing()
    assert forget(house.standings, "a-list") == house.standings


def test_history_tells_who_decided_what_and_when(house: House) -> None:
    house.do(accept)
    house.do(undo_accept)
    rows = [(decision.at[:10], decision.by, decision.what) for decision in house.standing().history]
    assert rows == [
        ("2026-03-01", "guard", "accepted"),
        ("2026-03-02", "guard", "held"),
        ("2026-03-02", "person", "accepted"),
        ("2026-03-02", "person", "undone"),
    ]
    assert house.standing().history[1].words == "7,000 names more than the 2,000 before (350 %)"


def test_history_forgets_everyday_decisions_before_those_of_people(house: House) -> None:
    house.do(accept)
    for day in range(2 * MOST_DECISIONS):
        house.sleep(days=1)
        house.fetch(Content(names(9_000), note=f"day {day}"))
    history = house.standing().history
    assert len(history) == MOST_DECISIONS
    assert [(decision.by, decision.what) for decision in history[:2]] == [("guard", "held"), ("person", "accepted")]


def test_hold_that_lasts_is_one_decision(house: House) -> None:
    for day in range(5):
        house.sleep(days=1)
        house.fetch(Content(names(9_000), note=f"day {day}"))
    assert [decision.what for decision in house.standing().history] == ["accepted", "held"]
    held = house.standing().held
    assert held is not None
    assert (held.since, held.fetches) == ("2026-03-02T04:00:00+00:00", 6)
