"""Downloads that were cut, by a server, a crash or a power cut, go on where they ended if it is the same list."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from filterdns.lists.fetch.partial import Mark, Partial, partial_path
from tests.architecture.source import ROOT
from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import Fetching, names_list, recipe
from tests.running import wait_until
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer

HALF = len(GAMES) // 2

FETCH = """
import asyncio, random, sys
from pathlib import Path
from filterdns.clock import Clock
from filterdns.lists.fetch.fetch import fetch_sources
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.recipe import Keeper, Recipe
state, url = sys.argv[1:]
games = Recipe("games", "Games", "games", Keeper("a test"), urls=(url,))
limits = FetchLimits(sync_octets=1000)
print(asyncio.run(fetch_sources([games], Path(state), Clock(), limits, random.Random(1), lambda told: None)))
"""


def test_a_cut_download_goes_on(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "cut")
    outcome = fetching.fetch_one(recipe(server.url("games.txt")))
    assert outcome.fault.startswith("the connection was cut before the list was complete")
    assert fetching.leftovers() == ["games", "games.json"]
    server.behave("games.txt")
    outcome = fetching.fetch_one(recipe(server.url("games.txt")))
    last = server.asked[-1]
    assert (last.status, last.octets, outcome.octets) == (206, len(GAMES) - HALF, len(GAMES) - HALF)
    assert last.headers["range"] == f"bytes={HALF}-"
    assert last.headers["if-range"].startswith('"')
    assert fetching.kept() == GAMES
    assert fetching.leftovers() == []
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "unchanged"


def test_a_list_that_changed_meanwhile_begins_anew(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "cut", times=1)
    fetching.fetch_one(recipe(server.url("games.txt")))
    (server.folder / "games.txt").write_bytes(names_list(900, seed=2))
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"
    assert (server.asked[-1].status, "if-range" in server.asked[-1].headers) == (200, True)
    assert fetching.kept() == names_list(900, seed=2)


def test_without_validators_a_cut_download_is_thrown_away(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "cut", times=1, validators=False)
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert fetching.leftovers() == []
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert "range" not in server.asked[-1].headers
    assert fetching.kept() == GAMES


@pytest.mark.parametrize("content_range", [None, "bytes 5-9/10", "bytes */10", "lines 1-2/3", ""], ids=str)
def test_a_wrong_part_begins_anew(fetching: Fetching, server: ListServer, content_range: str | None) -> None:
    server.misbehave("games.txt", "cut", times=1)
    fetching.fetch_one(recipe(server.url("games.txt")))
    server.misbehave("games.txt", "wrong_part", **({} if content_range is None else {"range": content_range}))
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"
    assert [asked.status for asked in server.asked] == [200, 206, 200]
    assert fetching.kept() == GAMES


def test_a_beginning_that_is_all_there_is_begins_anew(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "cut", times=1)
    fetching.fetch_one(recipe(server.url("games.txt")))
    etag = json.loads(partial_path(fetching.state, "games").with_name("games.json").read_text())["etag"]
    partial = Partial(fetching.state, "games", 1)
    partial.begin(Mark(server.url("games.txt"), etag))
    partial.append(GAMES)
    partial.stop()
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert [asked.status for asked in server.asked] == [200, 416, 200]
    assert fetching.kept() == GAMES


def test_a_beginning_from_one_address_is_not_continued_from_another(
    fetching: Fetching, server: ListServer, mirror: ListServer
) -> None:
    both = recipe(server.url("games.txt"), mirror.url("games.txt"))
    server.misbehave("games.txt", "cut", times=1)
    mirror.misbehave("games.txt", "answer", status=500)
    fetching.fetch_one(both)
    assert "range" not in mirror.asked[0].headers
    fetching.fetch_one(both)
    assert server.asked[-1].status == 206
    assert fetching.kept() == GAMES


@pytest.mark.parametrize("damage", ["no mark", "mark is no JSON", "shorter than marked", "other keys"])
def test_a_damaged_beginning_is_not_used(fetching: Fetching, server: ListServer, damage: str) -> None:
    server.misbehave("games.txt", "cut", times=1)
    fetching.fetch_one(recipe(server.url("games.txt")))
    octets = partial_path(fetching.state, "games")
    mark = octets.with_name("games.json")
    match damage:
        case "no mark":
            mark.unlink()
        case "mark is no JSON":
            mark.write_bytes(b"\0" * 100)
        case "shorter than marked":
            os.truncate(octets, HALF - 1)
        case _:
            mark.write_text('{"address": "x"}')
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert "range" not in server.asked[-1].headers
    assert fetching.kept() == GAMES


def test_octets_after_the_mark_are_not_trusted(fetching: Fetching, server: ListServer) -> None:
    """After a power cut a file may be longer than what was synchronised, and hold anything."""
    server.misbehave("games.txt", "cut", times=1)
    fetching.fetch_one(recipe(server.url("games.txt")))
    with partial_path(fetching.state, "games").open("ab") as file:
        file.write(b"\0" * 50_000)
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert server.asked[-1].status == 206
    assert fetching.kept() == GAMES


@pytest.mark.parametrize("has_copy", [False, True])
def test_killed_in_the_middle(fetching: Fetching, server: ListServer, authority: Authority, has_copy: bool) -> None:
    """kill -9 while octets come in: the next fetch succeeds, and asks only for what is not there."""
    fetching.clock.pass_by(days=-9999)  # so that the child, whose clock is the machine's, finds it due
    if has_copy:
        fetching.fetch_one(recipe(server.url("games.txt")))
    before = fetching.journal()
    changed = names_list(3000, seed=4)
    (server.folder / "games.txt").write_bytes(changed)
    server.misbehave("games.txt", "slow", octets=1500, pause=0.02)
    child = subprocess.Popen(
        [sys.executable, "-c", FETCH, str(fetching.state), server.url("games.txt")],
        env=os.environ | {"SSL_CERT_FILE": str(authority.trust_file), "NO_PROXY": "*", "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        mark = partial_path(fetching.state, "games").with_name("games.json")
        wait_until(lambda: mark.exists() and server.asked[-1].octets > 9000, 8, "octets that are marked")
    finally:
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    assert fetching.journal() == before
    if has_copy:
        assert fetching.kept() == GAMES

    server.behave("games.txt")
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"
    assert server.asked[-1].status == 206
    assert server.asked[-1].octets <= len(changed) - 8000
    assert fetching.kept() == changed
    assert fetching.leftovers() == []
