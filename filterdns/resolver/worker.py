"""One worker: an event loop with everything that answers queries, and a tick each second.

    release, settings -> Rules -> Pipeline
    sockets -> Servers -> Clients -> Pipeline -> Forwarder

It draws its parts together and does nothing else. Whatever is by time, by release or by the machine's addresses is
looked at in the tick.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from filterdns.clock import Clock
from filterdns.forks import place_of
from filterdns.resolver.counters import SLOT
from filterdns.resolver.forwarder import Forwarder
from filterdns.resolver.limits.rate import Clients
from filterdns.resolver.miss import Miss
from filterdns.resolver.rules import Rules
from filterdns.resolver.servers.group import Servers
from filterdns.resolver.servers.held import Listening
from filterdns.resolver.servers.interfaces import local_addresses
from filterdns.resolver.shared import Shared
from filterdns.resolver.words import READY, Orders, read_orders

try:  # where it has a wheel; nothing depends on it, and it costs less than 2 MiB
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop

ADDRESSES_SECONDS = 5  # how late a new address or network of the machine is noticed
DRAIN_MARGIN_SECONDS = 1.0  # beyond the total deadline of a query
# Answers make no cycles, but cached entries stay, and looking through them for cycles was a twentieth of a miss. The
# first number counts what was made less what was let go: a full cache of 32 MiB stays below it, so only a leak is
# looked for.
GC_THRESHOLDS = (500_000, 10, 10)
_POLL_SECONDS = 0.02
_ORDERS_OCTETS = 65_536
_OF_THE_FORWARDER = ("upstreams", "forwarded_zones", "rebinding_exceptions", "forward", "edns_octets")


class Asking:
    """Where servers bring their misses: the forwarder of the present configuration."""

    __slots__ = ("ask",)

    ask: Callable[[Miss, float], None]


class Worker:
    """Built and run in its own process. `number` counts from 0. Raises ListenFault, DataFault."""

    def __init__(
        self,
        number: int,
        orders: Orders,
        listening: Listening,
        state: Path,
        shared: Shared,
        secret: bytes,
        say: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._number, self._shared = number, shared
        self._secret, self._say, self._clock = secret, say, clock
        self._loop = new_event_loop()
        self._loop.set_exception_handler(self._tell)
        self._counts = shared.worker_counts(number)  # of the worker before us, so that no counter goes back
        self._rules = Rules(number, orders, state, shared, secret, say, clock)
        self._pipeline = self._rules.pipeline
        self._addresses = local_addresses()
        self._clients = Clients(self._rules.networks(self._addresses), orders.settings.rates)
        self._asking = Asking()
        self._forwarder = self._new_forwarder()
        self._leaving: list[Forwarder] = []  # of configurations before this one, with queries in flight
        descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._servers = Servers(
            orders.settings,
            listening,
            descriptors,
            self._pipeline,
            self._clients,
            self._asking,
            self._loop,
            clock,
            say,
        )

    def _new_forwarder(self) -> Forwarder:
        forwarder = Forwarder(
            self._rules.settings,
            self._pipeline,
            self._counts,
            self._loop,
            self._clock,
            os.urandom,
            self._say,
            self._secret,
        )
        self._asking.ask = forwarder.ask
        return forwarder

    # Life

    def run(self, words: socket.socket) -> None:
        """Answer until SIGTERM, then drain. `words` is our end towards the supervisor."""
        loop = self._loop
        asyncio.set_event_loop(loop)
        stop = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.run_until_complete(self._serve(stop, words))
        loop.close()

    async def _serve(self, stop: asyncio.Event, words: socket.socket) -> None:
        self._forwarder.start()
        await self._servers.start()
        self._servers.follow(self._addresses)  # those that came after the supervisor looked
        self._tick()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        if self._rules.settings.workers > 1 and hasattr(os, "SCHED_BATCH"):
            # Two workers on one core must not tear each other's batches apart each time a datagram comes for one of
            # them: on a core of its own a worker is woken as fast as ever.
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        self._shared.set_alive(self._number, True)
        received = bytearray()
        words.sendall(READY)
        self._loop.add_reader(words, self._hear, words, received)
        await stop.wait()
        self._loop.remove_reader(words)
        await self._drain()
        self._shared.set_alive(self._number, False)

    def _hear(self, words: socket.socket, received: bytearray) -> None:
        """Orders of the supervisor."""
        octets = words.recv(_ORDERS_OCTETS)
        received += octets
        if not octets:
            self._loop.remove_reader(words)
        while (orders := read_orders(received)) is not None:
            self._use(orders)

    async def _drain(self) -> None:
        """Answer what was asked before the end: bounded, and no failed step keeps the others from being done."""
        self._try(self._servers.begin_drain())
        forwarders = (*self._leaving, self._forwarder)
        deadline = self._clock.now() + self._rules.settings.forward.total_seconds + DRAIN_MARGIN_SECONDS
        while self._clock.now() < deadline:
            if not self._servers.are_waiting and not any(forwarder.in_flight for forwarder in forwarders):
                break
            await asyncio.sleep(_POLL_SECONDS)
        self._try(self._servers.last_read())
        self._try(forwarder.stop for forwarder in forwarders)
        self._try(self._servers.end())
        self._store()

    def _try(self, steps: Iterable[Callable[[], object]]) -> None:
        for step in steps:
            try:
                step()
            except Exception as error:
                self._say(f"worker {self._number}: {place_of(error)}")

    # Each second

    def _tick(self) -> None:
        """On the second: what is by time, by release, by the machine's addresses, and the counters."""
        now = self._clock.now()
        self._loop.call_later(1.0 - now % 1.0 + 0.001, self._tick)
        self._rules.tick(now, self._clock.when())
        self._read_on()
        for forwarder in [forwarder for forwarder in self._leaving if not forwarder.in_flight]:
            forwarder.stop()
            self._leaving.remove(forwarder)
        if int(now) % ADDRESSES_SECONDS == 0:
            addresses = local_addresses()
            if addresses != self._addresses:
                self._addresses = addresses
                self._clients.use(self._rules.networks(addresses), self._rules.settings.rates)
                self._servers.follow(addresses)
        self._store()

    def _read_on(self) -> None:
        """A long file of suspensions is read between answers, not before them."""
        if self._rules.read_on():
            self._loop.call_soon(self._read_on)

    def _use(self, orders: Orders) -> None:
        """New settings, taken while we answer."""
        old = self._rules.settings
        self._rules.use(orders)
        self._clients.use(self._rules.networks(self._addresses), orders.settings.rates)
        if any(getattr(old, name) != getattr(orders.settings, name) for name in _OF_THE_FORWARDER):
            self._leaving.append(self._forwarder)  # what is in flight ends with it
            self._forwarder = self._new_forwarder()
            self._forwarder.start()

    def _store(self) -> None:
        """Gauges and counters to where the metrics are read."""
        counts, cache = self._counts, self._pipeline.cache
        counts[SLOT["cache_entries"]] = cache.positive.entries + cache.negative.entries
        counts[SLOT["cache_octets"]] = cache.positive.octets + cache.negative.octets
        counts[SLOT["tcp_connections"]] = len(self._servers.connections)
        counts[SLOT["in_flight"]] = self._forwarder.in_flight
        counts[SLOT["clients"]] = len(self._clients.young)
        counts[SLOT["send_failures"]] = self._servers.send_failures
        counts[SLOT["dropped_datagrams"]] = self._servers.dropped
        counts[SLOT["release"]] = self._rules.release
        columns = ((column, profile.counts) for column, profile in self._rules.shown_profiles())
        self._shared.store(self._number, counts, columns)

    def _tell(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """asyncio would tell addresses and octets; type and place are enough to find a fault."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._say(f"worker {self._number}: {place_of(error)}")
