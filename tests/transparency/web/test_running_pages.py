"""The pages' process as the supervisor starts it."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.config.settings import Address
from filterdns.errors import StateFault
from filterdns.transparency.web.app import run_pages
from filterdns.transparency.web.rates import PageLimits
from tests.running import LOOPBACK
from tests.transparency.lists import SETTINGS
from tests.transparency.web.pages_process import REQUEST, PagesRunning, is_filtering


@pytest.fixture
def served(state: Path, tmp_path: Path) -> Iterator[PagesRunning]:
    served = PagesRunning(state, tmp_path / "output")
    yield served
    if served.child.is_alive():
        served.stop()


def test_it_answers_and_stops_when_told(served: PagesRunning) -> None:
    with served.connect() as connection:
        assert b"Roulette" in served.ask(b"/why/casino.example", connection)
    assert served.stop() == 0


def test_nothing_that_was_asked_is_printed_or_written(served: PagesRunning, tmp_path: Path, state: Path) -> None:
    files = sorted(state.rglob("*"))
    for octets in (REQUEST % b"/why/secret-name.example", b"\xff\xfe secret-name\r\n\r\n", b"GET secret-name"):
        with served.connect() as connection:
            connection.sendall(octets)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
    assert served.stop() == 0
    assert served.output.read_bytes() == b""
    assert sorted(state.rglob("*")) == files
    assert [file.name for file in tmp_path.iterdir()] == ["output"]


def test_a_look_up_is_quick(served: PagesRunning) -> None:
    """Budget of the issue: 99 of 100 within 30 ms. The best of three rounds: other tests may have the machine."""
    rounds = []
    with served.connect() as connection:
        for _ in range(3):
            seconds = []
            for number in range(100):
                begun = time.perf_counter()
                served.ask(b"/why/%d.casino.example" % number, connection)
                seconds.append(time.perf_counter() - begun)
            rounds.append(statistics.quantiles(seconds, n=100)[98])
    assert min(rounds) < 0.030


def test_connections_are_bounded(served: PagesRunning) -> None:
    most = PageLimits().connections
    held = [served.connect() for _ in range(most + 8)]
    try:
        refused = 0
        for connection in held[-8:]:
            connection.settimeout(5)
            refused += connection.recv(1) == b""
        assert refused == 8
        assert b"200 OK" in served.ask(b"/help", held[0])
    finally:
        for connection in held:
            connection.close()


def test_an_address_in_use_is_a_clear_fault(served: PagesRunning, state: Path) -> None:
    settings = replace(SETTINGS, pages=Address(LOOPBACK, served.port))
    with pytest.raises(StateFault, match=f"127.0.0.1:{served.port}: cannot listen"):
        run_pages(settings, state, is_filtering)
