"""Sources on this machine: files and folders, with the same limits and the same care."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import Fetching, recipe


def test_a_file_is_kept_by_its_digest_and_read_again_when_due(fetching: Fetching, tmp_path: Path) -> None:
    file = tmp_path / "games.txt"
    file.write_bytes(GAMES)
    own = recipe(path=str(file))
    outcome = fetching.fetch_one(own, force=False)
    assert (outcome.result, outcome.octets, fetching.kept()) == ("new", len(GAMES), GAMES)
    assert fetching.journal().newest is not None
    assert fetching.journal().newest.url == str(file)  # type: ignore[union-attr]
    file.write_bytes(b"other.example\n")
    assert fetching.fetch_one(own, force=False).result == "not_due"
    fetching.clock.pass_by(hours=27)
    assert fetching.fetch_one(own, force=False).result == "new"
    os.utime(file)
    assert fetching.fetch_one(own).result == "unchanged"
    assert fetching.kept() == b"other.example\n"
    assert fetching.leftovers() == []


def test_a_folder_is_its_files_in_order(fetching: Fetching, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    (folder / "more").mkdir(parents=True)
    (folder / "more" / "c.txt").write_bytes(b"not.example\n")
    (folder / "b.txt").write_bytes(b"\xef\xbb\xbfb.example")
    (folder / "a.txt").write_bytes(b"\xef\xbb\xbfa.example")
    (folder / "c.txt.gz").write_bytes(gzip.compress(b"c.example\n"))
    (folder / ".hidden").write_bytes(b"hidden.example\n")
    (folder / "a.txt~").write_bytes(b"backup.example\n")
    (folder / "d.txt").symlink_to(folder / "a.txt")
    assert fetching.fetch_one(recipe(path=str(folder))).fault == ""
    assert fetching.kept() == b"\xef\xbb\xbfa.example\nb.example\nc.example\n\na.example"


@pytest.mark.parametrize("in_folder", [False, True])
@pytest.mark.parametrize("what", ["fifo", "device", "link to a device", "link to nothing"])
def test_what_is_no_file_is_refused_without_waiting(
    fetching: Fetching, tmp_path: Path, what: str, in_folder: bool
) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"a.example\n")
    odd = folder / "odd"
    match what:
        case "fifo":
            os.mkfifo(odd)
        case "device":
            odd = Path("/dev/zero")
        case "link to a device":
            odd.symlink_to("/dev/zero")
        case _:
            odd.symlink_to(folder / "nothing")
    if in_folder and odd.parent != folder:
        (folder / "link").symlink_to(odd)
    outcome = fetching.fetch_one(recipe(path=str(folder if in_folder else odd)))
    assert outcome.result == "failed"
    assert "cannot be read: No such file" in outcome.fault or "is not a file but a device" in outcome.fault


def test_limits_hold_for_files_too(fetching: Fetching, tmp_path: Path) -> None:
    fetching.limit(most_octets=1000)
    (tmp_path / "long.txt").write_bytes(b"x" * 1001)
    assert "longer than 1 kB" in fetching.fetch_one(recipe(path=str(tmp_path / "long.txt"))).fault
    folder = tmp_path / "lists"
    folder.mkdir()
    for name in "ab":
        (folder / name).write_bytes(b"x" * 600)
    assert "longer than 1 kB" in fetching.fetch_one(recipe(path=str(folder))).fault
    (tmp_path / "bomb").write_bytes(gzip.compress(b"x" * 100_000))
    assert "longer than 1 kB" in fetching.fetch_one(recipe(path=str(tmp_path / "bomb"))).fault
    assert fetching.leftovers() == []


def test_a_file_that_is_gone_leaves_its_last_copy(fetching: Fetching, tmp_path: Path) -> None:
    file = tmp_path / "games.txt"
    file.write_bytes(GAMES)
    fetching.fetch_one(recipe(path=str(file)))
    file.unlink()
    outcome = fetching.fetch_one(recipe(path=str(file)))
    assert outcome.fault.startswith(f"{file} cannot be read: No such file or directory, next try at 14:")
    assert outcome.fault.endswith("the copy of 25 November 2026 stays in use")
    assert fetching.kept() == GAMES


def test_an_empty_folder_and_a_recipe_without_an_address(fetching: Fetching, tmp_path: Path) -> None:
    assert "has no file in it" in fetching.fetch_one(recipe(path=str(tmp_path / "."))).fault
    assert "has no address" in fetching.fetch_one(recipe()).fault
