"""Hot path. Asks upstreams what the cache does not know, without a task, a timer or a future for a query.

    ask -> bounds, coalesce -> `Attempts.launch` -> one send
    epoll -> recv -> verify -> read_answer -> `Attempts.arrived` -> accept, complete, deliver

All sockets stand in one epoll, whose descriptor the event loop watches. One timer of 50 ms looks at everything in
flight (at most some thousand) while there is something, and once a second at the sockets; without work it stops.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import Callable
from typing import TYPE_CHECKING

from filterdns.clock import Clock
from filterdns.config.settings import UpstreamServer
from filterdns.errors import WireFault
from filterdns.resolver.counters import SLOT
from filterdns.resolver.forward.asking import mix_case
from filterdns.resolver.forward.coalesce import Bound, Flight, Probe
from filterdns.resolver.forward.selection import Selection
from filterdns.resolver.forward.verify import answers, answers_in_other_case, is_bare_formerr
from filterdns.resolver.message.layout import EDE_OTHER, HEADER_OCTETS
from filterdns.resolver.message.query import canonical_question
from filterdns.resolver.message.records import read_answer
from filterdns.resolver.upstreams.attempts import DISCARD, MALFORMED, Attempts
from filterdns.resolver.upstreams.probe import QUESTION_TAIL, Probes
from filterdns.resolver.upstreams.upstream import Upstream

if TYPE_CHECKING:
    from filterdns.config.settings import Settings
    from filterdns.resolver.miss import Miss
    from filterdns.resolver.pipeline import Pipeline
    from filterdns.resolver.upstreams.ports import Port
    from filterdns.resolver.upstreams.streams import Stream

TICK_SECONDS = 0.05
SWEEP_TICKS = 20
_MOST_REPLIES = 64  # of one socket in one round
_ROUNDS, _MOST_EVENTS = 4, 256  # in one turn of the event loop, so that clients are read in between
_RECEIVE_OCTETS = 4_096  # we ask for 1232; what is longer than this is cut off and no message
_MISMATCHES, _COALESCED, _LOOPS = SLOT["upstream_mismatches"], SLOT["coalesced"], SLOT["upstream_loops"]
_BOUNDS = {bound: SLOT[bound.value] for bound in Bound}
_SECRET_OCTETS = 16


class Forwarder(Attempts):
    """The forwarder of one worker.

    `counts` is the worker's list of counters, `report` is told of upstreams that are loops (addresses of upstreams, no
    names and no clients), `secret` is shared by the workers of one installation (`upstreams.probe`).
    The supervisor has put the system's resolvers into `settings.upstreams` if a person named none.
    """

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline,
        counts: list[int],
        loop: asyncio.AbstractEventLoop,
        clock: Clock | None = None,
        urandom: Callable[[int], bytes] = os.urandom,
        report: Callable[[str], None] = lambda text: None,
        secret: bytes = b"",
    ) -> None:
        super().__init__(settings.forward, pipeline, counts, urandom, loop.call_soon)
        self._loop = loop
        self._clock = clock or Clock()
        self._report = report
        self._probes = Probes(secret or urandom(_SECRET_OCTETS))
        self._probing: list[Probe] = []
        self._timer: asyncio.TimerHandle | None = None
        self._ticks = self._quiet_ticks = 0
        self._slow = True  # the timer, because nothing was in flight for a second
        self._poll = self.descriptors.epoll.poll
        for servers in (settings.upstreams, *(zone.servers for zone in settings.forwarded_zones)):
            self._add_route(servers)

    def _add_route(self, servers: tuple[UpstreamServer, ...]) -> None:
        number = len(self.routes)
        upstreams = [Upstream(server, number, self.limits, self.entropy, self.descriptors) for server in servers]
        for upstream in upstreams:
            self._probes.name_for(upstream)
        self.routes.append(Selection(upstreams))

    # Life

    def start(self) -> None:
        """Watch the sockets, give the pipeline what it needs of us, and probe every upstream."""
        self._loop.add_reader(self.descriptors.epoll.fileno(), self._readable)
        self.pipeline.prefetch = self.prefetch
        self.pipeline.probe_names = self._probes.names
        self.pipeline.on_probe = self.on_probe
        self._wake()
        self.sweep(self._clock.now())

    def stop(self) -> None:
        """End what is in flight, with stale data or SERVFAIL, and close every socket."""
        now = self._clock.now()
        self._outgoing.clear()
        for flight in list(self.flights.by_question.values()):
            self.give_up(flight, EDE_OTHER, "the resolver stops", now)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop.remove_reader(self.descriptors.epoll.fileno())
        self.descriptors.close()

    @property
    def in_flight(self) -> int:
        """Misses that wait for an upstream."""
        return self.flights.count

    # Asking

    def ask(self, miss: Miss, now: float) -> None:
        """Have a miss answered through `miss.endpoint`: at once at a bound, at its deadline at the latest."""
        flight = self.flights.join(miss)
        if isinstance(flight, Bound):
            self._at_bound(miss, flight, now)
        elif flight.due:
            self.counts[_COALESCED] += 1
        else:
            self.launch(flight, now)
            if self._slow:
                self._wake()

    def _at_bound(self, miss: Miss, bound: Bound, now: float) -> None:
        self.counts[_BOUNDS[bound]] += 1
        self.refuse(miss, EDE_OTHER, "too many queries wait for an upstream", now)

    def prefetch(self, miss: Miss) -> None:
        """Ask for what the cache is about to lose; nobody waits, and half of all places stay free for those who do."""
        if self.flights.count < self.limits.in_flight // 2:
            miss.endpoint = DISCARD
            self.ask(miss, self._clock.now())

    # Reading

    def _readable(self) -> None:
        """Some rounds over the sockets that are ready."""
        now = self._clock.now()
        ports = self.descriptors.ports
        for _ in range(_ROUNDS):
            events = self._poll(0, _MOST_EVENTS)
            for descriptor, event in events:
                port = ports.get(descriptor)
                if port is None:
                    self._stream_ready(descriptor, event, now)
                    continue
                self._read_port(port, now)
            if len(events) < 2:
                return

    def _read_port(self, port: Port, now: float) -> None:
        """Read as many replies as are waited for here; one at least, since a forger's must be seen too."""
        receive = port.receive
        for _ in range(min(len(port.waiting), _MOST_REPLIES) or 1):
            try:
                reply = receive(_RECEIVE_OCTETS)
            except BlockingIOError:
                return
            except OSError:
                self._port_refused(port, now)
                return
            self._take(port, reply, now)

    def _take(self, port: Port, reply: bytes, now: float) -> None:
        """A datagram from an upstream's address and port: whose reply is it, and is it one?"""
        ident = reply[:2]
        flight = port.waiting.get(ident)
        upstream = port.upstream
        if flight is None or not (
            answers(reply, flight.question)
            or (not upstream.keeps_case and answers_in_other_case(reply, canonical_question(flight.question)))
        ):
            if flight is not None and is_bare_formerr(reply) and not upstream.form and flight.__class__ is Flight:
                self.ask_without_opt(flight, upstream, now)
            else:
                self._mismatch(port, flight, reply, now)
            return
        del port.waiting[ident]
        self._read(flight, upstream, reply, now)

    def _read(self, flight: Flight, upstream: Upstream, reply: bytes, now: float) -> None:
        """A verified reply."""
        if flight.__class__ is Probe:
            self._probe_answered(flight, upstream, now)
            return
        try:
            answer = read_answer(reply, flight.question, flight.key[1] & 2 != 0)
        except WireFault:
            self.counts[MALFORMED] += 1
            self.failed(flight, upstream, None, now)
            return
        self.arrived(flight, upstream, answer, now)

    def _mismatch(self, port: Port, flight: Flight | None, reply: bytes, now: float) -> None:
        """Not the reply to anything that waits here: counted and ignored, until there are too many of them.

        A reply that is right but for its letter case may come from an upstream that does not keep it: TCP will tell.
        """
        self.counts[_MISMATCHES] += 1
        for suspect in list(port.waiting.values()) if flight is None else [flight]:
            suspect.mismatches += 1
            other_case = flight is not None and answers_in_other_case(reply, canonical_question(flight.question))
            if not suspect.over_tcp and (other_case or suspect.mismatches >= self.limits.mismatches):
                self.ask_over_tcp(suspect, port.upstream, now)

    def _port_refused(self, port: Port, now: float) -> None:
        """ICMP came for a query on this socket. All that wait on it go on elsewhere; its own replies still count."""
        self.blame(port.upstream, now)
        for flight in list(port.waiting.values()):
            if flight.upstream is port.upstream:
                self.turned_away(flight, now)

    def _stream_ready(self, descriptor: int, event: int, now: float) -> None:
        stream = self.descriptors.streams.get(descriptor)
        if stream is None:
            return  # closed in this round
        streams = stream.upstream.streams
        try:
            if event & select.EPOLLOUT:
                streams.write(stream)
            messages = streams.read(stream) if event & ~select.EPOLLOUT else []
        except OSError:
            messages = None
        if messages is None or not all(self._take_from_stream(stream, reply, now) for reply in messages):
            self._stream_closed(stream, now)

    def _take_from_stream(self, stream: Stream, reply: bytes, now: float) -> bool:
        """One message over TCP; False if it is not what was asked for, and then the connection is worth nothing."""
        flight = stream.waiting.get(reply[:2])
        if flight is None or len(reply) < HEADER_OCTETS:
            return flight is None and len(reply) >= HEADER_OCTETS  # given up meanwhile
        upstream = stream.upstream
        if not answers(reply, flight.question):
            if not answers_in_other_case(reply, canonical_question(flight.question)):
                return False
            upstream.lost_case(now)
        del stream.waiting[reply[:2]]
        stream.used = now
        stream.answered += 1
        self._read(flight, upstream, reply, now)
        return True

    def _stream_closed(self, stream: Stream, now: float) -> None:
        served = stream.answered
        if not served:
            self.blame(stream.upstream, now)
        for flight in stream.upstream.streams.close(stream):
            if flight.upstream is not stream.upstream:
                continue
            if served:
                self.ask_over_tcp(flight, stream.upstream, now)
            else:
                self.turned_away(flight, now)

    # Time

    def _wake(self) -> None:
        """Tick fast again: something is in flight."""
        if self._timer is not None:
            self._timer.cancel()
        self._slow = False
        self._quiet_ticks = 0
        self._timer = self._loop.call_later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        """Look at what is in flight, each 20th time at sockets and probes; slow after a second without work."""
        now = self._clock.now()
        self.tick(now)
        self._ticks += 1
        left = self.sweep(now) if self._slow or self._ticks % SWEEP_TICKS == 0 else 1
        self._quiet_ticks = 0 if self.flights.by_question or self._probing else self._quiet_ticks + 1
        self._slow = self._quiet_ticks >= SWEEP_TICKS
        if self._slow and not left:
            self._timer = None
        else:
            self._timer = self._loop.call_later(1.0 if self._slow else TICK_SECONDS, self._tick)

    def tick(self, now: float) -> None:
        """Go on with every flight and probe that is due."""
        for flight in [flight for flight in self.flights.by_question.values() if flight.due <= now]:
            self.was_silent(flight, now)
        if self._probing:
            for probe in [probe for probe in self._probing if probe.due <= now]:
                self._probing.remove(probe)
                self.was_silent(probe, now)

    def sweep(self, now: float) -> int:
        """Close old sockets, rank the upstreams, send the probes that are due; how many sockets are left."""
        left = 0
        for route in self.routes:
            route.rank()
            for upstream in route.candidates:
                left += upstream.sweep(now)
            for upstream in route.due_probes(now):
                self._probe(upstream, now)
        return left

    # Probes

    def _probe(self, upstream: Upstream, now: float) -> None:
        key = self._probes.name_for(upstream) + QUESTION_TAIL
        octets = self.entropy.take(len(key) - 1)
        probe = Probe(mix_case(key, octets[3:]) if upstream.keeps_case else key, upstream.route, upstream)
        probe.deadline = now + self.limits.total_seconds
        self._probing.append(probe)
        self.carry(probe, upstream, octets, now)

    def _probe_answered(self, probe: Flight, upstream: Upstream, now: float) -> None:
        probe.forget_sockets()
        if probe in self._probing:
            self._probing.remove(probe)
            self.routes[probe.key[2]].answered(upstream, now - probe.sent)

    def on_probe(self, qname: bytes) -> None:
        """A probe of ours came in as a query: its upstream asks us, and is left out from now on."""
        upstream = self._probes.names[qname]
        if upstream.looped:
            return
        self.counts[_LOOPS] += 1
        for route in self.routes:
            if upstream in route.candidates:
                route.found_loop(upstream)
                rest = "" if route.best else "; NO UPSTREAM IS LEFT"
                self._report(f"upstream {upstream.server.address} asks filterdns itself and is left out{rest}")
