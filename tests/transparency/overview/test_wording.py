from __future__ import annotations

import pytest

from filterdns.categories import Class
from filterdns.config.settings import Action, ProfileSettings
from filterdns.lists import standing
from filterdns.lists.curate import finding
from filterdns.lists.orders import ORDERS, ROLLBACK, UPDATE_NOW
from filterdns.lists.progress import STEPS, Progress
from filterdns.transparency.overview.wording import (
    CLASSES,
    DECISIONS,
    DONE,
    ORDERED,
    decision_text,
    filtered_text,
    in_the_past,
    is_enforced,
    progress_text,
)

WHATS = (
    *(standing.ACCEPTED, standing.HELD, standing.LET_GO, standing.KEPT_OLD, standing.ASKED_AGAIN, standing.UNDONE),
    *(standing.ROLLED_BACK, standing.SWITCHED_OFF, standing.SWITCHED_ON),
)


def test_every_order_decision_and_class_has_words() -> None:
    assert set(ORDERED) == set(ORDERS)
    assert set(DONE) == set(ORDERS) - {ROLLBACK, UPDATE_NOW}  # which say themselves what they came to
    assert {what for _, what in DECISIONS} == set(WHATS)
    for by in (finding.GUARD, finding.PERSON, finding.SHRINK_RULE):
        assert decision_text(by, standing.ACCEPTED) == DECISIONS[by, standing.ACCEPTED]
    assert set(CLASSES) == set(Class) - {Class.LEGAL}  # an order from outside is no list of a household
    assert decision_text("person", "something_new") == "Something new."


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_words(step: str) -> None:
    assert "under way" not in progress_text(Progress(step), {})
    assert progress_text(Progress(step, "x", 2, 3), {"x": "A list"}).endswith(": 2 of 3, A list.")


def test_who_gets_a_category_filtered_is_told() -> None:
    profiles = [
        ProfileSettings("whole-home", {"adult": Action.FILTER, "games": Action.TIME}),
        ProfileSettings("Grandma", {"adult": Action.FILTER, "bypass_encdns": Action.CANARY}),
    ]
    assert filtered_text("adult", profiles) == "Filtered for everyone at home, Grandma"
    assert filtered_text("games", profiles) == "Open at set times for everyone at home"
    assert filtered_text("social", profiles) == "Open for everybody here"
    assert filtered_text("bypass_encdns", profiles) == "Open, with browsers asked to stay with this DNS, for Grandma"
    assert is_enforced("games", profiles)
    assert not is_enforced("social", profiles)
    assert not is_enforced("bypass_encdns", profiles)  # a canary closes no name of a list


@pytest.mark.parametrize(
    ("words", "past"),
    [
        ("would add 2 names and remove 12; one of them is a help site: would.add.example",
         "added 2 names and removed 12; one of them is a help site: would.add.example"),
        ("would bring 1 name", "brought 1 name"),
        ("would have 5 names instead of 4", "had 5 names instead of 4"),
        ("would remove 3 names", "removed 3 names"),
        ("would change no name", "changed no name"),
    ],
)  # fmt: skip
def test_what_was_accepted_is_told_as_done(words: str, past: str) -> None:
    assert in_the_past(words) == past
