"""The keeper's real process and its children: signals, kill -9, the lock, and who goes first."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from filterdns.clock import Clock
from filterdns.forks import fork_child
from filterdns.keep import run
from filterdns.keep.errand import Deed, Work
from filterdns.keep.priority import CHILD_OOM_SCORE, KEEPER_OOM_SCORE, NICE
from filterdns.lists.orders import ACCEPT, UPDATE_NOW, Order, has_waiting, load_done, place_order
from filterdns.lists.progress import BUILD, Progress, load_bulletin
from tests.keep.scene import Report
from tests.running import wait_until

WHEN = Clock().when()


class Machine:
    """A state folder and what the update does in it: a line for each, and then it blocks as long as `hold` is there."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.log, self.hold, self.said = state / "log", state / "hold", state / "said"
        self.pids: list[int] = []
        self.deeds: dict[str, Deed] = {}

    def write(self, text: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def wait_for(self, line: str, times: int = 1) -> None:
        wait_until(lambda: self.lines().count(line) >= times, 10, f"{line!r} in {self.lines()}")

    def update(
        self,
        shipped: Path,
        overlay: Path,
        state: Path,
        clock: Clock,
        report: Callable[[Progress], None],
        *,
        fetch: bool,
        force: bool,
    ) -> Report:
        (state / "child").write_text(str(os.getpid()))
        self.write("update")
        report(Progress(BUILD, "index", 1, 4))
        while self.hold.exists():
            time.sleep(0.01)
        self.write("updated")
        return Report(lines=["release 7"])

    def start(self) -> int:
        work = Work(self.update, self.deeds, Path("/shipped"), self.state)

        def keep() -> int:
            run.keep_lists(work, self.say, fetching=True)
            return 0

        self.pids.append(fork_child(keep, self.say, "keeper"))
        return self.pids[-1]

    def say(self, text: str) -> None:
        with self.said.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def told(self) -> str:
        return self.said.read_text(encoding="utf-8") if self.said.exists() else ""

    @property
    def child(self) -> int:
        return int((self.state / "child").read_text())

    def kill(self, pid: int, number: int = signal.SIGKILL) -> int:
        """How it ended, in at most a second."""
        begun = time.monotonic()
        os.kill(pid, number)
        _, status = os.waitpid(pid, 0)
        self.pids.remove(pid)
        assert time.monotonic() - begun < 1
        return status


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setattr(run, "has_way_out", lambda: True)
    machine = Machine(tmp_path)
    yield machine
    for pid in list(machine.pids):
        machine.kill(pid)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_sigterm_ends_it_and_its_child_at_once_and_the_next_one_goes_on(machine: Machine) -> None:
    machine.hold.touch()
    pid = machine.start()
    machine.wait_for("update")
    child = machine.child
    assert os.WTERMSIG(machine.kill(pid, signal.SIGTERM)) == signal.SIGTERM
    wait_until(lambda: not is_alive(child), 2, "the end of its child")
    machine.hold.unlink()
    machine.start()
    machine.wait_for("updated")
    assert machine.lines() == ["update", "update", "updated"]
    wait_until(lambda: "release 7" in machine.told(), 5, "what it came to")


def test_an_order_is_carried_out_once_although_the_keeper_is_killed_after_it(machine: Machine) -> None:
    def accept(order: Order, when: object) -> str:
        machine.write(f"accepted {order.source}")
        return "accepted"

    machine.deeds[ACCEPT] = accept
    machine.hold.touch()
    ids = [place_order(machine.state, order, WHEN) for order in (Order(ACCEPT, "ut1"), Order(UPDATE_NOW))]
    pid = machine.start()
    machine.wait_for("update")
    machine.kill(pid)
    assert [row.id for row in load_done(machine.state)] == ids[:1]
    assert has_waiting(machine.state)  # the update was cut short, so it is due still
    machine.hold.unlink()
    machine.start()
    wait_until(lambda: len(load_done(machine.state)) == 2, 10, "both orders")
    assert machine.lines().count("accepted ut1") == 1
    assert [(row.is_done, row.text) for row in load_done(machine.state)] == [(True, "accepted"), (True, "release 7")]
    wait_until(lambda: not has_waiting(machine.state), 5, "the order's file to go")  # it is noted as done before


def test_an_order_that_is_cut_short_is_begun_again_and_given_up_after_three_times(machine: Machine) -> None:
    def accept(order: Order, when: object) -> str:
        machine.write("begun")
        os.kill(os.getpid(), signal.SIGKILL)
        return "never said"

    machine.deeds[ACCEPT] = accept
    place_order(machine.state, Order(ACCEPT, "ut1"), WHEN)
    for times in (1, 2, 3):
        pid = machine.start()
        machine.wait_for("begun", times)
        machine.kill(pid)
    machine.start()
    wait_until(lambda: bool(load_done(machine.state)), 10, "the end of the order")
    assert "given up" in load_done(machine.state)[0].text
    assert machine.lines().count("begun") == 3
    machine.wait_for("updated")


def test_sighup_wakes_it_and_an_order_is_noticed(machine: Machine) -> None:
    pid = machine.start()
    machine.wait_for("updated")
    wait_until(lambda: (told := load_bulletin(machine.state)) is not None and told.progress is None, 5, "the end")
    os.kill(pid, signal.SIGHUP)
    machine.wait_for("updated", 2)
    place_order(machine.state, Order(UPDATE_NOW), WHEN)
    wait_until(lambda: bool(load_done(machine.state)), 5, "the order")


def test_it_stands_behind_everything_else_and_dies_first_when_memory_runs_out(machine: Machine) -> None:
    machine.hold.touch()
    pid = machine.start()
    machine.wait_for("update")
    for number, score in ((pid, KEEPER_OOM_SCORE), (machine.child, CHILD_OOM_SCORE)):
        assert os.getpriority(os.PRIO_PROCESS, number) >= NICE
        assert int(Path(f"/proc/{number}/oom_score_adj").read_text()) == score
    assert os.sched_getscheduler(pid) == os.SCHED_OTHER
    assert os.sched_getscheduler(machine.child) == os.SCHED_IDLE  # nobody waits for the first update
    machine.hold.unlink()
    machine.wait_for("updated")
    machine.hold.touch()
    os.kill(pid, signal.SIGHUP)
    machine.wait_for("update", 2)
    assert os.sched_getscheduler(machine.child) == os.SCHED_OTHER  # whoever reloads waits


def test_two_keepers_of_one_folder_take_turns(machine: Machine) -> None:
    first = machine.start()
    machine.wait_for("updated")
    machine.start()
    time.sleep(0.3)
    assert machine.lines().count("update") == 1
    machine.kill(first)
    machine.wait_for("updated", 2)


def test_a_folder_that_cannot_be_written_is_told(machine: Machine) -> None:
    machine.state = machine.state / "file"
    machine.state.write_text("in its place")
    pid = machine.start()
    _, status = os.waitpid(pid, 0)
    machine.pids.remove(pid)
    assert os.WEXITSTATUS(status) == 78
    assert "expected a file that can be written" in machine.told()
