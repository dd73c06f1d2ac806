from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from filterdns.calendar import Calendar
from filterdns.lists.build import build_release
from filterdns.lists.release import current_file
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.store import make_current
from filterdns.names import parse_name
from filterdns.resolver.release_watch import ReleaseWatch

BUILT = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXTRA = parse_name("extra.example")


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with release 1, and release 2, which has a name more. Release 1 is current."""
    state = tmp_path_factory.mktemp("state")
    overlay = state / "lists"
    (overlay / "own").mkdir(parents=True)
    build_release(shipped_folder(), overlay, state, BUILT)
    (overlay / "own" / "gambling.txt").write_text("extra.example\n", encoding="utf-8")
    build_release(shipped_folder(), overlay, state, BUILT)
    make_current(state, 1)
    return state


class Watching:
    def __init__(self, state: Path, when: datetime = BUILT) -> None:
        self.said: list[str] = []
        self.watch = ReleaseWatch(state, self.said.append, Calendar())
        self.now, self.when = 100.0, when

    def look(self, seconds: float = 1.0, jump: timedelta = timedelta()) -> int | None:
        """The number of a new index after so many seconds."""
        self.now += seconds
        self.when += timedelta(seconds=seconds) + jump
        index = self.watch.look(self.now, self.when)
        return None if index is None else index.number

    @property
    def day(self) -> date:
        assert self.watch.index is not None
        return date(1970, 1, 1) + timedelta(self.watch.index.today)


def test_a_release_is_opened_once_and_the_next_when_the_pointer_moves(two_releases: Path) -> None:
    make_current(two_releases, 1)
    w = Watching(two_releases)
    assert [w.look(), w.look(), w.look()] == [1, None, None]
    assert w.watch.index is not None
    assert not w.watch.index.find(EXTRA)
    make_current(two_releases, 2)
    assert [w.look(), w.look()] == [2, None]
    assert w.watch.index.find(EXTRA)


def test_without_a_release_there_is_no_index_until_one_comes(tmp_path: Path) -> None:
    w = Watching(tmp_path)
    assert [w.look(), w.look()] == [None, None]
    build_release(shipped_folder(), None, tmp_path, BUILT)
    assert w.look() == 1


@pytest.mark.parametrize("damage", ["pointer", "gone", "header", "short", "manifest"])
def test_a_bad_release_leaves_the_last_good_one_in_use_and_is_told_once(two_releases: Path, damage: str) -> None:
    make_current(two_releases, 1)
    w = Watching(two_releases)
    w.look()
    folder = two_releases / "releases" / "00000002"
    kept = {name: (folder / name).read_bytes() for name in ("index", "manifest.json")}
    if damage == "pointer":
        fresh = current_file(two_releases).with_name("fresh")
        fresh.write_text("nonsense", encoding="utf-8")
        fresh.replace(current_file(two_releases))
    elif damage == "gone":
        make_current(two_releases, 9)
    else:
        name, octets = {
            "header": ("index", b"x" * len(kept["index"])),
            "short": ("index", kept["index"][:-8]),
            "manifest": ("manifest.json", b"{}"),
        }[damage]
        (folder / name).write_bytes(octets)
        make_current(two_releases, 2)
    assert [w.look(), w.look()] == [None, None]
    assert w.watch.index is not None
    assert w.watch.index.number == 1
    assert w.watch.index.find(parse_name("adult.filterdns.test"))
    assert len(w.said) == 1
    assert w.said[0].startswith("a new release cannot be used, release 1 stays in use: ")
    for name, octets in kept.items():
        (folder / name).write_bytes(octets)
    make_current(two_releases, 2)
    assert w.look() == 2


def test_a_pointer_that_vanishes_changes_nothing(two_releases: Path) -> None:
    make_current(two_releases, 1)
    w = Watching(two_releases)
    w.look()
    current_file(two_releases).unlink()
    assert w.look() is None
    assert not w.said
    make_current(two_releases, 2)
    assert w.look() == 2


def test_each_day_has_an_index_of_its_own(two_releases: Path) -> None:
    make_current(two_releases, 1)
    w = Watching(two_releases)
    w.look()
    first = w.watch.index
    assert w.look(12 * 3600) == 1
    assert w.watch.index is not first
    assert w.day == date(2026, 11, 24)


def test_a_clock_from_before_the_release_is_not_believed(two_releases: Path) -> None:
    make_current(two_releases, 1)
    w = Watching(two_releases, datetime(1970, 1, 1, tzinfo=UTC))
    w.look()
    assert w.day == date(2026, 11, 23)


def test_a_clock_that_jumps_by_days_stops_expiry(two_releases: Path) -> None:
    make_current(two_releases, 1)
    w = Watching(two_releases)
    w.look()
    assert w.look(jump=timedelta(days=400)) is None
    assert w.look(86_400 * 2) is None
    assert w.day == date(2026, 11, 23)
