"""What befalls the running program: dead workers, bad configurations, lists that cannot be used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.messages import query
from tests.resolving import parsed
from tests.running import Running, free_port, wait_until
from tests.scenarios.sockets import ScriptedUpstream

NXDOMAIN = 3
Start = Callable[..., Running]


def workers(filterdns: Running) -> list[int]:
    """Processes with an event loop and a UDP socket on our port."""
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/udp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{filterdns.port:04X}")
    }
    sockets = {f"socket:[{inode}]" for inode in inodes}
    return [pid for pid in filterdns.processes()[1:] if "anon_inode:[eventpoll]" in links(pid) and sockets & links(pid)]


def links(pid: int) -> set[str]:
    """What the descriptors of a process are; nothing when it has just ended."""
    try:
        return {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return set()


def answered(filterdns: Running, name: str = "adult.filterdns.test", seconds: float = 0.3) -> bool:
    return filterdns.ask(query(name), seconds=seconds) is not None


def test_a_killed_worker_comes_back(running: Start, upstream: ScriptedUpstream) -> None:
    filterdns = running(upstream.port)
    wait_until(lambda: len(workers(filterdns)) == 1, 5, "one worker alone has the sockets")
    worker = workers(filterdns)[0]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: answered(filterdns), 10, "an answer after the worker was killed")
    assert worker not in workers(filterdns)
    assert "filterdns_worker_restarts_total 1.0" in filterdns.metrics()


def test_the_other_worker_goes_on_when_one_is_killed(running: Start, upstream: ScriptedUpstream) -> None:
    """Each query comes from a port of its own, so the kernel spreads them over both."""
    filterdns = running(upstream.port, {"workers": 2})
    wait_until(lambda: len(workers(filterdns)) == 2, 5, "two workers")
    os.kill(workers(filterdns)[0], signal.SIGKILL)
    begun, lost = time.monotonic(), 0
    for number in range(300):
        lost += not answered(filterdns, f"www{number}.adult.filterdns.test")
    assert lost <= 10, "only what lay in the dead worker's queue"
    assert time.monotonic() - begun < 10
    wait_until(lambda: len(workers(filterdns)) == 2, 10, "the second worker is back")


def test_a_bad_configuration_never_replaces_a_running_one(running: Start, upstream: ScriptedUpstream) -> None:
    filterdns = running(upstream.port)
    good = filterdns.settings
    filterdns.write_config(good | {"upstreems": ["192.0.2.1"], "workers": "many"})
    assert filterdns.process is not None
    filterdns.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "upstreems" in filterdns.output(), 10, "the fault is told")
    assert "workers" in filterdns.output(), "all faults at once"
    assert answered(filterdns)
    assert filterdns.process.poll() is None


def test_a_good_configuration_is_taken_at_sighup(running: Start, upstream: ScriptedUpstream) -> None:
    filterdns = running(upstream.port)
    assert parsed(filterdns.ask(query("www.denied.example"))).rcode() == 0
    profiles = {"profiles": {"home": {"template": "whole-home", "deny": ["denied.example"]}}, "default_profile": "home"}
    filterdns.write_config(filterdns.settings | profiles)
    assert filterdns.process is not None
    filterdns.process.send_signal(signal.SIGHUP)
    wait_until(
        lambda: parsed(filterdns.ask(query("www.denied.example"))).rcode() == NXDOMAIN, 10, "the new rule is used"
    )


def make_current(filterdns: Running, number: int, octets: int) -> None:
    """A release whose files were cut after so many octets, and the pointer on it."""
    good, broken = (filterdns.state / "releases" / f"{n:08}" for n in (1, number))
    broken.mkdir()
    for file in good.iterdir():
        (broken / file.name).write_bytes(file.read_bytes()[:octets])
    (filterdns.state / "next").write_text(f"{number}\n")
    os.replace(filterdns.state / "next", filterdns.state / "current")


def test_a_damaged_release_is_never_used_and_replaced_by_a_whole_one(
    running: Start, upstream: ScriptedUpstream
) -> None:
    filterdns = running(upstream.port)
    make_current(filterdns, 99, 100)
    deadline = time.monotonic() + 4
    while time.monotonic() < deadline:
        assert parsed(filterdns.ask(query("adult.filterdns.test"))).rcode() == NXDOMAIN
        time.sleep(0.02)
    assert int((filterdns.state / "current").read_text()) > 99


def test_what_cannot_be_compiled_leaves_the_release_before(running: Start, upstream: ScriptedUpstream) -> None:
    filterdns = running(upstream.port)
    own = filterdns.state / "lists" / "own"
    own.mkdir(parents=True)
    (own / "gambling.mine.yaml").write_text("- {name: casino.example, category: nonsense}\n")
    make_current(filterdns, 99, 100)
    wait_until(lambda: "gambling.mine.yaml:1" in filterdns.output(), 10, "the fault is told with its line")
    assert parsed(filterdns.ask(query("adult.filterdns.test"))).rcode() == NXDOMAIN
    filterdns.stop()
    filterdns.start()
    assert parsed(filterdns.ask(query("adult.filterdns.test"))).rcode() == NXDOMAIN, "also after the next start"


def test_without_any_list_it_resolves_and_says_that_nothing_is_filtered(
    tmp_path: Path, upstream: ScriptedUpstream
) -> None:
    filterdns = Running(tmp_path, {}, upstream.port, {"own/gambling.mine.yaml": "- {name: 7}\n"})
    try:
        filterdns.start()
        assert parsed(filterdns.ask(query("www.example.net"))).answer
        assert "NOT FILTERING" in filterdns.output()
        assert "filterdns_not_filtering 1.0" in filterdns.metrics()
        assert "NOT FILTERING" in filterdns.fetch(filterdns.pages_port, "/")
    finally:
        filterdns.stop()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly(signum: signal.Signals, running: Start, upstream: ScriptedUpstream) -> None:
    filterdns = running(upstream.port)
    processes = filterdns.processes()
    assert filterdns.process is not None
    filterdns.process.send_signal(signum)
    assert filterdns.process.wait(10) == 0
    assert not [pid for pid in processes if Path(f"/proc/{pid}").exists()]
    assert "Traceback" not in filterdns.output()


def test_an_open_resolver_is_refused_at_the_start(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f'dns: ["127.0.0.1:{free_port()}"]\nallowed_networks: ["0.0.0.0/0"]\nupstreams: ["192.0.2.1"]\n')
    command = [sys.executable, "-m", "filterdns", "serve", "--config", str(config), "--state", str(tmp_path / "state")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
    assert ended.returncode != 0
    assert "open_resolver" in ended.stdout + ended.stderr


def test_a_start_on_a_compiled_release_answers_within_a_second(running: Start, upstream: ScriptedUpstream) -> None:
    filterdns = running(upstream.port)
    filterdns.stop()
    begun = time.monotonic()
    filterdns.start()
    assert time.monotonic() - begun <= 1.0
