"""The real `filterdns serve` and its keeper: an order becomes a release that workers use; kill -9 harms nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filterdns.clock import Clock
from filterdns.keep.priority import NICE
from filterdns.lists.orders import ADD, Order, load_done, place_order
from filterdns.lists.progress import load_bulletin
from tests.messages import query
from tests.resolver.serving.test_life import LISTED, NO_PAGES, rcode, say
from tests.running import Running, wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream

Start = Callable[..., Running]


@pytest.fixture
def filterdns(running: Start) -> Iterator[Running]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as upstream:
        filterdns: Running = running(upstream.port, NO_PAGES | {"workers": 2})
        say(filterdns, "nothing has changed")  # the keeper's first update is over
        yield filterdns


def keepers(filterdns: Running) -> list[int]:
    """The children that give way: the keeper, but for a moment when there is none or a child of its own."""
    return [pid for pid in filterdns.processes()[1:] if gives_way(pid)]


def gives_way(pid: int) -> bool:
    try:
        return os.getpriority(os.PRIO_PROCESS, pid) >= NICE
    except ProcessLookupError:  # it has just ended
        return False


def test_an_order_becomes_a_release_that_is_used(filterdns: Running, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("casino.example\n", encoding="utf-8")
    assert rcode(filterdns.ask(query("casino.example"))) == 0
    id_ = place_order(filterdns.state, Order(ADD, url=str(mine), category="gambling"), Clock().when())
    wait_until(lambda: bool(load_done(filterdns.state)), 10, "the order")
    (done,) = load_done(filterdns.state)
    assert (done.id, done.is_done) == (id_, True)
    for _ in range(24):  # each from another port: both workers get some
        wait_until(lambda: rcode(filterdns.ask(query("casino.example"))) == 3, 10, "the release")
    bulletin = load_bulletin(filterdns.state)
    assert bulletin is not None
    assert not bulletin.fetching
    assert bulletin.next_at > bulletin.ended_at


def test_the_keeper_may_be_killed_at_any_time(filterdns: Running) -> None:
    (pid,) = keepers(filterdns)
    own = filterdns.state / "lists" / "own"
    own.mkdir(parents=True)
    (own / "gambling.txt").write_text("".join(f"n{n}.example\n" for n in range(30_000)), encoding="utf-8")
    assert filterdns.process is not None
    filterdns.process.send_signal(signal.SIGHUP)
    say(filterdns, "reloading")
    os.kill(pid, signal.SIGKILL)
    assert rcode(filterdns.ask(query(LISTED))) == 3
    wait_until(lambda: rcode(filterdns.ask(query("n7.example"))) == 3, 30, "the release of the next keeper")
    say(filterdns, "keeper of the lists ended (killed by SIGKILL), started again in")
    wait_until(lambda: any(other != pid for other in keepers(filterdns)), 10, "the next keeper")
