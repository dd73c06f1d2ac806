"""The processes that live as long as filterdns: started, started again with a growing pause, told to stop."""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from filterdns.clock import Clock
from filterdns.forks import FAULT_STATUS, describe_status, fork_child
from filterdns.resolver.shared import MOST_WORKERS, Shared
from filterdns.resolver.words import READY

FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.1, 30.0  # before a dead child is started again, doubled each time
STEADY_SECONDS = 10.0  # a child that lived this long begins with the first pause again
STOP_SECONDS = 10.0  # for a drain; then SIGKILL


@dataclass(slots=True, eq=False)
class Child:
    """One of them. `work` runs in the child and returns its exit status; a worker gets its end of a socket pair."""

    title: str
    work: Callable[[socket.socket | None], int]
    worker: int = -1  # the number of a worker
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    due: float | None = None  # when it is started again
    words: socket.socket | None = None  # to and from a worker
    ready: bool = False
    leaving: bool = False  # it was told to stop
    retired: bool = False  # it leaves once those who take its place are ready

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Tell it to drain and end, or end it with SIGKILL."""
        self.leaving = True
        self.due = None
        if self.pid:
            os.kill(self.pid, number)

    def wake(self, now: float) -> None:
        """SIGHUP, for a child that looks again at what there is to do; one that is down starts now."""
        if self.pid:
            os.kill(self.pid, signal.SIGHUP)
        else:
            self.due = now

    def reap(self) -> int | None:
        """How it ended, as waitpid(2) says; None while it lives."""
        if not self.pid:
            return None
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        self.pid = 0
        return status

    def plan_restart(self, status: int, now: float) -> str:
        """When to start it again; what to say about it. A fault that only a person can mend is not tried again."""
        if self.worker < 0 and os.WIFEXITED(status) and os.WEXITSTATUS(status) == FAULT_STATUS:
            return f"{self.title}: off until the configuration is loaded again"
        if now - self.started >= STEADY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        pause = self.pause
        self.due = now + pause
        self.pause = min(2 * pause, MOST_PAUSE_SECONDS)
        return f"{self.title} ended ({describe_status(status)}), started again in {pause:.1f} s"


class Crew:
    """All children. `poll` watches what workers say, `sockets` tells what we hold and only workers may use."""

    def __init__(
        self,
        poll: select.poll,
        shared: Shared,
        clock: Clock,
        say: Callable[[str], None],
        sockets: Callable[[], Iterable[socket.socket]],
    ) -> None:
        self._poll, self._shared, self._clock, self._say, self._sockets = poll, shared, clock, say, sockets
        self.children: list[Child] = []

    # Starting

    def add(self, title: str, work: Callable[[], None]) -> Child:
        """Start a child that is no worker."""

        def run(words: socket.socket | None) -> int:
            work()
            return 0

        return self._start_new(Child(title, run))

    def add_workers(self, count: int, work: Callable[[int, socket.socket], None]) -> None:
        """Start so many workers under numbers that none has now."""
        used = {child.worker for child in self.children}
        free = [number for number in range(MOST_WORKERS) if number not in used]
        for number in free[: min(count, MOST_WORKERS // 2)]:
            self._start_new(Child(f"worker {number}", _worker_work(number, work), worker=number))

    def _start_new(self, child: Child) -> Child:
        self.children.append(child)
        self._start(child)
        return child

    def _start(self, child: Child) -> None:
        child.due = None
        child.ready = False
        child.started = self._clock.now()
        talks = [other.words for other in self.children if other.words is not None]
        if child.worker < 0:
            close = [*talks, *self._sockets()]
            child.pid = fork_child(lambda: child.work(None), self._say, child.title, close)
            return
        ours, theirs = socket.socketpair()
        child.pid = fork_child(lambda: child.work(theirs), self._say, child.title, [*talks, ours])
        theirs.close()
        child.words = ours
        self._poll.register(ours, select.POLLIN)

    def start_due(self) -> None:
        """Start again what has waited long enough."""
        now = self._clock.now()
        for child in self.children:
            if child.due is not None and child.due <= now:
                self._start(child)

    def wait_milliseconds(self) -> int | None:
        """Until something is due; None: nothing is."""
        due = [child.due for child in self.children if child.due is not None]
        return max(0, int((min(due) - self._clock.now()) * 1000) + 1) if due else None

    # Watching

    def hear(self, descriptor: int) -> bool:
        """Take what a worker says; whether it is that it answers now."""
        for child in self.children:
            if child.words is None or child.words.fileno() != descriptor:
                continue
            said = child.words.recv(64)
            if not said:
                self._forget_words(child)
            child.ready = child.ready or READY in said
            return READY in said
        return False

    def _forget_words(self, child: Child) -> None:
        if child.words is not None:
            self._poll.unregister(child.words)
            child.words.close()
            child.words = None

    def dead(self) -> list[tuple[Child, int]]:
        """Children that have ended and their statuses. Those that were told to are forgotten, and not in the list."""
        found = []
        for child in list(self.children):
            status = child.reap()
            if status is None:
                continue
            self._forget_words(child)
            if child.worker >= 0:
                self._shared.set_alive(child.worker, False)
            if child.leaving:
                self.children.remove(child)
            else:
                found.append((child, status))
        return found

    def workers(self) -> list[Child]:
        """Workers that stay."""
        return [child for child in self.children if child.worker >= 0 and not child.leaving and not child.retired]

    def retired(self) -> list[Child]:
        """Workers that wait to be replaced."""
        return [child for child in self.children if child.retired and not child.leaving]

    def tell_workers(self, octets: bytes) -> None:
        """Send orders to all that stay."""
        for child in self.workers():
            if child.words is not None:
                try:
                    child.words.sendall(octets)
                except OSError:
                    pass  # it has just died; the next one is started under what holds then

    # Ending

    def stop(self, children: list[Child]) -> None:
        """Tell these to stop, wait until they have, and kill those that do not."""
        for child in children:
            child.stop()
        deadline = self._clock.now() + STOP_SECONDS
        nothing = select.poll()
        while sum(1 for child in children if child.pid and child.reap() is None):
            if self._clock.now() > deadline:
                for child in children:
                    child.stop(signal.SIGKILL)
            nothing.poll(10)
        for child in children:
            self._forget_words(child)
            self.children.remove(child)


def _worker_work(number: int, work: Callable[[int, socket.socket], None]) -> Callable[[socket.socket | None], int]:
    def run(words: socket.socket | None) -> int:
        assert words is not None
        work(number, words)
        return 0

    return run
