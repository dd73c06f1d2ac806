"""Octets by digest: kept while a journal or a release needs them, and one fetch at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from filterdns.errors import StateFault
from filterdns.lists.copies import copy_path, load_journal
from filterdns.lists.fetch.kept import keep_octets, only_fetch, remove_unused
from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import Fetching, names_list, recipe
from tests.simulators.list_server import ListServer


def test_what_nobody_needs_is_removed(fetching: Fetching, server: ListServer) -> None:
    fetching.fetch_one(recipe(server.url("games.txt")))
    server.misbehave("cut.txt", "cut")
    (server.folder / "cut.txt").write_bytes(GAMES)
    fetching.fetch_one(recipe(server.url("cut.txt"), name="cut"))
    state = fetching.state
    released, _ = keep_octets(state, "old", lambda: [b"released.example\n"])
    forgotten, size = keep_octets(state, "old", lambda: [b"forgotten.example\n"])
    (state / "downloads" / "partial" / "old.whole").write_bytes(b"left by a crash")

    assert remove_unused(state, {released}) == size + len(b"left by a crash")

    assert copy_path(state, released).exists()
    assert not copy_path(state, forgotten).exists()
    assert fetching.kept() == GAMES
    assert fetching.leftovers() == ["cut", "cut.json"]
    assert load_journal(state, "cut").failures == 1
    assert remove_unused(state, {released}) == 0


def test_removing_where_nothing_was_fetched(tmp_path: Path) -> None:
    assert remove_unused(tmp_path / "state", set()) == 0


def test_nothing_is_removed_and_nothing_fetched_while_another_fetches(fetching: Fetching, server: ListServer) -> None:
    with only_fetch(fetching.state):
        with pytest.raises(StateFault, match="lists are being fetched already"):
            remove_unused(fetching.state, set())
        with pytest.raises(StateFault, match="lists are being fetched already"):
            fetching.fetch_one(recipe(server.url("games.txt")))
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"


def test_known_octets_are_not_written_again(tmp_path: Path) -> None:
    digest, octets = keep_octets(tmp_path, "games", lambda: [b"a.example\n", b"b.example\n"])
    before = copy_path(tmp_path, digest).stat()
    assert keep_octets(tmp_path, "other", lambda: [b"a.example\nb.example\n"]) == (digest, octets)
    after = copy_path(tmp_path, digest).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_copy_that_was_cut_by_the_disk_is_written_again(tmp_path: Path) -> None:
    digest, _ = keep_octets(tmp_path, "games", lambda: [GAMES])
    os.truncate(copy_path(tmp_path, digest), 5)
    keep_octets(tmp_path, "games", lambda: [GAMES])
    assert copy_path(tmp_path, digest).read_bytes() == GAMES


def test_a_file_that_changes_between_two_readings_is_kept_as_it_was_written(tmp_path: Path) -> None:
    contents = [[b"a.example\n"], [b"b.example\n"]]
    digest, octets = keep_octets(tmp_path, "games", lambda: contents.pop(0))
    assert copy_path(tmp_path, digest).read_bytes() == b"b.example\n"
    assert octets == 10


def test_two_sources_with_the_same_content_share_it(fetching: Fetching, server: ListServer) -> None:
    (server.folder / "same.txt").write_bytes(GAMES)
    fetching.fetch(recipe(server.url("games.txt")), recipe(server.url("same.txt"), name="same"))
    assert fetching.kept("same") == fetching.kept("games") == GAMES
    files = [path for path in (fetching.state / "downloads").iterdir() if len(path.name) == 64]
    assert len(files) == 1


def test_each_journal_is_stored_when_its_source_is_done(fetching: Fetching, server: ListServer) -> None:
    (server.folder / "late.txt").write_bytes(names_list(40))
    server.misbehave("late.txt", "slow", octets=300, pause=0.01)
    stored = []
    network, told = fetching.network, fetching.told

    class Watching(list):  # type: ignore[type-arg]
        def append(self, progress: object) -> None:
            stored.append((progress, load_journal(fetching.state, "games").fetches))

    fetching.told = Watching()
    fetching.fetch(recipe(server.url("games.txt")), recipe(server.url("late.txt"), name="late"), network=network)
    fetching.told = told
    late = [fetches for progress, fetches in stored if progress.source == "late" and progress.stage == "receiving"]
    assert late
    assert late[-1] == 1  # while the other one was still coming
