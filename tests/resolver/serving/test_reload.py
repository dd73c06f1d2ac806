"""The real `filterdns serve`: new configurations and new lists while it answers."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filterdns.lists.progress import load_bulletin
from filterdns.lists.release import current_file
from filterdns.lists.store import make_current
from tests.messages import query
from tests.resolver.serving.load import Load
from tests.resolver.serving.test_life import LISTED, NO_PAGES, rcode, workers
from tests.running import Running, free_port, wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream
from tests.wire import ask_udp

Start = Callable[..., Running]
OPEN = "open.example"
MOST_LATE_SECONDS = 0.25  # 50 ms on a machine that does nothing else


@pytest.fixture
def upstream() -> Iterator[SimulatedUpstream]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as simulated:
        yield simulated


@pytest.fixture
def filterdns(running: Start, upstream: SimulatedUpstream) -> Running:
    filterdns: Running = running(upstream.port, NO_PAGES)
    wait_until(lambda: "ready" in filterdns.output(), 5, "ready")
    return filterdns


def reload(filterdns: Running, said: str) -> None:
    """SIGHUP, and wait until something is said that was not said before."""
    before = filterdns.output().count(said)
    assert filterdns.process is not None
    filterdns.process.send_signal(signal.SIGHUP)
    wait_until(lambda: filterdns.output().count(said) > before, 10, f"{said!r} in:\n{filterdns.output()}")


def household(filterdns: Running, deny: str) -> None:
    """Another configuration of the household: one rule more."""
    filterdns.write_config(
        filterdns.settings
        | {"profiles": {"home": {"template": "whole-home", "deny": [deny]}}, "default_profile": "home"}
    )


def test_a_bad_configuration_replaces_nothing_and_all_its_faults_are_told(filterdns: Running) -> None:
    (worker,) = workers(filterdns)
    good = filterdns.settings
    filterdns.write_config(good | {"wrkers": 2, "dns": ["nowhere"]})
    reload(filterdns, "the configuration cannot be used, the one before stays")
    assert "wrkers" in filterdns.output()
    assert "nowhere" in filterdns.output()
    assert rcode(filterdns.ask(query(LISTED))) == 3
    filterdns.write_config(good)
    reload(filterdns, "the configuration has not changed")
    assert workers(filterdns) == [worker]


def test_a_new_rule_holds_at_once_and_what_is_cached_stays(filterdns: Running, upstream: SimulatedUpstream) -> None:
    (worker,) = workers(filterdns)
    assert rcode(filterdns.ask(query("denied.example"))) == rcode(filterdns.ask(query(OPEN))) == 0
    asked = len(upstream.asked)
    household(filterdns, "denied.example")
    reload(filterdns, "the new configuration holds")
    wait_until(lambda: rcode(filterdns.ask(query("denied.example"))) == 3, 2, "the new rule")
    assert rcode(filterdns.ask(query(OPEN))) == 0
    assert len(upstream.asked) == asked
    assert workers(filterdns) == [worker]


def test_other_upstreams_are_asked_from_the_reload_on(filterdns: Running) -> None:
    with SimulatedUpstream(Plain(default="203.0.113.99")) as other:
        filterdns.write_config(filterdns.settings | {"upstreams": [f"127.0.0.1:{other.port}"]})
        reload(filterdns, "the new configuration holds")
        wait_until(lambda: rcode(filterdns.ask(query(f"n{os.urandom(4).hex()}.example"))) == 0, 5, "an answer")
        assert any(b"example" in asked.wire.lower() for asked in other.asked)


def test_a_reload_that_needs_new_workers_loses_no_query(filterdns: Running) -> None:
    (worker,) = workers(filterdns)
    filterdns.write_config(filterdns.settings | {"limits": {"cache": {"octets": 4 * 1024 * 1024}}})
    with Load(filterdns.port, LISTED, 500) as load:
        wait_until(lambda: len(load.seconds) > 50, 5, "answers")
        reload(filterdns, "the new configuration holds")
        wait_until(lambda: workers(filterdns) not in ([], [worker]) and len(workers(filterdns)) == 1, 10, "new worker")
        answered = len(load.seconds)
        wait_until(lambda: len(load.seconds) > answered + 50, 5, "answers")
    assert load.lost == 0


def test_another_port_is_listened_on_and_the_old_one_left(filterdns: Running) -> None:
    old, new = filterdns.port, free_port()
    filterdns.write_config(filterdns.settings | {"dns": [f"127.0.0.1:{new}"]})
    reload(filterdns, "the new configuration holds")
    assert rcode(ask_udp(("127.0.0.1", new), query(LISTED))) == 3
    wait_until(lambda: ask_udp(("127.0.0.1", old), query(LISTED), 0.2) is None, 10, "the old port to be closed")


def test_a_port_that_cannot_be_had_leaves_everything_as_it_is(filterdns: Running) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        filterdns.write_config(filterdns.settings | {"dns": [f"127.0.0.1:{other.getsockname()[1]}"]})
        reload(filterdns, "another program has this port")
    assert rcode(filterdns.ask(query(LISTED))) == 3


def test_one_worker_becomes_two_and_one_again(filterdns: Running) -> None:
    good = filterdns.settings
    for count in (2, 1):
        filterdns.write_config(good | {"workers": count})
        reload(filterdns, "the new configuration holds")
        wait_until(lambda count=count: len(workers(filterdns)) == count, 10, "the workers")  # type: ignore[misc]
        for _ in range(20):  # each from another port, so each worker gets some
            assert rcode(filterdns.ask(query(LISTED), seconds=2)) == 3
        turns = os.SCHED_BATCH if count > 1 else os.SCHED_OTHER  # several do not tear each other's batches apart
        assert {os.sched_getscheduler(pid) for pid in workers(filterdns)} == {turns}


def two_releases(filterdns: Running) -> None:
    """Release 2 lists a name more; it is current, and the keeper is at rest: it would build what the pointer lost."""
    wait_until(lambda: keeper_rests(filterdns), 10, "the keeper's first update")
    own = filterdns.state / "lists" / "own"
    own.mkdir(parents=True, exist_ok=True)
    (own / "gambling.txt").write_text("extra.example\n", encoding="utf-8")
    reload(filterdns, "release 2")
    wait_until(lambda: rcode(filterdns.ask(query("extra.example"))) == 3, 5, "release 2")
    wait_until(lambda: keeper_rests(filterdns), 10, "the keeper to rest")


def keeper_rests(filterdns: Running) -> bool:
    bulletin = load_bulletin(filterdns.state)
    return bulletin is not None and bulletin.progress is None and bool(bulletin.ended_at)


def test_new_lists_hold_within_seconds_and_old_ones_when_the_pointer_goes_back(filterdns: Running) -> None:
    two_releases(filterdns)
    make_current(filterdns.state, 1)
    wait_until(lambda: rcode(filterdns.ask(query("extra.example"))) == 0, 5, "release 1")


def test_bad_lists_replace_nothing(filterdns: Running) -> None:
    own = filterdns.state / "lists" / "own"
    own.mkdir(parents=True, exist_ok=True)
    (own / "gambling.yaml").write_text("nonsense", encoding="utf-8")
    reload(filterdns, "the lists cannot be compiled, those in use stay")
    assert rcode(filterdns.ask(query(LISTED))) == 3


def test_releases_are_swapped_under_load_without_a_lost_or_late_query(filterdns: Running) -> None:
    two_releases(filterdns)
    slowest: list[float] = []
    while len(slowest) < 3 and (not slowest or slowest[-1] >= MOST_LATE_SECONDS):  # others may have the machine
        with Load(filterdns.port, LISTED, 3000, sources=4) as load:
            for number in (1, 2, 1):
                answered = len(load.seconds)
                make_current(filterdns.state, number)
                wait_until(lambda before=answered: len(load.seconds) > before + 4000, 10, "answers")  # type: ignore[misc]
        assert load.lost == 0
        slowest.append(load.slowest)
    assert min(slowest) < MOST_LATE_SECONDS


def test_a_full_disk_at_the_swap_leaves_the_last_good_release(filterdns: Running) -> None:
    """What a build leaves behind that was stopped half way: a pointer to a release that is not whole."""
    two_releases(filterdns)
    folder = filterdns.state / "releases" / "00000003"
    folder.mkdir()
    (folder / "index").write_bytes((filterdns.state / "releases/00000002/index").read_bytes()[:4096])
    fresh = current_file(filterdns.state).with_name("fresh")
    fresh.write_text("3\n", encoding="utf-8")
    fresh.replace(current_file(filterdns.state))
    wait_until(lambda: "release 2 stays in use" in filterdns.output(), 5, "the fault to be told")
    assert rcode(filterdns.ask(query("extra.example"))) == 3


def test_an_index_damaged_under_a_worker_makes_the_release_before_current(filterdns: Running) -> None:
    two_releases(filterdns)
    index = filterdns.state / "releases" / "00000002" / "index"
    with index.open("r+b") as file:
        file.truncate(0)

    def is_dead() -> bool:
        """The page with the name is gone, which kills who reads it."""
        filterdns.ask(query(f"n{os.urandom(4).hex()}.example"), seconds=0.3)
        return "killed by SIGBUS" in filterdns.output()

    wait_until(is_dead, 10, "SIGBUS")
    wait_until(lambda: rcode_or_none(filterdns) == 3, 10, "filtering by the release before")
    assert "checked the lists: release 1 is used" in filterdns.output()
    assert current_file(filterdns.state).read_text(encoding="utf-8").strip() == "1"


def rcode_or_none(filterdns: Running) -> int | None:
    reply = filterdns.ask(query(LISTED), seconds=0.3)
    return None if reply is None else rcode(reply)


def test_a_damaged_release_is_found_at_the_start(filterdns: Running, tmp_path: Path) -> None:
    two_releases(filterdns)
    filterdns.stop()
    index = filterdns.state / "releases" / "00000002" / "index"
    octets = bytearray(index.read_bytes())
    octets[-1] ^= 1
    index.write_bytes(octets)
    (filterdns.state / "lists" / "own" / "gambling.txt").unlink()  # so that the build finds release 1 right as it is
    filterdns.start()
    wait_until(lambda: rcode_or_none(filterdns) == 3, 20, "the older release filters")  # stubs ask again
    assert current_file(filterdns.state).read_text(encoding="utf-8").strip() == "1"
