"""Whatever the disk refuses, `current` names a whole release. What a kill leaves is in `test_crash`."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from filterdns.errors import StateFault
from filterdns.lists import store
from filterdns.lists.build import build_release
from filterdns.lists.inspect import inspect_release
from filterdns.lists.release import open_current, release_numbers
from tests.lists.entries import own_entry

WHEN = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def build(folder: Path, tmp_path: Path) -> Callable[[str], int]:
    """Build a release that filters this name; the release's number."""

    def build_with(name: str) -> int:
        (folder / "own" / "adult.yaml").write_text(own_entry(name))
        return build_release(folder, None, tmp_path / "state", WHEN).number

    return build_with


def in_a_child(work: Callable[[], object]) -> int:
    """Run in a forked process; its exit status, 0 if the work ended, 1 if it raised StateFault."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except StateFault:
            os._exit(1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("step", range(1, 12))
def test_full_disk_at_any_step_leaves_the_release_before(
    build: Callable[[str], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    state = tmp_path / "state"
    build("first.example")
    fsync, left = os.fsync, [step]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(store.os, "fsync", full)
        with pytest.raises(StateFault, match="No space left"):
            build("second.example")
    release = open_current(state)
    inspect_release(release)
    assert not list((state / "releases").glob("unfinished-*"))
    assert build("second.example") > 1
    inspect_release(open_current(state))


def test_limit_on_file_size_is_a_fault_and_not_a_release(build: Callable[[str], int], tmp_path: Path) -> None:
    build("first.example")

    def build_too_much() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        build("second.example")

    assert in_a_child(build_too_much) == 1
    release = open_current(tmp_path / "state")
    assert release.number == 1
    inspect_release(release)


def test_older_releases_are_removed_but_for_three(build: Callable[[str], int], tmp_path: Path) -> None:
    for number in range(1, 7):
        assert build(f"n{number}.example") == number
    assert list(release_numbers(tmp_path / "state")) == [6, 5, 4]


def test_builds_at_the_same_time_make_one_release_each(build: Callable[[str], int], tmp_path: Path) -> None:
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            try:
                build(f"n{number}.example")
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    release = open_current(tmp_path / "state")
    inspect_release(release)
