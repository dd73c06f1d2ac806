"""Both roles on one machine, real processes: what the publisher decides counts at the home, if it is right."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from filterdns.lists.release import open_current
from filterdns.log.home.subscription import load_status, store_status
from filterdns.log.keys.life import make_log
from filterdns.log.offering.heads import DECISIONS, REVOCATIONS, head_path
from filterdns.log.places import public_folder
from filterdns.tlog.ed25519 import public_of
from filterdns.tlog.note import ED25519, VerifierKey, write_vkey
from tests.lists.end_to_end.conftest import only_ours
from tests.lists.entries import own_entry
from tests.messages import query
from tests.resolving import parsed
from tests.running import LOOPBACK, Running, wait_until
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream

NXDOMAIN, NOERROR = 3, 0
SECONDS = 90  # the keeper stands behind everything else that this machine does; alone it takes five
ORIGIN = "lists.example/log"


@pytest.fixture(scope="module")
def upstream() -> Iterator[SimulatedUpstream]:
    with SimulatedUpstream(Plain(default="203.0.113.5")) as simulated:
        yield simulated


def run(*arguments: object) -> str:
    command = [sys.executable, "-m", "filterdns", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def today_entry(name: str) -> str:
    return own_entry(name, listed_on=datetime.now(UTC).date().isoformat())


def says(filterdns: Running, name: str, rcode: int) -> None:
    wait_until(
        lambda: parsed(filterdns.ask(query(name))).rcode() == rcode,
        SECONDS,
        f"{name} is answered {rcode}:\n{filterdns.output()}",
        every=0.1,
    )


class Both:
    """A publisher that runs, and homes that take its decisions."""

    def __init__(self, upstream: SimulatedUpstream, folder: Path) -> None:
        self._upstream, self._folder = upstream, folder
        self._running: list[Running] = []
        self.publisher = self._prepare({"role": "publisher", "require_log": True})
        keys = make_log(self.publisher.state, ORIGIN, folder / "elsewhere" / "recovery", datetime.now(UTC))
        self.vkey = keys.held[0]
        self.url = f"http://{LOOPBACK}:{self.publisher.pages_port}/log"
        self.publisher.start()
        heads = [public_folder(self.publisher.state) / head_path(type_) for type_ in (DECISIONS, REVOCATIONS)]
        wait_until(lambda: all(head.is_file() for head in heads), SECONDS, "the log has begun", every=0.1)

    def _prepare(self, configuration: dict[str, Any]) -> Running:
        folder = self._folder / f"filterdns-{len(self._running)}"
        folder.mkdir()
        overlay = {"sources/choices.yaml": only_ours()}
        self._running.append(Running(folder, configuration, self._upstream.port, overlay))
        return self._running[-1]

    def home(self, vkey: str = "", **more: Any) -> Running:
        publisher = {"url": self.url, "vkey": vkey or self.vkey, **more}
        return self._prepare({"publisher": publisher, "require_log": True, "pages": "off"}).start()

    def decide(self, name: str, text: str) -> None:
        file = self.publisher.state / "lists" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        run("lists", "build", "--state", self.publisher.state)

    def stop(self) -> None:
        for filterdns in self._running:
            filterdns.stop()


@pytest.fixture(scope="module")
def both(upstream: SimulatedUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    both = Both(upstream, tmp_path_factory.mktemp("both"))
    yield both
    both.stop()


def half_an_hour_later(home: Running) -> None:
    """The keeper asks again, as it would then: what it noted of the next time is gone, and it is woken."""
    store_status(home.state, replace(load_status(home.state), asked={}))
    assert home.process is not None
    home.process.send_signal(signal.SIGHUP)


def test_a_home_with_a_wrong_key_filters_nothing_and_says_so(both: Both) -> None:
    wrong = write_vkey(VerifierKey(ORIGIN, ED25519, public_of(b"7" * 32)))
    home = both.home(wrong)
    wait_until(lambda: "expected a signature of lists.example/log" in home.output(), SECONDS, "the refusal is told")
    assert "NOT FILTERING" in home.output()
    wait_until(lambda: "no release is made" in home.output(), SECONDS, "what follows from it is told")
    assert parsed(home.ask(query("adult.filterdns.test"))).rcode() == NOERROR
    assert "expected a signature" in run("lists", "status", "--state", home.state)
    home.stop()


def test_what_the_publisher_decides_counts_at_the_home(both: Both) -> None:
    both.decide("own/gambling.yaml", today_entry("casino.example") + today_entry("poker.example"))
    home = both.home()
    says(home, "casino.example", NXDOMAIN)
    says(home, "www.poker.example", NXDOMAIN)
    says(home, "adult.filterdns.test", NXDOMAIN)
    release = open_current(home.state)
    assert "decisions.json" in release.manifest.inputs

    # An emergency opens a name at the home with one look at a small file, and without a build (J7c).
    run("lists", "suspend", "casino.example", "--reason", "a clinic", "--state", both.publisher.state)
    half_an_hour_later(home)
    says(home, "casino.example", NOERROR)
    assert open_current(home.state).number == release.number
    assert "a clinic" in run("check", "casino.example", "--config", home.config, "--state", home.state)

    # A new decision is fetched as soon as the log is seen to have it.
    both.decide("own/gambling.yaml", today_entry("bingo.example"))
    half_an_hour_later(home)
    says(home, "bingo.example", NXDOMAIN)
    says(home, "poker.example", NOERROR)

    # What is not right changes nothing and is said, and the home starts with what it has, whatever the publisher does.
    for head in public_folder(both.publisher.state).glob("*.head"):
        head.write_bytes(head.read_bytes().replace(b"index ", b"index 1"))
    half_an_hour_later(home)
    wait_until(lambda: "stays in use" in home.output(), SECONDS, "the refusal is told")
    both.publisher.stop()
    home.stop()
    home.start()
    says(home, "bingo.example", NXDOMAIN)
    assert "what was accepted last stays in use" in run("lists", "status", "--state", home.state)
