"""What is carried out beside updates: when, how often, and that it waits for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filterdns.clock import Clock
from filterdns.errors import FilterdnsError, StateFault
from filterdns.keep import duty, errand, rounds
from filterdns.keep.duty import Duty, DutyReport, signature_of
from filterdns.keep.rounds import Round
from tests.keep.scene import Scene

PACE = 60.0


class Answering:
    """A duty that notes when it was carried out and whether the clock was believed."""

    def __init__(self) -> None:
        self.outcome: DutyReport | FilterdnsError = DutyReport(PACE)
        self.calls: list[tuple[datetime, bool]] = []

    def __call__(self, clock: Clock, is_believed: bool) -> DutyReport:
        self.calls.append((clock.when(), is_believed))
        if isinstance(self.outcome, FilterdnsError):
            raise self.outcome
        return self.outcome


@pytest.fixture
def done() -> Answering:
    return Answering()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "cases"
    path.write_bytes(b"1")
    return path


@pytest.fixture
def kept(tmp_path: Path, done: Answering, book: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    for module in (errand, rounds, duty):
        monkeypatch.setattr(module, "step_back", lambda **_: None)
    return Scene(tmp_path, duties=(Duty("the desk", done, (book,), book),))


def test_it_is_done_at_the_start_and_then_by_its_pace(kept: Scene, done: Answering) -> None:
    kept.look()
    assert len(done.calls) == 1
    kept.after(PACE - 1)
    assert len(done.calls) == 1
    kept.after(1)
    assert len(done.calls) == 2


def test_a_change_of_its_files_is_noticed_with_the_next_look(kept: Scene, done: Answering, book: Path) -> None:
    done.outcome = DutyReport(PACE, worked=True)
    kept.look()
    kept.after(1)
    assert len(done.calls) == 1
    book.write_bytes(b"12")
    kept.after(1)
    assert len(done.calls) == 2


def test_what_changed_while_it_was_carried_out_is_looked_at_again(kept: Scene, done: Answering, book: Path) -> None:
    done.outcome = DutyReport(PACE, worked=True, seen=signature_of((book,)))
    kept.look()
    book.write_bytes(b"12")
    done.outcome = DutyReport(PACE, worked=True, seen=signature_of((book,)))
    kept.after(1)
    kept.after(1)
    assert len(done.calls) == 2


def test_files_that_change_for_nothing_are_looked_at_less_and_less(kept: Scene, done: Answering, book: Path) -> None:
    kept.look()
    for number in range(20):
        book.write_bytes(bytes(number + 2))
        kept.after(1)
    assert 5 <= len(done.calls) <= 8  # after 0, 1, 3, 7, 11, 15 and 19 seconds
    done.outcome = DutyReport(PACE, worked=True)
    for number in range(8):
        book.write_bytes(bytes(number + 30))
        kept.after(1)
    assert len(done.calls) >= 10


def test_nothing_is_done_without_a_casebook(kept: Scene, done: Answering, book: Path) -> None:
    book.unlink()
    kept.look()
    kept.after(PACE)
    assert done.calls == []


def test_an_update_that_takes_its_time_delays_nothing(kept: Scene, done: Answering, book: Path) -> None:
    kept.keeper.turn()  # begins an update and the duty
    update, answer = kept.children.waiting
    kept.children.waiting = [answer]
    kept.children.run()
    book.write_bytes(b"123")
    kept.clock.advance(2)
    kept.keeper.turn()
    assert len(kept.children.waiting) == 1
    kept.children.run()
    assert len(done.calls) == 2
    kept.children.waiting = [update]
    kept.children.run()


def test_what_only_a_build_makes_count_is_built_at_once_and_asked_for_once(kept: Scene, done: Answering) -> None:
    kept.look()
    kept.look()
    done.outcome = DutyReport(PACE, build=7)
    kept.after(PACE)
    assert kept.look() == [(False, False)]
    kept.updates.fault = "the lists are broken"
    assert kept.after(PACE) == []
    done.outcome = DutyReport(PACE, build=8)
    kept.after(PACE)
    assert kept.look() == [(False, False)]
    assert kept.after(5) == []  # a build that fails is tried again by its own pace


def test_a_build_that_is_wanted_while_another_is_under_way_follows_it(kept: Scene, done: Answering) -> None:
    done.outcome = DutyReport(PACE, build=7)
    kept.keeper.turn()
    update, answer = kept.children.waiting
    kept.children.waiting = [answer]
    kept.children.run()
    kept.children.waiting = [update]
    kept.children.run()
    assert kept.look() == [(False, False)]


def test_a_fault_is_told_once_and_tried_again_soon(kept: Scene, done: Answering) -> None:
    done.outcome = StateFault("no room")
    for _ in range(5):
        kept.after(15)
    assert len(done.calls) == 5
    assert len([line for line in kept.said if "no room" in line]) == 1


def test_a_clock_that_is_not_believed_is_told_to_it(kept: Scene, done: Answering) -> None:
    kept.look()
    kept.clock.wall -= timedelta(days=400)
    kept.after(PACE)
    assert [is_believed for _, is_believed in done.calls] == [True, False]
    assert done.calls[-1][0].year == 2026


def test_it_waits_for_the_first_round_that_looks_at_the_log(kept: Scene, done: Answering) -> None:
    kept.go_round = lambda clock, is_first: Round(3_600.0)
    kept.keeper = kept.made()
    kept.keeper.turn()
    assert len(kept.children.waiting) == 1
    kept.children.run()
    kept.look()
    assert len(done.calls) == 1


def test_a_round_follows_what_opened_a_name(kept: Scene, done: Answering) -> None:
    rounds_made: list[bool] = []

    def go_round(clock: Clock, is_first: bool) -> Round:
        rounds_made.append(is_first)
        return Round(3_600.0)

    kept.go_round = go_round
    kept.keeper = kept.made()
    for _ in range(3):
        kept.after(10)
    count = len(rounds_made)
    done.outcome = DutyReport(PACE, look=True)
    kept.after(PACE)
    kept.after(5)
    assert len(rounds_made) == count + 1
