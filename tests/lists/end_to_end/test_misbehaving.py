"""What servers of public lists did, and worse: the last good copy stays, people are told, and it mends itself."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filterdns.lists.fetch.network import Network
from filterdns.lists.standing import ACCEPTED, HELD, LET_GO
from tests.lists.end_to_end.online import BETS, CASINO, FORMATS, Online, Public, outcome_of, told
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer

FAULTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("slow_loris", {}, "too slow: under 1.02 kB a second for 0.3 seconds"),
    ("silent", {}, "the server said nothing for 0.3 seconds"),
    ("endless", {}, "the list is longer than 1 MB, which no sound list is"),
    ("endless_chunks", {}, "the list is longer than 1 MB, which no sound list is"),
    ("gzip_bomb", {}, "the list is longer than 1 MB, which no sound list is"),
    ("redirect_loop", {}, "its redirects turn in a circle"),
    ("redirect", {"to": "https://127.0.0.3/admin"}, "a redirect leads to 127.0.0.3, an address inside the house"),
    ("wrong_gzip", {}, "the list is packed as gzip, but wrongly"),
    ("cut", {"validators": False}, "the connection was cut before the list was complete"),
    ("other_certificate", {}, "the server's certificate is for another name"),
    ("answer", {"status": 404}, "the server answered 404 (there is no such file)"),
    ("answer", {"status": 503}, "the server answered 503 (busy)"),
)

HELDS: tuple[tuple[str, str, str], ...] = (
    ("empty", "empty", "there is no name in it; lost 2,000 of 2,000 names (100 %)"),
    ("html", "html", "got a web page where the list should be"),
    ("shrunk", "shrank", "lost 1,641 of 2,000 names (82 %)"),
    ("doubled", "doubled", "names stand there twice or more: 2,001 names and 2,001 repetitions"),
)


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, rules: Path, authority: Authority) -> Iterator[Online]:
    """Two lists that were fetched on a good day."""
    folder = tmp_path_factory.mktemp("settled")
    (folder / "served").mkdir()
    with ListServer(folder / "served", authority) as server:
        network = Network(tls=authority.client_context(), proxies={})
        online = Online(rules, folder / "state", server=server, network=network)
        online.publish(CASINO, BETS)
        online.update()
        yield online


@pytest.fixture
def house(settled: Online, tmp_path: Path) -> Iterator[Online]:
    """A copy of that installation, for one test; the lists have a name more, so that both are sent again."""
    shutil.copytree(settled.state, tmp_path / "state")
    house = replace(settled, state=tmp_path / "state")
    for each in (CASINO, BETS):
        house.put(each, [*each.names(), "fresh.example"])
    yield house
    for each in (CASINO, BETS):
        house.server.behave(each.file)


def all_is_as_before(house: Online) -> bool:
    return house.closed(CASINO.names(), "gambling") == CASINO.count and house.sources("casino-1.example") == {
        ("casino", "subdomains")
    }


@pytest.mark.parametrize(("behaviour", "options", "words"), FAULTS, ids=lambda value: str(value)[:30])
def test_list_that_cannot_be_fetched_stays_and_comes_back_by_itself(
    house: Online, behaviour: str, options: dict[str, Any], words: str
) -> None:
    house.server.misbehave(CASINO.file, behaviour, **options)
    began = time.monotonic()
    report = house.next_day()
    assert time.monotonic() - began < 10
    outcome = outcome_of(report, CASINO)
    assert outcome.result == "failed"
    assert outcome.octets < 1_100_000
    assert outcome.fault.startswith(words)
    assert "; the copy of " in outcome.fault
    assert house.journal(CASINO).fault == outcome.fault
    assert f"  casino: {outcome.fault}" in report.lines
    assert house.standing("casino").held is None
    assert all_is_as_before(house)
    if behaviour != "other_certificate":  # which is shown to whoever asks this server
        assert outcome_of(report, BETS).result == "new"
        assert house.sources("fresh.example") == {("bets", "subdomains")}

    house.server.behave(CASINO.file)
    house.sleep(minutes=20)  # the first pause is a quarter of an hour, and lasting faults wait for the interval
    again = house.update() if behaviour in ("cut", "silent", "slow_loris") else house.next_day()
    assert outcome_of(again, CASINO).result == "new"
    assert house.journal(CASINO).fault == ""
    assert ("casino", "subdomains") in house.sources("fresh.example")
    assert all_is_as_before(house)


@pytest.mark.parametrize(("behaviour", "rule", "words"), HELDS)
def test_copy_that_changed_too_much_is_held_until_the_list_is_sound_again(
    house: Online, behaviour: str, rule: str, words: str
) -> None:
    house.server.misbehave(CASINO.file, behaviour)
    report = house.next_day()
    assert outcome_of(report, CASINO).result == "new"
    held = house.standing("casino").held
    assert held is not None
    assert held.findings[0].rule == rule
    assert "; ".join(finding.words for finding in held.findings) == words
    assert f"  casino: held, the copy of 2026-11-24 stays in use: {words}" in report.lines
    assert f"    accepting it {held.words}" in report.lines
    assert "    `filterdns lists accept casino` or `filterdns lists keep-old casino`" in report.lines
    assert all_is_as_before(house)
    assert house.sources("fresh.example") == {("bets", "subdomains")}

    for _ in range(2):  # it stays held, and is told again
        report = house.next_day()
        assert "casino: held, the copy of 2026-11-24 stays in use" in told(report)
    assert house.standing("casino").held is not None
    assert house.standing("casino").history[-1].what == HELD

    house.server.behave(CASINO.file)
    report = house.next_day()
    assert "held" not in told(report)
    assert house.standing("casino").held is None
    assert [step.what for step in house.standing("casino").history] == [ACCEPTED, HELD, ACCEPTED]
    assert ("casino", "subdomains") in house.sources("fresh.example")


def test_list_that_serves_its_old_content_again_is_let_go(house: Online) -> None:
    house.put(CASINO, CASINO.names())
    house.server.misbehave(CASINO.file, "shrunk")
    house.next_day()
    house.server.behave(CASINO.file)
    house.next_day()
    assert house.standing("casino").held is None
    assert house.standing("casino").history[-1].what == LET_GO
    assert all_is_as_before(house)


def test_names_of_a_list_that_never_comes_back_stay_until_they_expire(house: Online) -> None:
    """An address that rotates: the old one is gone for good, and nobody may filter for ever what nobody confirms."""
    (house.server.folder / CASINO.file).unlink()
    expires = house.rows("casino-1.example")[0]["expires"]
    for _ in range(3):
        report = house.next_day()
        assert "there is no such file" in house.journal(CASINO).fault
        assert all_is_as_before(house)
    assert house.rows("casino-1.example")[0]["expires"] == expires
    assert house.journal(CASINO).failures == 3
    assert "casino: the server answered 404 (there is no such file), tried 3 times, next try on" in told(report)
    assert "the copy of 24 November 2026 stays in use" in told(report)
    house.sleep(days=800)
    assert house.closed(CASINO.names(), "gambling") == 0


def test_mirror_is_asked_when_the_first_address_is_gone(online: Online) -> None:
    moved = Public("moved", "gambling", "domains", 200)
    online.publish(replace(moved, more={"urls": [online.server.url("gone.txt"), online.server.url("moved.txt")]}))
    report = online.update()
    assert outcome_of(report, moved).result == "new"
    assert online.closed(moved.names(), "gambling") == 200


def test_list_that_is_broken_on_first_sight_is_not_used_and_then_is(online: Online) -> None:
    online.publish(CASINO, BETS)
    online.server.misbehave(CASINO.file, "html")
    online.server.misbehave(BETS.file, "cut", validators=False)
    report = online.update()
    assert "  casino: held, it is not used: got a web page where the list should be" in told(report)
    assert outcome_of(report, BETS).fault.startswith("the connection was cut before the list was complete")
    assert online.closed([*CASINO.names(), *BETS.names()], "gambling") == 0
    online.server.behave(CASINO.file)
    online.server.behave(BETS.file)
    online.next_day()
    assert online.closed([*CASINO.names(), *BETS.names()], "gambling") == CASINO.count + BETS.count


def test_all_lists_fail_at_once_and_everything_stays(house: Online) -> None:
    house.server.misbehave(CASINO.file, "html")
    house.server.misbehave(BETS.file, "wrong_gzip")
    before = house.number
    report = house.next_day()
    assert all_is_as_before(house)
    assert house.closed(BETS.names(), "gambling") == BETS.count
    assert "casino: held" in told(report)
    assert "bets: the list is packed as gzip, but wrongly" in told(report)
    assert house.number == before
    assert not report.built


@pytest.mark.parametrize("form", FORMATS)
def test_format_of_each_list_is_found_when_its_recipe_does_not_say(online: Online, form: str) -> None:
    each = Public("auto", "games", form, 150)
    online.publish(each)
    online.add_list("auto", "games", urls=[online.server.url("auto.txt")], format="auto")
    online.update()
    assert online.closed(each.names(), "games") == 150
    assert online.release.manifest.lists["auto"].format == form
