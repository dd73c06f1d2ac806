"""What is asked, how often, and what is said of us: a list keeper should be glad of this client."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filterdns import __version__
from filterdns.lists.copies import MOST_COPIES, copy_path
from tests.lists.fetch.conftest import GAMES
from tests.lists.fetch.fetching import Fetching, names_list, recipe
from tests.simulators.list_server import ListServer


def test_a_list_is_kept_by_its_digest(fetching: Fetching, server: ListServer) -> None:
    outcome = fetching.fetch_one(recipe(server.url("games.txt")))
    assert (outcome.result, outcome.octets, outcome.fault) == ("new", len(GAMES), "")
    assert fetching.kept() == GAMES
    journal = fetching.journal()
    assert outcome.copy == journal.newest
    assert journal.newest is not None
    assert journal.newest.url == server.url("games.txt")
    assert journal.newest.fetched_at == journal.newest.confirmed_at == "2026-11-25T14:05:00+00:00"
    assert (journal.failures, journal.fault, journal.fetches) == (0, "", 1)
    assert fetching.leftovers() == []


def test_what_did_not_change_is_not_sent_again(fetching: Fetching, server: ListServer) -> None:
    fetching.fetch_one(recipe(server.url("games.txt")))
    fetching.clock.pass_by(hours=30)
    outcome = fetching.fetch_one(recipe(server.url("games.txt")), force=False)
    first, second = server.asked
    assert (first.status, second.status, second.octets) == (200, 304, 0)
    assert second.headers["if-none-match"].startswith('"')
    assert second.headers["if-modified-since"].endswith("GMT")
    assert (outcome.result, outcome.octets) == ("unchanged", 0)
    journal = fetching.journal()
    assert (len(journal.copies), journal.fetches) == (1, 2)
    assert journal.copies[0].fetched_at < journal.copies[0].confirmed_at == "2026-11-26T20:05:00+00:00"


def test_force_asks_before_the_time_but_with_conditions(fetching: Fetching, server: ListServer) -> None:
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert fetching.fetch_one(recipe(server.url("games.txt")), force=False).result == "not_due"
    assert fetching.fetch_one(recipe(server.url("games.txt")), force=True).result == "unchanged"
    assert [asked.status for asked in server.asked] == [200, 304]


def test_the_same_content_without_validators_is_confirmed(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "without_validators")
    results = [fetching.fetch_one(recipe(server.url("games.txt"))).result for _ in range(2)]
    assert results == ["new", "unchanged"]
    assert [asked.status for asked in server.asked] == [200, 200]
    assert len(fetching.journal().copies) == 1


def test_a_new_content_is_a_new_copy_and_an_old_one_that_comes_back_is_the_newest(
    fetching: Fetching, server: ListServer
) -> None:
    contents = [names_list(50, seed) for seed in (1, 2, 1)]
    for content in contents:
        (server.folder / "games.txt").write_bytes(content)
        assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"
        assert fetching.kept() == content
    assert len(fetching.journal().copies) == 2


def test_copies_are_bounded(fetching: Fetching, server: ListServer) -> None:
    for seed in range(14):
        (server.folder / "games.txt").write_bytes(names_list(3, seed))
        fetching.fetch_one(recipe(server.url("games.txt")))
    assert len(fetching.journal().copies) == MOST_COPIES
    assert fetching.kept() == names_list(3, 13)


def test_no_conditions_when_the_octets_are_gone(fetching: Fetching, server: ListServer) -> None:
    """Or "not modified" would leave us without a list."""
    outcome = fetching.fetch_one(recipe(server.url("games.txt")))
    assert outcome.copy is not None
    copy_path(fetching.state, outcome.copy.sha256).unlink()
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "unchanged"
    assert fetching.kept() == GAMES


def test_packed_on_the_way(fetching: Fetching, server: ListServer) -> None:
    server.packs = True
    outcome = fetching.fetch_one(recipe(server.url("games.txt")))
    assert fetching.kept() == GAMES
    assert outcome.octets == server.asked[0].octets < len(GAMES)
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "unchanged"
    assert [asked.status for asked in server.asked] == [200, 304]


@pytest.mark.parametrize(
    ("behaviour", "options"),
    [("deflated", {}), ("deflated", {"raw": True}), ("without_length", {}), ("slow", {"pause": 0})],
)
def test_other_sound_ways_to_send_a_list(
    fetching: Fetching, server: ListServer, behaviour: str, options: dict[str, bool]
) -> None:
    server.misbehave("games.txt", behaviour, **options)
    assert fetching.fetch_one(recipe(server.url("games.txt"))).result == "new"
    assert fetching.kept() == GAMES


def test_a_mirror_is_asked_when_the_first_fails_and_its_etag_is_its_own(
    fetching: Fetching, server: ListServer, mirror: ListServer
) -> None:
    both = recipe(server.url("games.txt"), mirror.url("games.txt"))
    fetching.fetch_one(both)
    server.misbehave("games.txt", "answer", times=1, status=500)
    assert fetching.fetch_one(both).result == "unchanged"
    assert "if-none-match" in server.asked[1].headers
    assert "if-none-match" not in mirror.asked[0].headers
    assert mirror.asked[0].status == 200
    assert len(fetching.journal().copies) == 1


def test_not_modified_at_the_first_brings_its_own_copy_back(
    fetching: Fetching, server: ListServer, mirror: ListServer, tmp_path: Path
) -> None:
    """The mirror was behind; what the first serves is the newest again, without being sent again."""
    both = recipe(server.url("games.txt"), mirror.url("games.txt"))
    fetching.fetch_one(both)
    mirror.folder = tmp_path / "behind"
    mirror.folder.mkdir()
    (mirror.folder / "games.txt").write_bytes(b"old.example\n")
    server.misbehave("games.txt", "answer", times=1, status=500)
    assert fetching.fetch_one(both).result == "new"
    assert fetching.kept() == b"old.example\n"
    outcome = fetching.fetch_one(both)
    assert (outcome.result, outcome.octets, server.asked[-1].status) == ("new", 0, 304)
    assert fetching.kept() == GAMES


def test_a_mirror_does_not_hide_what_the_first_did_when_it_fails_too(
    fetching: Fetching, server: ListServer, mirror: ListServer
) -> None:
    server.misbehave("games.txt", "answer", status=404)
    mirror.misbehave("games.txt", "cut", validators=False)
    fault = fetching.fetch_one(recipe(server.url("games.txt"), mirror.url("games.txt"))).fault
    assert f"127.0.0.1:{server.port}: the server answered 404 (there is no such file)" in fault
    assert f"127.0.0.2:{mirror.port}: the connection was cut" in fault


def test_nothing_is_said_of_the_household(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "cookies")
    for _ in range(2):
        fetching.fetch_one(recipe(server.url("games.txt")))
    for asked in server.asked:
        assert set(asked.headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert asked.headers["user-agent"].split()[0] == f"filterdns/{__version__}"


def test_one_connection_a_host_and_a_few_hosts_at_once(
    fetching: Fetching, server: ListServer, mirror: ListServer
) -> None:
    for name in "abcd":
        (server.folder / name).write_bytes(names_list(50))
        for host in (server, mirror):
            host.misbehave(name, "slow", octets=400, pause=0.01)
    recipes = [recipe(host.url(name), name=f"{name}-{host.port}") for name in "abcd" for host in (server, mirror)]
    outcomes = fetching.fetch(*recipes)
    assert [outcome.source for outcome in outcomes] == [each.id for each in recipes]
    assert {outcome.result for outcome in outcomes} == {"new"}
    assert server.most_open == mirror.most_open == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_left_alone(
    fetching: Fetching, server: ListServer, mirror: ListServer, status: int
) -> None:
    """Whichever source wants it; a mirror that works is used meanwhile."""
    server.misbehave("games.txt", "answer", status=status, retry_after=7200)
    (server.folder / "other.txt").write_bytes(names_list(5))
    recipes = recipe(server.url("games.txt")), recipe(server.url("other.txt"), mirror.url("other.txt"), name="other")
    games, other = fetching.fetch(*recipes)
    assert games.fault == (
        f"the server answered {status} ({'we asked too often' if status == 429 else 'busy'}), next try at 16:05; "
        "there is no copy of it yet"
    )
    assert other.result == "new"
    assert len(server.asked) == 1
    fetching.clock.pass_by(minutes=119)
    assert fetching.fetch(recipes[0])[0].result == "not_due"
    server.behave("games.txt")
    fetching.clock.pass_by(minutes=1)
    assert fetching.fetch(recipes[0])[0].result == "new"
    assert len(server.asked) == 2


def test_too_often_without_a_time_is_a_quarter_of_an_hour(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "answer", status=429)
    (server.folder / "other.txt").write_bytes(names_list(5))
    games, other = recipe(server.url("games.txt")), recipe(server.url("other.txt"), name="other")
    outcomes = fetching.fetch(games, other)
    assert "429" in outcomes[0].fault
    assert outcomes[1].fault.startswith("the server asked us to wait, next try at 14:2")
    assert len(server.asked) == 1
    assert fetching.fetch_one(other, force=True).result == "new"


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("99999999999", 86_400),
        ("Wed, 25 Nov 2026 15:05:00 GMT", 3600),
        ("Wed, 25 Nov 2020 15:05:00 GMT", 0),
        ("soon", 0),
    ],
)
def test_how_long_a_server_may_ask_us_to_wait(
    fetching: Fetching, server: ListServer, retry_after: str, seconds: int
) -> None:
    server.misbehave("games.txt", "answer", status=503, retry_after=retry_after)
    fetching.fetch_one(recipe(server.url("games.txt")))
    next_at = datetime.fromisoformat(fetching.journal().next_at) - fetching.clock.date
    if seconds:
        assert next_at == timedelta(seconds=seconds)
    else:
        assert timedelta(minutes=13) < next_at < timedelta(minutes=17)


def test_progress_is_told(fetching: Fetching, server: ListServer) -> None:
    server.misbehave("games.txt", "slow", octets=5000, pause=0.01)
    fetching.fetch_one(recipe(server.url("games.txt")))
    assert [told.stage for told in fetching.told[:2]] == ["asking", "receiving"]
    receiving = [told for told in fetching.told if told.stage == "receiving"]
    assert {told.total for told in receiving} == {len(GAMES)}
    assert [told.octets for told in receiving] == sorted(told.octets for told in receiving)
    assert (receiving[0].octets, receiving[-1].octets) == (0, len(GAMES))
    assert len(receiving) > 2
    assert (fetching.told[-1].stage, fetching.told[-1].result) == ("done", "new")
