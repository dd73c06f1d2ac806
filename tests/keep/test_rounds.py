"""What is looked after between updates: when, in which order, and what is told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError, LogFault
from filterdns.keep import errand, rounds
from filterdns.keep.rounds import Round
from filterdns.lists.progress import load_bulletin
from tests.keep.scene import Scene


class Rounds:
    """Rounds that note when they were made and whether they were the first."""

    def __init__(self) -> None:
        self.outcome: Round | FilterdnsError = Round(3_600.0)
        self.calls: list[tuple[datetime, bool]] = []

    def __call__(self, clock: Clock, is_first: bool) -> Round:
        self.calls.append((clock.when(), is_first))
        if isinstance(self.outcome, FilterdnsError):
            raise self.outcome
        return self.outcome


@pytest.fixture
def made() -> Rounds:
    return Rounds()


@pytest.fixture
def kept(tmp_path: Path, made: Rounds, monkeypatch: pytest.MonkeyPatch) -> Scene:
    for module in (errand, rounds):
        monkeypatch.setattr(module, "step_back", lambda **_: None)
    return Scene(tmp_path, go_round=made)


def test_the_first_round_comes_before_the_first_update(kept: Scene, made: Rounds) -> None:
    kept.keeper.turn()
    kept.children.run()
    assert [is_first for _, is_first in made.calls] == [True]
    assert kept.updates.calls == []
    kept.look()
    assert len(kept.updates.calls) == 1


def test_a_round_follows_each_update_and_then_when_it_says_so(kept: Scene, made: Rounds) -> None:
    kept.look()
    kept.look()
    kept.after(4)
    assert len(made.calls) == 1
    kept.after(1)
    assert [is_first for _, is_first in made.calls] == [True, False]
    kept.after(3_599)
    assert len(made.calls) == 2
    kept.after(1)
    assert len(made.calls) == 3


def test_a_round_that_has_something_new_is_followed_by_a_build(kept: Scene, made: Rounds) -> None:
    kept.look()
    kept.look()
    made.outcome = Round(3_600.0, ("new decisions",), build=True)
    kept.after(5)
    assert "new decisions" in kept.said
    assert kept.look() == [(False, False)]


def test_what_is_wrong_with_the_log_is_said_once_and_stands_in_the_bulletin(kept: Scene, made: Rounds) -> None:
    made.outcome = Round(60.0, log_fault="tile 3 is damaged")
    kept.look()
    kept.updates.fault = "tile 3 is damaged"  # what an update raises that may not append
    for _ in range(20):
        kept.after(60)
    assert [line for line in kept.said if "tile 3" in line] == ["the log: tile 3 is damaged"]
    found = load_bulletin(kept.state)
    assert found is not None
    assert found.log_fault == "tile 3 is damaged"
    kept.keeper = kept.made()
    kept.look()
    assert kept.said.count("the log: tile 3 is damaged") == 2


def test_a_log_that_is_sound_again_is_built_upon_at_once(kept: Scene, made: Rounds) -> None:
    made.outcome = Round(60.0, log_fault="tile 3 is damaged")
    kept.look()
    kept.updates.fault = "tile 3 is damaged"
    kept.look()
    made.outcome, kept.updates.fault = Round(3_600.0), ""
    while "the log is sound again" not in kept.said:
        kept.after(10)
    assert kept.look()
    found = load_bulletin(kept.state)
    assert found is not None
    assert (found.log_fault, found.fault) == ("", "")


def test_another_fault_of_an_update_is_told_as_ever(kept: Scene, made: Rounds) -> None:
    made.outcome = Round(3_600.0, log_fault="tile 3 is damaged")
    kept.look()
    kept.updates.fault = "no room"
    kept.look()
    assert any("no room" in line for line in kept.said)


def test_a_round_that_failed_is_made_again_after_a_while(kept: Scene, made: Rounds) -> None:
    kept.look()
    kept.look()
    made.outcome = LogFault("no room")
    kept.after(5)
    assert kept.said[-1] == "the log: no room"
    count = len(made.calls)
    kept.after(599)
    assert len(made.calls) == count
    kept.after(1)
    assert len(made.calls) == count + 1


def test_a_clock_that_is_not_believed_dates_no_round(kept: Scene, made: Rounds) -> None:
    kept.look()
    kept.look()
    kept.clock.wall -= timedelta(days=400)
    kept.after(3_600)
    assert all(when.year == 2026 for when, _ in made.calls)
