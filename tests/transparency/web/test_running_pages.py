"""The pages' process as the supervisor starts it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.config.settings import Address
from filterdns.errors import StateFault
from filterdns.transparency.web.app import NICE, run_pages
from filterdns.transparency.web.rates import PageLimits
from tests.running import LOOPBACK, wait_until
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


def test_it_stands_behind_those_who_answer_names(served: PagesRunning) -> None:
    wait_until(lambda: os.getpriority(os.PRIO_PROCESS, served.child.pid or 0) >= NICE, 10, "the pages give way")


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


def test_a_core_answers_more_than_300_look_ups_a_second(served: PagesRunning) -> None:
    """The process's own time: how busy the machine is does not matter much. `tests.bench.why` measures the rest."""
    with served.connect() as connection:
        served.ask(b"/why/casino.example", connection)  # compiled and cached
        before = served.cpu_seconds()
        for number in range(300):
            served.ask(b"/why/%d.casino.example" % number, connection)
    assert 0 < served.cpu_seconds() - before < 1  # 0.4 as a rule


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
