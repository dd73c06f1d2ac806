"""What the keeper begins and when, under a clock in the test's hands."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

from filterdns.lists.build import build_release
from filterdns.lists.orders import ACCEPT, ADD, UPDATE_NOW, Order, has_waiting, load_done, place_order
from filterdns.lists.progress import BUILD, FETCH, Progress
from filterdns.lists.shipped import shipped_folder
from tests.keep.scene import BUILT, Report, Scene

DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0


def test_it_begins_with_an_update_and_sleeps_until_a_source_is_due(scene: Scene) -> None:
    scene.updates.report = Report(next_due=BUILT + timedelta(hours=6))
    assert scene.look() == [(True, False)]
    assert scene.said == ["release 1"]
    assert scene.after(6 * HOUR - 30) == []
    assert scene.after(31) == [(True, False)]


def test_without_a_network_it_builds_daily_says_so_once_and_fetches_when_there_is_one(scene: Scene) -> None:
    scene.online = False
    assert scene.look() == [(False, False)]
    assert scene.said == ["no network: lists are fetched once there is one", "release 1"]
    builds = 0
    for _ in range(5 * 24 * 60):
        for call in scene.after(MINUTE):
            assert call == (False, False)
            builds += 1
    assert builds == 5
    assert scene.said.count("no network: lists are fetched once there is one") == 1
    assert not scene.bulletin.online
    scene.online = True
    assert scene.after(MINUTE + 1) == [(True, False)]
    assert "there is a network: fetching lists" in scene.said
    assert scene.bulletin.online


def test_where_the_configuration_forbids_it_nothing_is_fetched_and_all_is_built_daily(
    tmp_path: Path, scene: Scene
) -> None:
    scene.fetching = False
    scene.keeper = scene.made()
    assert scene.look() == [(False, False)]
    place_order(tmp_path, Order(UPDATE_NOW), BUILT)
    assert scene.after(1) == [(False, False)]
    (done,) = load_done(tmp_path)
    assert (done.is_done, done.text) == (False, "nothing is fetched here: the configuration says lists.update: false")
    assert [call for _ in range(48) for call in scene.after(HOUR)] == [(False, False)] * 2
    assert not scene.bulletin.fetching


def test_what_fails_is_tried_again_with_growing_pauses(scene: Scene) -> None:
    scene.updates.fault = "lists/own/adult.yaml:3: expected this, got that"
    scene.look()
    assert scene.said[0].startswith("the lists cannot be compiled, those in use stay; tried again in 1 min:\nlists/own")
    assert scene.bulletin.fault == scene.updates.fault
    attempts = []
    for minute in range(24 * 60):
        if scene.after(MINUTE):
            attempts.append(minute)
    pauses = [later - earlier for earlier, later in itertools.pairwise(attempts)]
    assert pauses[:8] == sorted(pauses[:8])
    assert pauses[0] <= 3
    assert 240 <= pauses[-1] <= 265
    scene.updates.fault = ""
    scene.keeper.wake()
    assert scene.after(1) == [(True, False)]
    assert scene.bulletin.fault == ""


def test_a_child_that_is_killed_is_a_failure_like_others(scene: Scene) -> None:
    scene.keeper.turn()
    scene.children.die()
    assert "killed by SIGKILL" in scene.said[0]
    assert scene.after(30) == []
    assert scene.after(40) == [(True, False)]


def test_one_errand_at_a_time_and_what_comes_meanwhile_is_done_after_it(scene: Scene, tmp_path: Path) -> None:
    scene.keeper.turn()
    assert len(scene.children.waiting) == 1
    scene.keeper.wake()
    place_order(tmp_path, Order(UPDATE_NOW), BUILT)
    scene.clock.advance(2 * DAY)
    scene.keeper.turn()
    assert len(scene.children.waiting) == 1
    scene.children.run()
    assert not has_waiting(tmp_path)  # the child was not there yet when it was ordered
    assert scene.look() == [(True, False)]  # whoever reloaded may have changed what the child had read
    assert scene.look() == []
    scene.keeper.wake()
    scene.keeper.turn()
    scene.keeper.wake()
    scene.children.die()
    assert scene.look() == [(True, False)]


def test_a_reload_builds_at_once_and_is_told_even_if_nothing_has_changed(scene: Scene) -> None:
    scene.updates.report = Report(built=False, lines=["nothing has changed"])
    scene.look()
    scene.keeper.wake()
    assert scene.after(1) == [(True, False)]
    assert scene.said == ["nothing has changed"] * 2
    assert scene.after(DAY) == [(True, False)]
    assert len(scene.said) == 2  # a day's work that changed nothing is no news


def test_orders_are_carried_out_and_an_update_follows(tmp_path: Path, scene: Scene) -> None:
    scene.deeds[ACCEPT] = lambda order, when: f"{order.source} was accepted at {when:%H:%M}"
    scene.look()
    ids = [place_order(tmp_path, order, BUILT) for order in (Order(ACCEPT, "ut1-gambling"), Order(ADD, "other"))]
    assert scene.after(1) == [(True, False)]
    assert {row.id: (row.is_done, row.text) for row in load_done(tmp_path)} == {
        ids[0]: (True, "ut1-gambling was accepted at 12:00"),
        ids[1]: (False, "this cannot be done here"),
    }
    assert "accept ut1-gambling: ut1-gambling was accepted at 12:00" in scene.said
    assert scene.after(1) == []


def test_update_now_fetches_whatever_is_due_and_is_done_when_it_has_ended(tmp_path: Path, scene: Scene) -> None:
    scene.look()
    place_order(tmp_path, Order(UPDATE_NOW), BUILT)
    assert scene.after(1) == [(True, True)]
    (done,) = load_done(tmp_path)
    assert (done.is_done, done.text) == (True, "release 1")
    scene.updates.fault = "a fault"
    place_order(tmp_path, Order(UPDATE_NOW), BUILT)
    assert scene.after(1) == [(True, True)]
    assert load_done(tmp_path)[-1].text == "a fault"
    assert not load_done(tmp_path)[-1].is_done
    scene.updates.fault, scene.online = "", False
    place_order(tmp_path, Order(UPDATE_NOW), BUILT)
    assert scene.after(10) == [(False, False)]
    assert "no network" in load_done(tmp_path)[-1].text
    assert not load_done(tmp_path)[-1].is_done


def test_progress_is_noted_while_it_is_under_way_and_the_end_after_it(scene: Scene) -> None:
    scene.keeper.turn()
    assert scene.bulletin.progress == Progress(FETCH)
    assert scene.bulletin.begun_at == BUILT.isoformat()
    scene.children.run()
    assert scene.bulletin.progress is None
    assert scene.bulletin.lines == ("release 1",)
    assert scene.bulletin.ended_at == BUILT.isoformat()
    assert scene.bulletin.next_at > BUILT.isoformat()
    again = scene.made()  # after a crash in the middle of something
    assert again.turn() > 0
    assert scene.bulletin.progress == Progress(FETCH)


def test_a_clock_that_jumps_a_year_ahead_changes_nothing_until_it_is_right(tmp_path: Path, scene: Scene) -> None:
    build_release(shipped_folder(), None, tmp_path, BUILT)
    scene.look()
    scene.clock.wall += timedelta(days=365)
    assert scene.after(1) == []  # nor is anything due because of it
    assert "the clock says 2027-12-01, which is not believed" in scene.said[-1]
    assert not scene.bulletin.clock_believed
    assert scene.after(DAY) == [(True, False)]
    assert scene.updates.when == BUILT + timedelta(days=1, seconds=1)
    scene.right = True
    scene.after(1)
    assert scene.said[-1] == "the clock is believed again: 2027-12-02"
    assert scene.bulletin.clock_believed


def test_an_update_under_a_clock_in_doubt_works_by_the_time_that_was_believed(tmp_path: Path, scene: Scene) -> None:
    build_release(shipped_folder(), None, tmp_path, BUILT)
    scene.look()
    scene.clock.wall -= timedelta(days=3650)  # the battery of its clock is empty
    scene.clock.seconds += DAY
    scene.updates.report = Report(next_due=BUILT + timedelta(days=1, hours=2))
    (call,) = scene.look()
    assert call == (True, False)
    assert scene.updates.when == BUILT + timedelta(days=1)
    assert scene.bulletin.begun_at == (BUILT + timedelta(days=1)).isoformat()
    assert scene.after(2 * HOUR - MINUTE) == []
    assert scene.after(2 * MINUTE) == [(True, False)]


def test_a_build_by_another_hand_is_looked_at(tmp_path: Path, scene: Scene) -> None:
    scene.clock.wall = BUILT - timedelta(days=3650)
    scene.keeper = scene.made()
    scene.look()
    assert scene.bulletin.clock_believed
    build_release(shipped_folder(), None, tmp_path, BUILT)
    scene.after(1)
    assert not scene.bulletin.clock_believed


def test_lines_on_progress_are_few_and_only_for_those_who_wait(scene: Scene) -> None:
    scene.updates.steps = [Progress(BUILD, "index", number, 50) for number in range(50)]
    scene.look()
    assert scene.said == ["release 1"]  # it took no time
