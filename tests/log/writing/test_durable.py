"""Many files are brought to the disk together, and a disk that refuses is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from filterdns.errors import StateFault
from filterdns.log.writing import durable, file_system
from filterdns.log.writing.durable import DISK, store_files

MANY = 300


def some(folder: Path, count: int) -> dict[Path, bytes]:
    return {folder / f"{number % 20:02x}" / str(number): b"%d" % number for number in range(count)}


@pytest.fixture
def fsyncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One for each file that is synchronised by itself."""
    seen: list[int] = []
    monkeypatch.setattr(os, "fsync", seen.append)
    return seen


@pytest.mark.skipif(not file_system.can_synchronise(), reason="this kernel does not tell of faults")
def test_many_files_are_not_synchronised_one_by_one(tmp_path: Path, fsyncs: list[int]) -> None:
    """What takes seconds on a memory card is the flush after each."""
    store_files(some(tmp_path, MANY), DISK)
    assert len(fsyncs) <= 21  # of folders, if they are few
    assert all(path.read_bytes() == octets for path, octets in some(tmp_path, MANY).items())
    assert not list(tmp_path.rglob("*.new"))


def test_where_the_call_is_missing_each_file_is_synchronised(
    tmp_path: Path, fsyncs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "can_synchronise", lambda: False)
    store_files(some(tmp_path, MANY), DISK)
    assert len(fsyncs) == MANY + 20 + 1


@pytest.mark.parametrize(("release", "can"), [("5.4.0-1", False), ("5.8.0", True), ("6.1.0-rpi", True), ("odd", False)])
def test_old_kernels_are_not_believed(monkeypatch: pytest.MonkeyPatch, release: str, can: bool) -> None:
    uname = os.uname_result(("Linux", "here", release, "", ""))
    monkeypatch.setattr(os, "uname", lambda: uname)
    assert file_system.can_synchronise() is (can and hasattr(file_system._library(), "syncfs"))


def test_a_disk_that_refuses_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_files(some(tmp_path, MANY), DISK)

    def refuse(paths: object) -> None:
        raise OSError(5, "Input/output error", str(tmp_path))

    monkeypatch.setattr(durable, "can_synchronise", lambda: True)
    monkeypatch.setattr(durable, "synchronise_file_systems", refuse)
    with pytest.raises(StateFault, match="expected a disk that takes the log, got Input/output error"):
        store_files(dict.fromkeys(some(tmp_path, MANY), b"new"), DISK)
    assert all(path.read_bytes() == octets for path, octets in some(tmp_path, MANY).items())


def test_a_bad_descriptor_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not file_system.can_synchronise():
        pytest.skip("there is no such call here")
    monkeypatch.setattr(os, "open", lambda path, flags: 99_999)
    monkeypatch.setattr(os, "close", lambda descriptor: None)
    with pytest.raises(OSError, match="Bad file descriptor"):
        file_system.synchronise_file_systems([tmp_path])
