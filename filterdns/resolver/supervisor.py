"""The process that stays: it holds the sockets, forks everything else, and starts again what dies.

    configuration --child--> Settings           lists --child--> a release that is whole
    sockets -> workers, metrics, pages, keeper  signals: TERM drains and ends, HUP reloads and wakes the keeper

It has no event loop and answers nothing: it waits in one poll(2) for signals, results of jobs and words of workers.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filterdns.clock import Clock
from filterdns.config.settings import Settings
from filterdns.errors import FilterdnsError
from filterdns.forks import FAULT_STATUS
from filterdns.jobs import Jobs
from filterdns.resolver.crew import Child, Crew
from filterdns.resolver.parts import Parts
from filterdns.resolver.servers.systemd import Notifier, inherited_sockets
from filterdns.resolver.shared import Shared
from filterdns.resolver.standing import Standing
from filterdns.resolver.upstreams.system import system_upstreams
from filterdns.resolver.words import write_orders
from filterdns.resolver.worker import Worker

WANTED_DESCRIPTORS = 4_096
BUILD_NICE = 10  # the lists are built behind everything else
TEST_NAME = "adult.filterdns.test"
_STOPS = {signal.SIGTERM, signal.SIGINT}


def serve(
    config: Path | None, state: Path, parts: Parts, *, pages: bool = True, out: Callable[[str], None] = print
) -> int:
    """Run filterdns until SIGTERM or SIGINT; the exit status. Faults at the start are told and end it."""

    def say(text: str) -> None:
        try:
            out(text)
        except (OSError, ValueError):
            pass  # nobody reads it any more; names are still to be resolved

    supervisor = Supervisor(config, state, parts, pages, say)
    try:
        return supervisor.run()
    except FilterdnsError as fault:
        say(f"filterdns cannot start:\n{fault}")
        return FAULT_STATUS
    finally:
        supervisor.end()


class Supervisor:
    """One installation at work."""

    def __init__(self, config: Path | None, state: Path, parts: Parts, pages: bool, out: Callable[[str], None]) -> None:
        self._config, self._state, self._parts, self._pages = config, state, parts, pages
        self._say = out
        self._clock = Clock()
        self._shared = Shared()
        self._secret = os.urandom(16)
        self._notifier = Notifier(os.environ)
        self._standing = Standing(inherited_sockets(os.environ, os.getpid()), out)
        self._poll = select.poll()
        self._crew = Crew(self._poll, self._shared, self._clock, out, self._standing.sockets)
        self._jobs = Jobs(self._poll, out, self._standing.sockets)
        self._keeper: Child | None = None  # of the lists; begins behind the first answers
        self._kept_under: tuple[object, ...] = ()  # what of the settings
        self._settled = False  # the state folder has been looked at
        self._fault: FilterdnsError | None = None  # of the start
        self._signals: set[int] = set()
        self._wake, self._wake_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_up = False

    def run(self) -> int:
        """Start everything and keep it going until a signal. Raises FilterdnsError if it cannot start."""
        signal.set_wakeup_fd(self._wake_end, warn_on_full_buffer=False)
        for number in (*_STOPS, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda number, frame: self._signals.add(number))
        self._poll.register(self._wake, select.POLLIN)
        raise_descriptor_limit()
        self._jobs.start("configuration", self._load, self._first_settings, self._cannot_start)
        self._jobs.start("lists", self._settle, self._first_release, self._cannot_start)
        while not self._signals & _STOPS:
            self._turn()
            if self._fault is not None:
                raise self._fault
        return 0

    # Jobs

    def _load(self) -> Settings:
        settings = self._parts.load(self._config)
        return settings if settings.upstreams else replace(settings, upstreams=system_upstreams(settings.dns))

    def _settle(self) -> int:
        return self._parts.settle(self._state)

    def _build(self, done: Callable[[str], None], failed: Callable[[FilterdnsError], None], nice: int) -> None:
        self._jobs.start("lists", lambda: self._parts.build(self._state), done, failed, nice)

    def _build_again(self) -> None:
        self._build(self._say, self._lists_stay, BUILD_NICE)

    def _lists_stay(self, fault: FilterdnsError) -> None:
        self._say(f"the lists cannot be compiled, those in use stay:\n{fault}")

    # Start

    def _cannot_start(self, fault: FilterdnsError) -> None:
        self._fault = fault

    def _first_settings(self, settings: Settings) -> None:
        try:
            self._standing.begin(settings)
        except FilterdnsError as fault:
            self._fault = fault
            return
        if self._settled:
            self._look_at_log()

    def _first_release(self, number: int) -> None:
        if not number:
            self._say("compiling the lists for the first time ...")
            self._build(self._first_build, self._without_lists, 0)
            return
        self._first_build("")

    def _without_lists(self, fault: FilterdnsError) -> None:
        self._say(f"the lists cannot be compiled:\n{fault}")
        self._jobs.start("helplines", self._parts.helplines, self._know_helplines, lambda _: self._first_build(""))

    def _know_helplines(self, names: frozenset[bytes]) -> None:
        self._standing.helplines = names
        self._first_build("")

    def _first_build(self, text: str) -> None:
        if text:
            self._say(text)
        self._settled = True
        if self._standing.has_settings:
            self._look_at_log()

    def _look_at_log(self) -> None:
        """Where a log is required, begin with a release that it has, or without any."""
        settings, state = self._standing.settings, self._state
        if settings.require_log:
            self._jobs.start("log", lambda: self._parts.settle_log(settings, state), self._log_says, self._cannot_start)
        else:
            self._begin()

    def _log_says(self, text: str) -> None:
        if text:
            self._say(text)
        self._begin()

    def _begin(self) -> None:
        settings = self._standing.settings
        gc.collect()
        gc.freeze()
        self._crew.add_workers(settings.workers, self._work)
        self._add_others(settings)
        self._say(f"listening on {', '.join(map(str, self._standing.listening.endpoints))}")
        self._say(f"forwarding to {', '.join(str(server.address) for server in settings.upstreams)}")

    def _add_others(self, settings: Settings) -> None:
        parts, state, shared, columns = self._parts, self._state, self._shared, self._standing.columns
        if settings.metrics is not None:
            self._say(f"metrics on http://{settings.metrics}/metrics")
            self._crew.add("metrics", lambda: parts.serve_metrics(settings, state, shared, columns))
        if self._pages and settings.pages is not None:
            self._say(f"pages on http://{settings.pages}/")
            self._crew.add("pages", lambda: parts.serve_pages(settings, state, shared.is_not_filtering))

    def _start_keeper(self) -> None:
        settings, state, keep_lists = self._standing.settings, self._state, self._parts.keep_lists

        def keep() -> None:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it listens: it begins with an update anyway
            keep_lists(settings, state, self._say)

        self._kept_under = _keeping(settings)
        self._keeper = self._crew.add("keeper of the lists", keep)

    def _work(self, number: int, words: socket.socket) -> None:
        """In a worker's process."""
        self._standing.finish()  # in this process there is no way back
        orders, listening = self._standing.orders(), self._standing.listening
        Worker(number, orders, listening, self._state, self._shared, self._secret, self._say, self._clock).run(words)

    # One turn

    def _turn(self) -> None:
        """Wait for something to happen, and see to it."""
        for descriptor, _ in self._poll.poll(self._crew.wait_milliseconds()):
            if descriptor == self._wake:
                os.read(self._wake, 4_096)
            elif not self._jobs.hear(descriptor) and self._crew.hear(descriptor):
                self._worker_is_ready()
        if signal.SIGHUP in self._signals and self._is_up:
            self._signals.discard(signal.SIGHUP)
            self._reload()
        for child, status in self._crew.dead():
            self._bury(child, status)
        self._crew.start_due()

    def _worker_is_ready(self) -> None:
        if self._crew.retired() and all(child.ready for child in self._crew.workers()):
            self._take_over()
        if self._is_up:
            return
        self._is_up = True
        if self._shared.is_not_filtering():
            self._say("NOT FILTERING: there is no usable list, so names are resolved whatever their category")
        address = self._standing.listening.endpoints[0]
        self._say(f"ready; try: dig -p {address.port} @{address.host} {TEST_NAME}")
        self._notifier.ready("answering")
        self._start_keeper()  # behind the first answers: lists may have changed while we were off

    def _bury(self, child: Child, status: int) -> None:
        if child.retired:
            self._crew.children.remove(child)
            return
        if child.worker >= 0 and self._crew.retired():
            self._go_back()
            return
        if child.worker >= 0:
            self._shared.count_restart()
        self._say(child.plan_restart(status, self._clock.now()))
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGBUS:
            child.due = None  # the index that it had mapped was damaged below it

            def go_on(number: int) -> None:
                self._say(f"checked the lists: {f'release {number} is used' if number else 'no release is whole'}")
                child.due = self._clock.now()
                if not number:
                    self._build_again()

            self._jobs.start("lists", self._settle, go_on, self._cannot_start)

    # Reload

    def _reload(self) -> None:
        """Read configuration and lists anew; a bad one replaces nothing."""
        self._say("reloading")
        self._notifier.reloading(self._clock.now())
        self._jobs.start("configuration", self._load, self._apply, self._stay)
        if self._keeper is not None:
            self._keeper.wake(self._clock.now())

    def _stay(self, fault: FilterdnsError) -> None:
        self._say(f"the configuration cannot be used, the one before stays:\n{fault}")
        self._notifier.ready("the new configuration has faults, the one before stays")

    def _apply(self, settings: Settings) -> None:
        standing = self._standing
        if self._crew.retired():
            self._stay(FilterdnsError("the workers of the reload before are still starting; reload again"))
        elif settings == standing.settings and not settings.restricted_names_file:  # a file that may have changed
            self._hold("the configuration has not changed")
        elif standing.fits_workers(settings):
            standing.take(settings)
            self._crew.tell_workers(write_orders(standing.orders()))
            self._renew_others()
            self._hold("the new configuration holds")
        else:
            self._replace_workers(settings)

    def _replace_workers(self, settings: Settings) -> None:
        """Start workers under the new settings beside the old ones, which leave when all of the new are ready."""
        try:
            self._standing.begin(settings)
        except FilterdnsError as fault:
            self._stay(fault)
            return
        for child in self._crew.workers():
            child.retired = True
        self._crew.add_workers(settings.workers, self._work)

    def _take_over(self) -> None:
        for child in self._crew.retired():
            child.stop()
        self._standing.finish()
        self._renew_others()
        endpoints = self._standing.listening.endpoints
        self._hold(f"the new configuration holds; listening on {', '.join(map(str, endpoints))}")

    def _go_back(self) -> None:
        """New workers do not start: the old ones stay."""
        self._crew.stop(self._crew.workers())
        for child in self._crew.retired():
            child.retired = False
        self._standing.go_back()
        self._stay(FilterdnsError("a worker could not start under it"))

    def _renew_others(self) -> None:
        """Metrics and pages begin anew under the settings that hold, the keeper if they are about lists."""
        settings = self._standing.settings
        stays = self._keeper if _keeping(settings) == self._kept_under else None  # no update is begun anew for nothing
        self._crew.stop([child for child in self._crew.children if child.worker < 0 and child is not stays])
        self._add_others(settings)
        if stays is None:
            self._start_keeper()

    def _hold(self, text: str) -> None:
        self._say(text)
        self._notifier.ready("answering")

    # End

    def end(self) -> None:
        """Stop all children, workers after their drain."""
        self._notifier.stopping()
        self._jobs.stop()
        if self._is_up:
            self._say("stopping")
        self._crew.stop(list(self._crew.children))
        self._standing.close()


def _keeping(settings: Settings) -> tuple[object, ...]:
    """What the keeper of the lists is started under."""
    return settings.lists, settings.role, settings.publisher, settings.require_log, settings.log_policy_file


def raise_descriptor_limit() -> None:
    """Have descriptors for many connections, as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(WANTED_DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
