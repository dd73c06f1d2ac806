"""The process that stays: it holds the sockets, forks everything else, and starts again what dies.

    configuration --child--> Settings      lists --child--> a release that is whole
    sockets -> workers, metrics, pages     signals: TERM drains and ends, HUP reloads

It has no event loop and answers nothing: it waits in one poll(2) for signals, results of children and words of workers.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.errors import FilterdnsError
from filterdns.resolver.forks import FAULT_STATUS, Job, describe_status, fork_child
from filterdns.resolver.servers.interfaces import local_addresses
from filterdns.resolver.servers.listen import (
    Endpoint,
    endpoint_of,
    open_endpoints,
    wanted_endpoints,
    without_ipv6,
)
from filterdns.resolver.servers.systemd import Notifier, inherited_sockets
from filterdns.resolver.shared import MOST_PROFILES, MOST_WORKERS, Shared
from filterdns.resolver.upstreams.system import system_upstreams
from filterdns.resolver.worker import READY, Worker

FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.1, 30.0  # before a dead child is started again, doubled each time
STEADY_SECONDS = 10.0  # a child that lived this long begins with the first pause again
STOP_SECONDS = 10.0  # then SIGKILL
WANTED_DESCRIPTORS = 4_096
BUILD_NICE = 10  # the lists are built behind everything else
TEST_NAME = "adult.filterdns.test"


@dataclass(frozen=True, slots=True)
class Parts:
    """What other parts of filterdns do for us, each called in a child that alone imports what it needs."""

    load: Callable[[Path | None], Settings]  # raises FilterdnsError with all faults
    settle: Callable[[Path], int]  # makes the newest whole release current; its number, 0 if there is none
    build: Callable[[Path], str]  # a new release of changed lists; what came of it, for people
    serve_pages: Callable[[Settings, Path, Callable[[], bool]], None]
    serve_metrics: Callable[[Settings, Path, Shared, dict[str, int]], None]


@dataclass(slots=True)
class Child:
    """A process that is to live as long as we do."""

    title: str
    work: Callable[[], int]
    worker: int = -1  # number of a worker
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    due: float | None = None  # when it is started again
    words: socket.socket | None = field(default=None)


def serve(
    config: Path | None, state: Path, parts: Parts, *, pages: bool = True, out: Callable[[str], None] = print
) -> int:
    """Run filterdns until SIGTERM or SIGINT; the exit status. Faults at the start are told and end it."""
    try:
        return Supervisor(config, state, parts, pages, out).run()
    except FilterdnsError as fault:
        out(f"filterdns cannot start:\n{fault}")
        return FAULT_STATUS


class Supervisor:
    """One installation at work."""

    def __init__(self, config: Path | None, state: Path, parts: Parts, pages: bool, out: Callable[[str], None]) -> None:
        self._config, self._state, self._parts, self._pages = config, state, parts, pages
        self._say = out
        self._clock = Clock()
        self._shared = Shared()
        self._columns: dict[str, int] = {}  # profile -> its place in the shared map, for as long as we live
        self._secret = os.urandom(16)
        self._notifier = Notifier(os.environ)
        self._given = {endpoint_of(sock): sock for sock in inherited_sockets(os.environ, os.getpid())}
        self._sockets: dict[Endpoint, socket.socket] = {}
        self._settings = Settings()
        self._children: list[Child] = []
        self._job: Job | None = None
        self._job_done: Callable[[Job], None] = lambda job: None
        self._poll = select.poll()
        self._signals: set[int] = set()
        self._wake, self._wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_ready = False

    # Start

    def run(self) -> int:
        """Start everything, keep it going, end it."""
        self._catch_signals()
        raise_descriptor_limit()
        load = Job("configuration", lambda: self._parts.load(self._config), self._say)
        settle = Job("lists", lambda: self._parts.settle(self._state), self._say)
        settings = self._with_upstreams(load.wait())
        self._sockets = self._open(settings)
        self._use(settings)
        if settle.wait() == 0:
            self._say("compiling the lists for the first time ...")
            self._finish_build(Job("lists", lambda: self._parts.build(self._state), self._say))
        gc.collect()
        gc.freeze()
        self._begin()
        while not self._signals & {signal.SIGTERM, signal.SIGINT}:
            self._turn()
        return self._end()

    def _catch_signals(self) -> None:
        signal.set_wakeup_fd(self._wake_end, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._note_signal)
        self._poll.register(self._wake, select.POLLIN)

    def _note_signal(self, number: int, frame: object) -> None:
        self._signals.add(number)

    def _with_upstreams(self, settings: Settings) -> Settings:
        """The settings with upstreams: the system's where none is named. Raises DataFault if there are none."""
        if settings.upstreams:
            return settings
        from dataclasses import replace

        return replace(settings, upstreams=system_upstreams(settings.dns))

    def _use(self, settings: Settings) -> None:
        """These settings hold from now on; profiles that are new get their columns."""
        self._settings = settings
        for profile in settings.profiles:
            if len(self._columns) < MOST_PROFILES:
                self._columns.setdefault(profile.id, len(self._columns))

    def _open(self, settings: Settings) -> dict[Endpoint, socket.socket]:
        """The sockets of these settings: handed over by systemd, kept from before, or opened now."""
        if self._given:
            return self._given
        machine = local_addresses()
        wanted = without_ipv6(wanted_endpoints(settings.dns, machine), machine, self._say)
        kept = {endpoint: sock for endpoint, sock in self._sockets.items() if endpoint in wanted}
        fresh = [endpoint for endpoint in wanted if endpoint not in kept]
        opened = open_endpoints(fresh, settings.udp_receive_octets, self._say)
        return kept | opened

    def _begin(self) -> None:
        settings = self._settings
        count = min(settings.workers, MOST_WORKERS)
        for number in range(count):
            child = Child(f"worker {number}", lambda: 0, worker=number)
            self._children.append(child)
            self._start_worker(child)
        self._say(f"listening on {', '.join(map(str, self._sockets))}")
        self._say(f"forwarding to {', '.join(str(server.address) for server in settings.upstreams)}")
        if settings.metrics is not None:
            work = self._metrics_work(settings)
            self._children.append(Child("metrics", work))
            self._start(self._children[-1])
        if self._pages and settings.pages is not None:
            self._say(f"pages on http://{settings.pages}/")
            self._children.append(Child("pages", self._pages_work(settings)))
            self._start(self._children[-1])

    def _metrics_work(self, settings: Settings) -> Callable[[], int]:
        def work() -> int:
            self._parts.serve_metrics(settings, self._state, self._shared, self._columns)
            return 0

        return work

    def _pages_work(self, settings: Settings) -> Callable[[], int]:
        def work() -> int:
            self._parts.serve_pages(settings, self._state, self._shared.is_not_filtering)
            return 0

        return work

    def _start(self, child: Child) -> None:
        child.due = None
        child.started = self._clock.now()
        child.pid = fork_child(child.work, self._say, child.title)

    def _start_worker(self, child: Child) -> None:
        ours, theirs = socket.socketpair()
        child.work = lambda: self._work(child.worker, theirs)
        self._start(child)
        theirs.close()
        child.words = ours
        self._poll.register(ours, select.POLLIN)

    def _work(self, number: int, words: socket.socket) -> int:
        """In the worker's process."""
        worker = Worker(
            number,
            self._settings,
            self._sockets,
            self._state,
            self._shared,
            self._columns,
            self._secret,
            self._say,
            self._clock,
        )
        worker.run(words.sendall)
        return 0

    # One turn

    def _turn(self) -> None:
        """Wait for something to happen, and see to it."""
        for descriptor, _ in self._poll.poll(self._wait_milliseconds()):
            if descriptor == self._wake:
                os.read(self._wake, 4_096)
            elif self._job is not None and descriptor == self._job.pipe:
                if self._job.read():
                    self._poll.unregister(descriptor)
                    job, self._job = self._job, None
                    self._job_done(job)
            else:
                self._listen_to(descriptor)
        self._reap()
        now = self._clock.now()
        for child in self._children:
            if child.due is not None and child.due <= now:
                if child.worker >= 0:
                    self._start_worker(child)
                else:
                    self._start(child)

    def _wait_milliseconds(self) -> int | None:
        due = [child.due for child in self._children if child.due is not None]
        return max(0, int((min(due) - self._clock.now()) * 1000) + 1) if due else None

    def _listen_to(self, descriptor: int) -> None:
        for child in self._children:
            words = child.words
            if words is not None and words.fileno() == descriptor:
                if words.recv(64) == READY:
                    self._worker_is_ready()
                else:
                    self._poll.unregister(descriptor)
                    words.close()
                    child.words = None

    def _worker_is_ready(self) -> None:
        if self._is_ready:
            return
        self._is_ready = True
        if self._shared.is_not_filtering():
            self._say("NOT FILTERING: there is no usable list; names are resolved without any rule of a category")
        port = self._settings.dns[0].port
        self._say(f"ready; try: dig -p {port} @{self._settings.dns[0].host} {TEST_NAME}")
        self._notifier.ready("answering")

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._bury(child, status)

    def _bury(self, child: Child, status: int) -> None:
        now = self._clock.now()
        child.pid = 0
        if child.worker >= 0:
            self._shared.set_alive(child.worker, False)
            self._shared.count_restart()
        if now - child.started >= STEADY_SECONDS:
            child.pause = FIRST_PAUSE_SECONDS
        child.due = now + child.pause
        self._say(f"{child.title} ended ({describe_status(status)}), started again in {child.pause:.1f} s")
        child.pause = min(2 * child.pause, MOST_PAUSE_SECONDS)

    def _finish_build(self, job: Job) -> None:
        try:
            self._say(job.wait())
        except FilterdnsError as fault:
            self._say(f"the lists cannot be compiled:\n{fault}")

    # End

    def _end(self) -> int:
        self._notifier.stopping()
        self._say("stopping")
        living = {child.pid for child in self._children if child.pid}
        for pid in living:
            os.kill(pid, signal.SIGTERM)
        deadline = self._clock.now() + STOP_SECONDS
        while living and self._clock.now() < deadline:
            self._poll.poll(100)
            living = {pid for pid in living if os.waitpid(pid, os.WNOHANG)[0] == 0}
        for pid in living:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for sock in self._sockets.values():
            sock.close()
        return 0


def raise_descriptor_limit() -> None:
    """Have descriptors for many connections, as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(WANTED_DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
