"""Suspensions from file to worker: noticed, read in steps, kept when the next is damaged, over by their day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from filterdns.lists.build import build_release
from filterdns.lists.release import open_current
from filterdns.lists.revocations import (
    ALLOWED,
    Revocation,
    allowed_file,
    publisher_revocations_file,
    revocations_file,
    store_revocations,
)
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name
from filterdns.resolver.revocation_watch import STEP_LINES, RevocationWatch
from tests.resolver.test_rules import BUILT, LISTED, SETTINGS, Scene

QNAME = parse_name(LISTED)
SUSPENDED = Revocation(LISTED.encode(), True, ("adult",), "2026-11-22", "2026-11-24", "we were late")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    build_release(shipped_folder(), None, tmp_path, BUILT)
    return tmp_path


def read_all(watch: RevocationWatch) -> bool:
    changed = False
    while watch.is_reading:
        changed = watch.step()
    return changed


def test_a_suspension_counts_from_the_next_tick_on_and_its_end_too(state: Path) -> None:
    scene = Scene(SETTINGS, state)
    assert scene.rcode(LISTED) == 3
    store_revocations(revocations_file(state), [SUSPENDED])
    scene.tick()
    assert scene.rcode(LISTED) is not None  # nothing is read in the tick itself
    assert scene.rules.read_on() is False
    assert scene.rcode(LISTED) == 0
    suspended = scene.rules.pipeline.listings
    store_revocations(revocations_file(state), [])
    scene.tick()
    scene.rules.read_on()
    assert scene.rcode(LISTED) == 3
    assert suspended.find(QNAME)  # it has let go of what it knew, although a kept answer may name it
    revocations_file(state).unlink()
    scene.tick()
    scene.rules.read_on()
    assert scene.rcode(LISTED) == 3
    assert not scene.said


def test_what_a_publisher_suspends_counts_beside_what_is_suspended_here(state: Path) -> None:
    scene = Scene(SETTINGS, state)
    ours, theirs = revocations_file(state), publisher_revocations_file(state)
    for path, rows, rcode in ((theirs, [SUSPENDED], 0), (ours, [SUSPENDED], 0), (theirs, [], 0), (ours, [], 3)):
        store_revocations(path, rows)
        scene.tick()
        while scene.rules.read_on():
            pass
        assert scene.rcode(LISTED) == rcode
    theirs.write_bytes(b"cut off")
    store_revocations(ours, [SUSPENDED])
    scene.tick()
    while scene.rules.read_on():
        pass
    assert scene.rcode(LISTED) == 0  # a damaged file of theirs does not touch ours
    assert any("suspensions stay as they are (0)" in text for text in scene.said)


def test_a_worker_that_starts_knows_what_is_suspended_before_its_first_answer(state: Path) -> None:
    more = [Revocation(b"n%d.example" % number, True) for number in range(3 * STEP_LINES)]
    store_revocations(revocations_file(state), [SUSPENDED, *more])
    assert Scene(SETTINGS, state).rcode(LISTED) == 0


def test_a_suspension_ends_on_its_day(state: Path) -> None:
    store_revocations(revocations_file(state), [SUSPENDED])
    scene = Scene(SETTINGS, state)
    for day, rcode in ((23, 0), (24, 3)):
        scene.clock.advance((datetime(2026, 11, day, tzinfo=UTC) - scene.clock.when()).total_seconds())
        scene.rules.tick(scene.clock.now(), scene.clock.when())
        assert scene.rcode(LISTED) == rcode


def test_a_long_file_is_read_in_steps_and_counts_when_it_is_whole(state: Path) -> None:
    watch = RevocationWatch(state, print)
    rows = [Revocation(b"n%d.example" % number, True) for number in range(2 * STEP_LINES)]
    store_revocations(revocations_file(state), [SUSPENDED, *rows])
    index = open_current(state).open_index()
    watch.look()
    assert [watch.step(), watch.step()] == [False, False]
    assert watch.over(index) is index
    assert watch.step() is True
    assert not watch.over(index).find(QNAME)
    assert not watch.is_reading


def test_a_change_while_it_is_read_begins_anew(state: Path) -> None:
    watch = RevocationWatch(state, print)
    rows = [Revocation(b"n%d.example" % number, True) for number in range(2 * STEP_LINES)]
    store_revocations(revocations_file(state), [SUSPENDED, *rows])
    watch.look()
    watch.step()
    store_revocations(revocations_file(state), rows)
    watch.look()
    read_all(watch)
    assert watch.over(open_current(state).open_index()).find(QNAME)


@pytest.mark.parametrize("damage", ["cut", "large", "folder"])
def test_a_damaged_file_leaves_the_last_good_one_in_use_and_is_told_once(state: Path, damage: str) -> None:
    said: list[str] = []
    watch = RevocationWatch(state, said.append)
    path = revocations_file(state)
    store_revocations(path, [SUSPENDED])
    watch.look()
    assert read_all(watch)
    octets = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes(octets[:-9] if damage == "cut" else octets * 50_000)
    for _ in range(3):
        watch.look()
        assert not read_all(watch)
    assert not watch.over(open_current(state).open_index()).find(QNAME)
    assert len(said) == 1
    assert said[0].startswith("suspensions stay as they are (1): ")
    assert "adult" not in said[0]
    if damage == "folder":
        path.rmdir()
    store_revocations(path, [])
    watch.look()
    assert read_all(watch)


def test_what_a_release_allows_counts_with_it(state: Path) -> None:
    release = open_current(state)
    store_revocations(allowed_file(release.folder), [Revocation(f"help.{LISTED}".encode(), True, kind=ALLOWED)])
    scene = Scene(SETTINGS, state)
    assert scene.rcode(f"www.help.{LISTED}") is None or scene.rcode(f"www.help.{LISTED}") == 0
    assert scene.rcode(f"other.{LISTED}") == 3
    allowed_file(release.folder).write_bytes(b"nonsense")
    scene = Scene(SETTINGS, state)
    assert scene.rcode(f"www.help.{LISTED}") == 3
    assert "what the release allows below listed names is filtered" in scene.said[0]


def test_a_new_release_keeps_what_is_suspended(state: Path) -> None:
    store_revocations(revocations_file(state), [SUSPENDED])
    scene = Scene(SETTINGS, state)
    (state / "lists" / "own").mkdir(parents=True)
    (state / "lists" / "own" / "adult.txt").write_text("extra.example\n", encoding="utf-8")
    build_release(shipped_folder(), state / "lists", state, BUILT)
    scene.tick()
    assert scene.rules.release == 2
    assert scene.rcode("extra.example") == 3
    assert scene.rcode(LISTED) == 0
