from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from typing import NoReturn

import pytest

from filterdns.errors import FilterdnsError
from filterdns.forks import FAULT_STATUS, describe_status, fork_child
from filterdns.jobs import Jobs


def status_of(work: Callable[[], int], said: list[str] | None = None, close: tuple[socket.socket, ...] = ()) -> int:
    """How a child that does this ends; what it says comes back over a pipe."""
    reader, writer = os.pipe()

    def say(text: str) -> None:
        os.write(writer, text.encode() + b"\n")

    pid = fork_child(work, say, "child", close)
    os.close(writer)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reader) as pipe:
        lines = pipe.read().splitlines()
    if said is not None:
        said += lines
    return status


def test_a_child_ends_with_the_status_of_its_work() -> None:
    assert os.WEXITSTATUS(status_of(lambda: 7)) == 7


def test_a_fault_is_told_and_has_a_status_of_its_own() -> None:
    def work() -> NoReturn:
        raise FilterdnsError("what to do")

    said: list[str] = []
    assert os.WEXITSTATUS(status_of(work, said)) == FAULT_STATUS
    assert said == ["child: what to do"]


def test_an_exception_is_told_by_type_and_place_and_never_by_its_text() -> None:
    def work() -> NoReturn:
        raise ValueError("secret-name.example")

    said: list[str] = []
    assert os.WEXITSTATUS(status_of(work, said)) == 1
    assert len(said) == 1
    assert said[0].startswith("child: ValueError in work (test_forks.py:")
    assert "secret" not in said[0]


def test_a_child_gets_signals_of_its_own() -> None:
    """Not the handlers of its parent, which would note the signal and go on."""
    noted: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: noted.append(number))
    try:

        def work() -> int:
            os.kill(os.getpid(), signal.SIGINT)  # ignored: the supervisor tells it to stop
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
            return 0

        status = status_of(work)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert describe_status(status) == "killed by SIGTERM"
    assert not noted


def test_a_child_keeps_no_socket_that_it_must_not() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        assert os.WEXITSTATUS(status_of(lambda: 0 if sock.fileno() == -1 else 1, close=(sock,))) == 0
        assert sock.fileno() >= 0


class Supervised:
    """Jobs, and what came of them."""

    def __init__(self) -> None:
        self.poll = select.poll()
        self.jobs = Jobs(self.poll, print, lambda: ())
        self.done: list[object] = []
        self.faults: list[str] = []

    def run(self, work: Callable[[], object]) -> None:
        self.jobs.start("job", work, self.done.append, lambda fault: self.faults.append(str(fault)))
        while not self.done and not self.faults:
            for descriptor, _ in self.poll.poll(10_000):
                assert self.jobs.hear(descriptor)


@pytest.mark.parametrize("value", [None, 5, {"a": b"\0" * 1_000_000}])
def test_the_result_of_a_job_comes_back(value: object) -> None:
    supervised = Supervised()
    supervised.run(lambda: value)
    assert supervised.done == [value]


def test_the_fault_of_a_job_comes_back_as_text() -> None:
    def work() -> NoReturn:
        raise FilterdnsError("line 1\nline 2")

    supervised = Supervised()
    supervised.run(work)
    assert supervised.faults == ["line 1\nline 2"]


def test_a_job_that_dies_is_a_fault() -> None:
    supervised = Supervised()
    supervised.run(lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert supervised.faults == ["job: ended without a result (killed by SIGKILL)"]


def test_jobs_can_be_given_up() -> None:
    supervised = Supervised()
    supervised.jobs.start("job", lambda: time.sleep(60), supervised.done.append, lambda fault: None)
    begun = time.monotonic()
    supervised.jobs.stop()
    assert time.monotonic() - begun < 5
