"""One worker: an event loop with everything that answers queries, and a tick each second.

    release_watch -> index -> Profiles, Pipeline, Cache
    sockets -> UdpServer, TcpServer -> Clients -> Pipeline -> Forwarder

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
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filterdns.categories import P1
from filterdns.clock import Clock, day_number
from filterdns.errors import DataFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.resolver.cache.store import Cache
from filterdns.resolver.counters import SLOT
from filterdns.resolver.devices import CountedAnswers, Devices
from filterdns.resolver.forks import place_of
from filterdns.resolver.forwarder import Forwarder
from filterdns.resolver.limits.rate import Clients
from filterdns.resolver.miss import Miss
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.policy.clients import LOCAL_NETWORKS, Networks
from filterdns.resolver.policy.decision import Listings
from filterdns.resolver.policy.profile import Profile, Profiles
from filterdns.resolver.policy.restricted import RESTRICTED_CATEGORY, NoListings, RestrictedOverlay
from filterdns.resolver.release_watch import Calendar, ReleaseWatch
from filterdns.resolver.restricted_file import load_restricted
from filterdns.resolver.servers.connections import Connections, most_connections
from filterdns.resolver.servers.interfaces import local_addresses, on_link_networks
from filterdns.resolver.servers.listen import UDP, Endpoint, ListenFault, dropped, open_endpoints, wanted_endpoints
from filterdns.resolver.servers.tcp import SWEEP_SECONDS, TcpConnection, TcpServer
from filterdns.resolver.servers.udp import UdpServer
from filterdns.resolver.shared import Shared
from filterdns.resolver.words import READY, Orders, read_orders

try:  # where it has a wheel; nothing depends on it, and it costs less than 2 MiB
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop

ADDRESSES_SECONDS = 5  # how late a new address or network of the machine is noticed
DRAIN_MARGIN_SECONDS = 1.0  # beyond the total deadline of a query
_POLL_SECONDS = 0.02
# Answers make no cycles, but cached entries stay, and looking through them for cycles was a twentieth of a miss.
GC_THRESHOLDS = (20_000, 50, 100)
_ORDERS_OCTETS = 65_536
_OF_THE_FORWARDER = ("upstreams", "forwarded_zones", "rebinding_exceptions", "forward", "edns_octets")


class Asking:
    """Where servers bring their misses: the forwarder of the present configuration."""

    __slots__ = ("ask",)

    ask: Callable[[Miss, float], None]


class Worker:
    """Built and run in its own process. `number` counts from 0; `sockets` are bound already."""

    def __init__(
        self,
        number: int,
        orders: Orders,
        sockets: dict[Endpoint, socket.socket],
        state: Path,
        shared: Shared,
        secret: bytes,
        say: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self.number, self.shared = number, shared
        self.settings, self._columns = settings, columns = orders.settings, orders.columns
        self._secret, self._say, self._clock = secret, say, clock
        self._loop = new_event_loop()
        self._loop.set_exception_handler(self._tell)
        self._counts = shared.worker_counts(number)  # of the worker before us, so that no counter goes back
        self._watch = ReleaseWatch(state, say, Calendar())
        self._helplines = orders.helplines
        self._restricted: frozenset[bytes] = frozenset()
        self._load_restricted()
        index = self._watch.look(clock.now(), clock.when())
        self._categories = index.categories if index is not None else ()
        self._profiles = Profiles(settings.profiles, self._categories)
        self.pipeline = Pipeline(settings, self._profiles, self._listings(), Cache(settings.cache), clock)
        for column, profile in self._shown_profiles():
            profile.counts[:] = shared.profile_counts(number, column)
        self._devices = Devices(shared, number, columns, secret)
        self._count_devices()
        self._addresses = local_addresses()
        self.clients = Clients(self._networks(), settings.rates)
        self._asking = Asking()
        self.forwarder = self._new_forwarder()
        self._leaving: list[Forwarder] = []  # of configurations before this one, with queries in flight
        descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        most = most_connections(settings.tcp, descriptors)
        self.connections = Connections(most, settings.tcp.connections_a_client)
        self._udp: dict[Endpoint, UdpServer] = {}
        self._tcp: list[TcpServer] = []
        self._sockets = dict(sockets)
        for endpoint, sock in sockets.items():
            self._add_server(endpoint, sock)

    def _load_restricted(self) -> None:
        """Read the operator's closed list; a bad one leaves the one before in use."""
        if not self.settings.restricted_names_file:
            self._restricted = frozenset()
            return
        try:
            self._restricted = load_restricted(Path(self.settings.restricted_names_file))
        except DataFault as fault:
            self._say(f"the list of restricted names stays as it is ({len(self._restricted)} names):\n{fault}")

    def _listings(self) -> Listings:
        """The index in use with the closed list over it; without any index the helplines, which always resolve."""
        index = self._watch.index
        if index is None:
            return RestrictedOverlay(NoListings(), self._helplines, P1)
        masks = [category.mask for category in index.categories if category.id == RESTRICTED_CATEGORY]
        if masks and self._restricted:
            return RestrictedOverlay(index, self._restricted, masks[0])
        return index

    def _shown_profiles(self) -> list[tuple[int, Profile]]:
        """Profiles that have a column in the shared map."""
        columns = self._columns
        return [(columns[profile.id], profile) for profile in self._profiles.all if profile.id in columns]

    def _count_devices(self) -> None:
        """A school's numbers are hidden below ten devices, so they are counted there, and nowhere else."""
        if self.settings.school:
            self.pipeline.answers = CountedAnswers(
                self.settings.public_url, self.settings.page_addresses, self._devices
            )

    def _new_forwarder(self) -> Forwarder:
        forwarder = Forwarder(
            self.settings,
            self.pipeline,
            self._counts,
            self._loop,
            self._clock,
            os.urandom,
            self._say,
            self._secret,
        )
        self._asking.ask = forwarder.ask
        return forwarder

    def _add_server(self, endpoint: Endpoint, sock: socket.socket) -> None:
        parts = (sock, self.pipeline, self.clients, self._asking, self._loop, self._clock)
        if endpoint.transport == UDP:
            self._udp[endpoint] = UdpServer(*parts)
        else:
            self._tcp.append(TcpServer(*parts, self.settings.tcp, self.connections))

    def _networks(self) -> Networks:
        """Who may ask, and which profile is whose."""
        settings = self.settings
        allowed = settings.allowed_networks or (
            *LOCAL_NETWORKS,
            *on_link_networks((address.host for address in settings.dns), self._addresses),
        )
        if settings.open_resolver:
            allowed = ("0.0.0.0/0", "::/0")
        by_id = self._profiles.by_id
        clients = ((client.network, by_id[client.profile]) for client in settings.clients)
        return Networks(allowed, clients, by_id[settings.default_profile])

    # Life

    def run(self, words: socket.socket, keeps_reading: bool) -> None:
        """Answer until SIGTERM, then drain. `words` is our end towards the supervisor.

        `keeps_reading`: during a drain too, because the sockets are ours alone, and what waits in them dies with us.
        """
        loop = self._loop
        asyncio.set_event_loop(loop)
        stop = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)
        loop.run_until_complete(self._serve(stop, words, keeps_reading))
        loop.close()

    async def _serve(self, stop: asyncio.Event, words: socket.socket, keeps_reading: bool) -> None:
        self.forwarder.start()
        for udp in self._udp.values():
            udp.start()
        for tcp in self._tcp:
            await tcp.start()
        self._tick()
        self._sweep()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self.shared.set_alive(self.number, True)
        received = bytearray()
        words.sendall(READY)
        self._loop.add_reader(words, self._hear, words, received)
        await stop.wait()
        self._loop.remove_reader(words)
        await self._drain(keeps_reading)
        self.shared.set_alive(self.number, False)

    def _hear(self, words: socket.socket, received: bytearray) -> None:
        """Orders of the supervisor."""
        octets = words.recv(_ORDERS_OCTETS)
        received += octets
        if not octets:
            self._loop.remove_reader(words)
        while (orders := read_orders(received)) is not None:
            self.use_orders(orders)

    async def _drain(self, keeps_reading: bool) -> None:
        """Answer what was asked before the end: bounded, and no failed step keeps the others from being done."""
        for udp in self._udp.values():
            self._try(udp.drain)
            if not keeps_reading:
                self._try(udp.stop_reading)
        for tcp in self._tcp:
            self._try(tcp.stop_accepting)
        for connection in self.connections:
            if isinstance(connection, TcpConnection):
                self._try(connection.stop_reading)
        deadline = self._clock.now() + self.settings.forward.total_seconds + DRAIN_MARGIN_SECONDS
        while self._is_waiting() and self._clock.now() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
        for udp in self._udp.values():
            self._try(udp.drain if keeps_reading else udp.flush)
            if keeps_reading:
                self._try(udp.stop_reading)
        for forwarder in (*self._leaving, self.forwarder):
            self._try(forwarder.stop)
        for udp in self._udp.values():
            self._try(udp.close)
        for connection in self.connections:
            self._try(connection.abort)
        self._store()

    def _is_waiting(self) -> bool:
        return any(forwarder.in_flight for forwarder in (*self._leaving, self.forwarder)) or any(
            isinstance(connection, TcpConnection) and connection.is_waiting for connection in self.connections
        )

    def _try(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as error:
            self._say(f"worker {self.number}: {place_of(error)}")

    # Each second

    def _tick(self) -> None:
        """On the second: what is by time, by release, by the machine's addresses, and the counters."""
        now, when = self._clock.now(), self._clock.when()
        self._loop.call_later(1.0 - now % 1.0 + 0.001, self._tick)
        self.pipeline.new_second(now)
        before = self._watch.index
        index = self._watch.look(now, when)
        if index is not None:
            self.use_release(index)
            if before is not None:
                before.close()
        self._end_forwarders()
        if self.settings.school:
            self._devices.begin_day(day_number(when))
        if int(now) % ADDRESSES_SECONDS == 0:
            self._follow_addresses()
        self._store()

    def use_release(self, index: ReleaseIndex) -> None:
        """One assignment: the next query sees the new release whole."""
        if index.categories != self._categories:
            self._categories = index.categories
            self._profiles.use_categories(index.categories)
        self.pipeline.use_release(self._listings())

    def use_orders(self, orders: Orders) -> None:
        """A new configuration, taken between two queries; what is cached stays."""
        old, self.settings, self._columns = self.settings, orders.settings, orders.columns
        if self.settings.restricted_names_file or old.restricted_names_file:
            self._load_restricted()
            self.pipeline.use_release(self._listings())
        counts = {profile.id: profile.counts for profile in self._profiles.all}
        self._profiles = Profiles(self.settings.profiles, self._categories)
        for profile in self._profiles.all:
            profile.counts = counts.get(profile.id, profile.counts)
        self.pipeline.use_settings(self.settings, self._profiles)
        self._devices = Devices(self.shared, self.number, self._columns, self._secret)
        self._count_devices()
        self.clients.use(self._networks(), self.settings.rates)
        if any(getattr(old, name) != getattr(self.settings, name) for name in _OF_THE_FORWARDER):
            self._replace_forwarder()

    def _replace_forwarder(self) -> None:
        """New queries go to the new one; those in flight end with the old one."""
        leaving = self.forwarder
        self.forwarder = self._new_forwarder()
        self.forwarder.start()
        self._leaving.append(leaving)

    def _end_forwarders(self) -> None:
        for forwarder in [forwarder for forwarder in self._leaving if not forwarder.in_flight]:
            forwarder.stop()
            self._leaving.remove(forwarder)

    def _follow_addresses(self) -> None:
        addresses = local_addresses()
        if addresses == self._addresses:
            return
        self._addresses = addresses
        self.clients.use(self._networks(), self.settings.rates)
        for endpoint in wanted_endpoints(self.settings.dns, addresses):
            if endpoint.transport != UDP or endpoint in self._udp:
                continue
            try:
                opened = open_endpoints([endpoint], self.settings.udp_receive_octets, self._say)
            except ListenFault:
                continue  # not usable yet; looked at again when the addresses change
            self._sockets |= opened
            self._add_server(endpoint, opened[endpoint])
            self._udp[endpoint].start()
            self._say(f"listening on {endpoint}")

    def _sweep(self) -> None:
        self.connections.sweep(self._clock.now())
        self._loop.call_later(SWEEP_SECONDS, self._sweep)

    def _store(self) -> None:
        """Gauges and counters to where the metrics are read."""
        counts, cache = self._counts, self.pipeline.cache
        counts[SLOT["cache_entries"]] = cache.positive.entries + cache.negative.entries
        counts[SLOT["cache_octets"]] = cache.positive.octets + cache.negative.octets
        counts[SLOT["tcp_connections"]] = len(self.connections)
        counts[SLOT["in_flight"]] = self.forwarder.in_flight
        counts[SLOT["clients"]] = len(self.clients.young)
        counts[SLOT["send_failures"]] = sum(udp.send_failures for udp in self._udp.values())
        counts[SLOT["dropped_datagrams"]] = sum(dropped(self._sockets[endpoint]) for endpoint in self._udp)
        counts[SLOT["release"]] = self._watch.index.number if self._watch.index is not None else 0
        columns = ((column, profile.counts) for column, profile in self._shown_profiles())
        self.shared.store(self.number, counts, columns)

    def _tell(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """asyncio would tell addresses and octets; type and place are enough to find a fault."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._say(f"worker {self.number}: {place_of(error)}")
