"""What real servers did, and worse: the last good copy stays, the journal says why, and the cost is bounded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from filterdns.lists.fetch.network import Network
from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import LIMITS, Fetching, names_list, recipe
from tests.simulators.list_behaviours import HTML
from tests.simulators.list_server import ListServer

FAULTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("answer", {"status": 404}, "the server answered 404 (there is no such file)"),
    ("answer", {"status": 410}, "the server answered 410 (the file is gone for good)"),
    ("answer", {"status": 503}, "the server answered 503 (busy)"),
    ("answer", {"status": 204}, "the server answered 204 (no content)"),
    ("answer", {"status": 206}, "the server answered 206 (partial content)"),
    ("silent", {}, "the server said nothing for 0.3 seconds"),
    ("stalled", {}, "the server said nothing for 0.3 seconds"),
    ("slow_loris", {}, "too slow: under 1.02 kB a second for 0.3 seconds"),
    ("slow_headers", {}, "the server took too long to answer"),
    ("slow", {"octets": 400, "pause": 0.01}, "not complete after 0.4 seconds"),
    ("endless", {}, "the list is longer than 1 MB, which no sound list is"),
    ("endless_chunks", {}, "the list is longer than 1 MB, which no sound list is"),
    ("gzip_bomb", {}, "the list is longer than 1 MB, which no sound list is"),
    ("redirect_loop", {}, "its redirects turn in a circle"),
    ("redirect_on_and_on", {}, "more than 5 redirects"),
    ("redirect", {"to": ""}, "a redirect leads nowhere"),
    ("redirect", {"to": "file:///etc/passwd"}, "its address names no host"),
    ("redirect", {"to": "ftp://lists.example/games.txt"}, 'expected an https address, got "ftp"'),
    ("redirect", {"to": "https://[lists.example/"}, "an address that cannot be understood"),
    ("wrong_gzip", {}, "the list is packed as gzip, but wrongly"),
    ("cut_gzip", {}, "the list is packed as gzip, but ends too early"),
    ("unknown_coding", {}, 'the server packed the list in a way we did not ask for ("br")'),
    ("cut", {"validators": False}, "the connection was cut before the list was complete"),
    ("cut", {"octets": 0}, "the connection was cut before the list was complete"),
    ("cut_chunks", {}, "the connection was cut before the list was complete"),
    ("other_certificate", {}, "the server's certificate is for another name"),
    ("not_http", {}, "an answer that is not HTTP"),
)


@pytest.mark.parametrize(("behaviour", "options", "words"), FAULTS, ids=lambda value: str(value)[:30])
def test_the_last_good_copy_stays_and_the_journal_says_why(
    fetching: Fetching, server: ListServer, behaviour: str, options: dict[str, Any], words: str
) -> None:
    good = recipe(server.url("games.txt"))
    fetching.fetch_one(good)
    before = fetching.journal()
    (server.folder / "games.txt").write_bytes(names_list(1000, seed=1))
    server.misbehave("games.txt", behaviour, **options)
    fetching.clock.pass_by(days=2)
    if behaviour == "slow":
        fetching.limit(total_seconds=0.4)
    elif behaviour in ("silent", "stalled", "slow_loris", "slow_headers"):
        fetching.limit(stall_seconds=0.3, connect_seconds=0.3)

    began = time.monotonic()
    outcome = fetching.fetch_one(good, force=False)
    assert time.monotonic() - began < 5

    assert outcome.result == "failed"
    journal = fetching.journal()
    assert outcome.fault == journal.fault
    assert journal.fault.startswith(words)
    assert journal.fault.endswith("; the copy of 25 November 2026 stays in use")
    assert journal.copies == before.copies
    assert fetching.kept() == GAMES
    assert (journal.failures, journal.fetches) == (1, 1)
    assert journal.tried_at == "2026-11-27T14:05:00+00:00" < journal.next_at
    assert outcome.octets <= 1_100_000
    assert fetching.leftovers() == (["games", "games.json"] if behaviour == "slow" else [])  # it may go on

    server.behave("games.txt")
    fetching.limits = LIMITS
    assert fetching.fetch_one(good).result == "new"
    assert (fetching.journal().fault, fetching.journal().failures) == ("", 0)


@pytest.mark.parametrize(
    ("behaviour", "content"),
    [("empty", b""), ("html", HTML), ("shrunk", b"".join(GAMES.splitlines(keepends=True)[:180]))],
)
def test_what_the_guard_judges_is_kept_as_it_is(
    fetching: Fetching, server: ListServer, behaviour: str, content: bytes
) -> None:
    fetching.fetch_one(recipe(server.url("games.txt")))
    server.misbehave("games.txt", behaviour)
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"
    assert fetching.kept() == content
    assert len(fetching.journal().copies) == 2


def test_an_endless_list_costs_no_more_than_its_limit(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "endless_chunks")
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert server.asked[0].octets < 20_000_000  # what buffers of sockets hold on both sides
    server.misbehave("games.txt", "endless")
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert not [told for told in fetching.told if told.stage == "receiving"]  # the length said enough


def test_a_list_of_exactly_the_limit_is_not_too_long(fetching: Fetching, server: ListServer) -> None:
    for packs in (False, True):
        fetching.limit(most_octets=len(GAMES))
        server.packs = packs
        assert fetching.fetch_one(recipe(server.url("games.txt"))).fault == ""
        fetching.limit(most_octets=len(GAMES) - 1)
        server.misbehave("games.txt", "without_validators")
        assert "longer" in fetching.fetch_one(recipe(server.url("games.txt"))).fault
        server.behave("games.txt")


def test_nobody_there(fetching: Fetching, tmp_path: Path) -> None:
    with ListServer(tmp_path) as server:
        gone = server.plain_port
    fault = fetching.fetch_one(recipe(f"https://127.0.0.1:{gone}/games.txt")).fault
    assert fault.startswith("no connection: connection refused")
    assert fault.endswith("there is no copy of it yet")


def test_an_authority_that_this_machine_does_not_trust(fetching: Fetching, server: ListServer) -> None:
    fault = fetching.fetch_one(
        recipe(server.url("games.txt")), network=Network(proxies={})
    ).fault  # the machine's own store
    assert fault.startswith("the server's certificate cannot be trusted")


def test_one_bad_source_does_not_stop_another(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "cut_gzip")
    (server.folder / "other.txt").write_bytes(b"other.example\n")
    outcomes = fetching.fetch(recipe(server.url("games.txt")), recipe(server.url("other.txt"), name="other"))
    assert [outcome.result for outcome in outcomes] == ["failed", "new"]


def test_failures_are_counted_in_words_and_the_next_day_is_named(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "answer", status=503, retry_after=7200)
    for _ in range(2):
        fetching.fetch_one(recipe(server.url("games.txt")))
    assert fetching.journal().fault == (
        "the server answered 503 (busy), tried 2 times, next try at 16:05; there is no copy of it yet"
    )
    fetching.clock.pass_by(hours=9)
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert "tried 3 times, next try on 26 November, 01:05;" in fetching.journal().fault


def test_a_full_disk_is_a_failure_of_the_source(fetching: Fetching, server: ListServer) -> None:
    fetching.fetch_one(recipe(server.url("games.txt")))
    partial = fetching.state / "downloads" / "partial"
    partial.rmdir()
    partial.write_bytes(b"in the way")
    (server.folder / "games.txt").write_bytes(names_list(10))
    outcome = fetching.fetch_one(recipe(server.url("games.txt")))
    assert outcome.result == "failed"
    assert "expected room for a download" in outcome.fault
    assert fetching.kept() == GAMES
