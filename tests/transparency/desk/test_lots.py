from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.log.reading.reader import open_local
from filterdns.tlog.tree import leaf_hash, root_of
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, fold
from filterdns.transparency.appeals.draw import draw
from filterdns.transparency.desk.lots import command_to_draw, draw_people, redraw, seats, why_not_turn
from filterdns.transparency.desk.roles import Reviewer
from filterdns.transparency.desk.roots import LogRoots, root_after, root_at
from tests.transparency.appeals.cases import ADULT, BEGIN, Row, history, opened
from tests.transparency.lists import WHEN

ROOTS = st.binary(min_size=32, max_size=32)


def people(*names: str, organisation: str = "", partner: str = "academia") -> list[Reviewer]:
    return [Reviewer(name, organisation or f"org of {name}", partner, frozenset({"panel", "review"})) for name in names]


def case_of(kind: str = e.APPEAL, *rows: Row, claim: bool = False) -> Case:
    return fold(history(opened(ADULT, kind, claim=claim), *rows))


def drawn(*names: str) -> Row:
    return (e.DRAWN, e.CLOCK, "", {"people": list(names), "size": 7})


def test_one_is_drawn_to_open_two_to_close_three_to_look_again() -> None:
    again = case_of(
        e.APPEAL,
        (e.DECIDED, "a", "one", {"outcome": e.UPHELD, "reason": "x"}),
        (e.ASKED_AGAIN, e.PUBLIC, "", {"due": (BEGIN + timedelta(days=20)).isoformat()}),
    )
    assert [seats(case_of(kind)) for kind in e.KINDS] == [1, 2, 1, 2, 2]
    assert seats(again) == 3
    assert len(draw_people(again, b"r" * 32, people("b", "c", "d", "f"), None)) == 3


@given(root=ROOTS)
def test_two_who_close_are_of_two_organisations(root: bytes) -> None:
    qualified = people("a", "b", "c", organisation="one") + people("d")
    found = draw_people(case_of(e.PROPOSAL), root, qualified, None)
    assert len(found) == 2
    assert len({next(p.organisation for p in qualified if p.pseudonym == name) for name in found}) == 2


@given(root=ROOTS)
def test_a_partner_of_the_field_has_a_seat_where_the_category_needs_one(root: bytes) -> None:
    qualified = people("a", "b", "c", "d", "e") + people("h", partner="health")
    assert "h" in draw_people(case_of(e.PROPOSAL), root, qualified, "health")


@given(root=ROOTS)
def test_one_organisation_alone_gets_one_seat(root: bytes) -> None:
    assert len(draw_people(case_of(e.HOLD), root, people("a", "b", organisation="maintainers"), None)) == 1
    assert draw_people(case_of(e.HOLD), root, [], None) == ()


@settings(max_examples=5, deadline=None)
@given(root=ROOTS, case=st.integers(1, 10**9))
def test_the_command_that_is_shown_draws_the_same(root: bytes, case: int) -> None:
    for octets in (root, b"%\\'\0\n" + root[5:]):
        names = ["ada", "bo", "cy-2"]
        done = subprocess.run(
            ["bash", "-c", command_to_draw(octets.hex(), case, names)], capture_output=True, text=True, check=True
        )
        assert [line.split()[1] for line in done.stdout.splitlines()] == draw(octets, case, names, 3)


def test_hand_over_goes_to_the_next_by_lot_and_never_back() -> None:
    case = case_of(e.APPEAL, drawn("a"))
    order = draw(b"r" * 32, case.id, ["b", "c", "d"], 3)
    assert redraw(case, b"r" * 32, ["a", "b", "c", "d"], {"a"}) == order[0]
    assert redraw(case, b"r" * 32, ["a", "b", "c", "d"], {"a", order[0]}) == order[1]
    assert redraw(case, b"r" * 32, ["a"], {"a"}) is None


@pytest.mark.parametrize(
    ("case", "outcome", "hours", "may"),
    [
        (case_of(), e.REMOVED, 1, True),  # nobody was drawn yet
        (case_of(e.APPEAL, drawn("x")), e.REMOVED, 1, False),
        (case_of(e.APPEAL, drawn("x", "me")), e.REMOVED, 1, True),
        (case_of(e.APPEAL, drawn("x")), e.REMOVED, 83, False),
        (case_of(e.APPEAL, drawn("x")), e.REMOVED, 84, True),  # half of seven days
        (case_of(e.APPEAL, drawn("x"), claim=True), e.REMOVED, 1, True),  # help is not kept waiting
        (case_of(e.APPEAL, drawn("x"), claim=True), e.UPHELD, 1, False),
        (case_of(e.APPEAL, drawn("x"), (e.HANDED_OVER, "x", "one", {"to": "me"})), e.UPHELD, 1, True),
    ],
)
def test_whose_turn_it_is(case: Case, outcome: str, hours: float, may: bool) -> None:
    (me,) = people("me")
    assert (why_not_turn(me, case, outcome, BEGIN + timedelta(hours=hours)) == "") is may


def test_in_a_second_step_only_the_three_have_a_turn() -> None:
    case = case_of(
        e.APPEAL,
        (e.DECIDED, "a", "one", {"outcome": e.UPHELD, "reason": "x"}),
        (e.ASKED_AGAIN, e.PUBLIC, "", {"due": (BEGIN + timedelta(days=20)).isoformat()}),
        drawn("b", "c", "d"),
    )
    (me, b) = people("me", "b")
    assert "Three others" in why_not_turn(me, case, e.REMOVED, BEGIN + timedelta(days=19))
    assert why_not_turn(b, case, e.REMOVED, BEGIN) == ""


def test_the_root_is_that_of_the_first_entry_after_the_case_was_opened(published: Path) -> None:
    reader = open_local(published)
    leaves = [leaf_hash(reader.entry(index)) for index in range(reader.size)]
    for size in (1, 2, 3, 7, 64, reader.size):
        assert root_at(reader, size) == root_of(leaves[:size])
    found = root_after(reader, WHEN - timedelta(seconds=1))
    assert found is not None
    assert (found.size, found.root) == (1, root_of(leaves[:1]))
    assert root_after(reader, WHEN + timedelta(days=1)) is None
    assert LogRoots(published).after(WHEN - timedelta(seconds=1)) == found


def test_without_a_log_nobody_is_drawn(tmp_path: Path) -> None:
    assert LogRoots(tmp_path).after(WHEN) is None
