"""Killed before any of its writes, an update leaves the old or the new release, whole, and the next one succeeds."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from filterdns.errors import FilterdnsError, StateFault
from filterdns.lists.inspect import inspect_release
from filterdns.lists.manifest import Manifest
from filterdns.lists.release import newest_good, release_numbers
from filterdns.lists.standing_file import load_standings
from tests.lists.entries import own_entry
from tests.lists.home import Home

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink", "shutil.rmtree"}
FEWEST_CHANGES = 40  # of an update; fewer would mean that the test sees none


def killed_before(change: int, state: Path, work: Callable[[], object]) -> bool:
    """Do the work in a forked process that is killed before its so-manieth change of the disk; whether it was."""
    child = os.fork()
    if child == 0:
        try:
            _count_changes(change, state)
            work()
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL)
    return code != 0


def _count_changes(last: int, state: Path) -> None:
    left, fsync = [last], os.fsync

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str) and path.startswith(str(state)) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                count()
        elif event in CHANGES:
            count()

    def synchronise(descriptor: int) -> None:
        count()  # what was written may be lost
        fsync(descriptor)

    sys.addaudithook(audit)
    os.fsync = synchronise  # type: ignore[assignment]


@pytest.fixture
def home(home: Home) -> Home:
    home.add_list("adult", "adult", expected={"least": 1, "most": 1_000})
    home.write("own/games.yaml", own_entry("play.example"))
    home.serve("adult", ["first.example", "always.example"])
    home.update()
    return home


def test_update_killed_before_any_change_leaves_the_old_or_the_new_release(home: Home) -> None:
    step, current = 1, "first.example"
    while True:
        fresh = f"n{step}.example"
        home.serve("adult", [fresh, "always.example"])
        home.write("own/games.yaml", own_entry("play.example") + own_entry(f"game{step}.example"))
        was_killed = killed_before(step, home.state, home.update)
        release = home.release
        inspect_release(release)
        assert newest_good(home.state).number == release.number
        assert home.found("always.example") == {"adult"}
        listed = [name for name in (current, fresh) if home.found(name)]
        assert len(listed) == 1
        current = listed[0]
        assert home.found(f"game{step}.example") == ({"games"} if current == fresh else set())
        load_standings(home.state)
        if not was_killed:
            break
        step += 1
    assert step > FEWEST_CHANGES
    assert current == fresh
    assert next(release_numbers(home.state)) == home.release.number
    assert len(list(release_numbers(home.state))) <= 3
    leftovers = [path for path in home.state.rglob("*") if re.match(r"unfinished|never|.*\.new", path.name)]
    assert leftovers == []
    home.sleep(days=1)
    home.serve("adult", ["last.example", "always.example"])
    assert home.update().built
    assert home.seen("always.example")["adult"][1] is None


class LogFault(FilterdnsError):
    pass


def test_release_that_is_not_recorded_never_becomes_current(home: Home) -> None:
    folders: list[Path] = []

    def refuse(folder: Path, manifest: Manifest) -> None:
        assert {path.name for path in folder.iterdir()} >= {"manifest.json", *manifest.files}
        assert home.release.number == 1  # the pointer is the last
        folders.append(folder)
        raise LogFault("no log today")

    for _ in range(4):
        home.sleep(days=1)
        home.use("adult", ["second.example"])
        with pytest.raises(LogFault):
            home.build(record=refuse)
        assert home.release.number == newest_good(home.state).number == 1
        assert home.found("first.example") == {"adult"}
    # The log may have their numbers, so each is given once; but a log that is out for long does not fill the disk.
    assert [folder.name for folder in folders] == ["00000002", "00000003", "00000004", "00000005"]
    assert [folder.exists() for folder in folders] == [False, False, False, True]
    assert home.build().number == 6
    assert list(release_numbers(home.state)) == [6, 1]
    inspect_release(home.release)
    assert home.delta() == {
        ("+", "adult", "second.example"),
        ("-", "adult", "always.example"),
        ("-", "adult", "first.example"),
    }


def test_process_killed_while_it_records_leaves_the_release_before(home: Home) -> None:
    def die(folder: Path, manifest: Manifest) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    home.use("adult", ["second.example"])
    assert killed_before(0, home.state, lambda: home.build(record=die))
    assert newest_good(home.state).number == home.release.number == 1
    assert home.build().number == 3
    assert list(release_numbers(home.state)) == [3, 1]


def test_damaged_release_is_replaced_and_what_was_remembered_is_not_lost(home: Home) -> None:
    home.sleep(days=3)
    home.use("adult", ["second.example", "always.example"])
    home.build()
    path = home.release.folder / "seen"
    path.write_bytes(path.read_bytes()[:-1])
    home.sleep(days=1)
    assert home.build().number == 3
    assert home.release.manifest.before == 1
    first = home.when.date().replace(day=24)
    assert home.seen("always.example") == {"adult": (first, None)}
    assert home.seen("first.example") == {"adult": (first, first)}


def test_damaged_release_among_the_kept_ones_stops_no_update(home: Home) -> None:
    home.sleep(days=1)
    home.serve("adult", ["second.example", "always.example"])
    home.update()
    (home.state / "releases" / "00000001" / "manifest.json").write_text("{}")
    home.sleep(days=1)
    home.serve("adult", ["third.example", "always.example"])
    assert home.update().built
    assert home.found("third.example") == {"adult"}


def test_disk_that_refuses_in_the_middle_leaves_the_release_before(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.use("adult", ["second.example"])
    for folder in ("runs", "work"):
        path = home.state / folder
        kept = path.rename(home.state / f"{folder}.away")
        path.write_text("a file in its place")
        with pytest.raises(StateFault):
            home.build()
        inspect_release(home.release)
        assert home.release.number == 1
        path.unlink()
        kept.rename(path)
    assert home.build().built
