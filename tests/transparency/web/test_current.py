from __future__ import annotations

from pathlib import Path

from filterdns.lists.release import current_file, open_current
from filterdns.lists.revocations import ALLOWED, Revocation, allowed_file, revocations_file, store_revocations
from filterdns.lists.store import make_current
from filterdns.names import parse_name
from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.lists import build

NEW = parse_name("new.example")


def test_a_new_release_is_shown_without_a_restart(tmp_path: Path) -> None:
    said: list[str] = []
    state = build(tmp_path, {})
    current = CurrentRelease(state, said.append)
    current.follow()
    first = current.shown
    assert first is not None
    assert not first.index.matches(NEW)
    build(tmp_path, {"own/gambling.new.txt": "new.example\n"})
    current.follow()
    assert current.shown is not None
    assert current.shown.index.matches(NEW)
    assert not first.index.matches(NEW)  # a page that is being made keeps its release
    assert not said


def test_a_damaged_release_leaves_the_last_one_and_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    state = build(tmp_path, {})
    current = CurrentRelease(state, said.append)
    current.follow()
    shown = current.shown
    current_file(state).with_name("next").write_text("99\n")
    current_file(state).with_name("next").replace(current_file(state))
    current.follow()
    current.follow()
    assert current.shown is shown
    assert len(said) == 1
    make_current(state, 1)
    current.follow()
    assert current.shown is shown


def test_without_a_state_nothing_is_shown(tmp_path: Path) -> None:
    current = CurrentRelease(tmp_path / "none", print)
    current.follow()
    assert current.shown is None


def test_suspensions_and_what_a_release_allows_are_followed(tmp_path: Path) -> None:
    said: list[str] = []
    state = build(tmp_path, {})
    allowed, suspended = Revocation(b"new.example", True, kind=ALLOWED), Revocation(b"new.example", False)
    store_revocations(allowed_file(open_current(state).folder), [allowed])
    current = CurrentRelease(state, said.append)
    current.follow()
    assert current.revocations.find(NEW, 0) == [allowed]
    store_revocations(revocations_file(state), [suspended])
    current.follow()
    assert current.revocations.find(NEW, 0) == [suspended, allowed]
    revocations_file(state).write_bytes(b"nonsense")
    current.follow()
    current.follow()
    assert current.revocations.find(NEW, 0) == [suspended, allowed]
    assert len(said) == 1
    revocations_file(state).unlink()
    build(tmp_path, {"own/gambling.new.txt": "new.example\n"})
    current.follow()
    assert current.revocations.find(NEW, 0) == []
