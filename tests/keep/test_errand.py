"""One errand, in the test's process: what it notes, how often it speaks, and what a fault leaves behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.errors import FilterdnsError, StateFault
from filterdns.keep.errand import Errand, Teller, Work
from filterdns.keep.timetable import KeepLimits
from filterdns.lists.orders import (
    ACCEPT,
    MOST_ATTEMPTS,
    SWITCH_ON,
    UPDATE_NOW,
    Order,
    begin_order,
    load_done,
    load_waiting,
    orders_folder,
    place_order,
)
from filterdns.lists.progress import BUILD, FETCH, Bulletin, Progress, load_bulletin, progress_file
from tests.keep.scene import BUILT, Scene
from tests.resolving import HandClock


def errand(scene: Scene, **changes: object) -> Errand:
    work = Work(scene.updates, scene.deeds, Path("/shipped"), scene.state)
    made = Errand(work, True, True, Bulletin(), scene.clock, KeepLimits(), None)  # type: ignore[arg-type]
    return replace(made, **changes)  # type: ignore[arg-type]


def test_an_order_that_fails_is_noted_and_the_others_are_carried_out(tmp_path: Path, scene: Scene) -> None:
    def fail(order: Order, when: object) -> str:
        raise FilterdnsError("expected a list that is held, got another")

    scene.deeds |= {ACCEPT: fail, SWITCH_ON: lambda order, when: "it is on"}
    for number, order in enumerate((Order(ACCEPT, "a"), Order(SWITCH_ON, "b"))):
        place_order(tmp_path, order, BUILT.replace(second=number))
    outcome = errand(scene).run()
    assert outcome.ordered == ("accept a: expected a list that is held, got another", "switch on b: it is on")
    assert [(row.source, row.is_done) for row in load_done(tmp_path)] == [("a", False), ("b", True)]
    assert load_waiting(tmp_path) == []


def test_one_that_was_cut_short_three_times_is_given_up(tmp_path: Path, scene: Scene) -> None:
    scene.deeds[ACCEPT] = lambda order, when: pytest.fail("it is not begun again")
    for order in (Order(ACCEPT, "a"), Order(UPDATE_NOW)):
        place_order(tmp_path, order, BUILT)
    for waiting in load_waiting(tmp_path):
        for _ in range(MOST_ATTEMPTS):
            waiting = begin_order(waiting)
    errand(scene).run()
    assert scene.updates.calls == [(True, False)]
    assert all("given up" in row.text and not row.is_done for row in load_done(tmp_path))
    assert load_waiting(tmp_path) == []


def test_a_damaged_order_is_noted_as_such_and_goes(tmp_path: Path, scene: Scene) -> None:
    orders_folder(tmp_path).mkdir()
    (orders_folder(tmp_path) / "x.json").write_bytes(b"nonsense")
    errand(scene).run()
    (done,) = load_done(tmp_path)
    assert (done.id, done.is_done) == ("x", False)


def test_a_fault_of_the_update_leaves_the_orders_noted(tmp_path: Path, scene: Scene) -> None:
    scene.deeds[ACCEPT] = lambda order, when: "accepted"
    scene.updates.fault = "no room on the disk"
    for order in (Order(ACCEPT, "a"), Order(UPDATE_NOW)):
        place_order(tmp_path, order, BUILT)
    with pytest.raises(FilterdnsError, match="no room"):
        errand(scene).run()
    assert {row.order: row.text for row in load_done(tmp_path)} == {
        ACCEPT: "accepted",
        UPDATE_NOW: "no room on the disk",
    }


def test_a_disk_that_takes_no_note_ends_the_errand_and_the_order_stays(tmp_path: Path, scene: Scene) -> None:
    scene.deeds[ACCEPT] = lambda order, when: "accepted"
    place_order(tmp_path, Order(ACCEPT, "a"), BUILT)
    (orders_folder(tmp_path) / ".done.json.new").mkdir()
    with pytest.raises(StateFault, match="expected a file that can be written"):
        errand(scene).run()
    assert [row.attempt for row in load_waiting(tmp_path)] == [1]
    assert scene.updates.calls == []


def test_progress_is_written_at_most_twice_a_second_and_said_now_and_then(tmp_path: Path) -> None:
    clock, said = HandClock(), []
    writes = []
    teller = Teller(tmp_path, Bulletin(begun_at="x"), clock, KeepLimits(), said.append)  # type: ignore[arg-type]
    for number in range(100):
        clock.advance(0.1)
        before = progress_file(tmp_path).stat().st_ino if progress_file(tmp_path).exists() else 0
        teller(Progress(FETCH, "ut1-gambling", 3, 9, number * 100_000))
        writes.append(progress_file(tmp_path).stat().st_ino != before)
    assert 18 <= sum(writes) <= 21
    assert said == [f"fetching 3 of 9: ut1-gambling, {octets} MB" for octets in ("2.9", "5.9", "8.9")]
    bulletin = load_bulletin(tmp_path)
    assert bulletin is not None
    assert bulletin.begun_at == "x"


def test_a_full_disk_does_not_stop_an_update_for_its_progress(tmp_path: Path) -> None:
    teller = Teller(tmp_path / "missing", Bulletin(), HandClock(), KeepLimits(), None)  # type: ignore[arg-type]
    teller(Progress(BUILD))
