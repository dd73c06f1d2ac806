"""Hot path. How one question is carried: to which upstream, over UDP or TCP, and what follows silence or nonsense.

    launch -> UDP to the best upstream -+-> a good answer: `arrived` delivers it
                                        +-> silence, refusal by the network: the next upstream, then the best again
                                        +-> SERVFAIL, REFUSED, no message: the next upstream that was not asked yet
                                        +-> truncated, ten forged replies, letter case lost: TCP to the same upstream
    Whatever happens, a flight ends at its deadline: with stale data or SERVFAIL.

`Forwarder` adds reading, time and the life of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from filterdns.categories import P1
from filterdns.resolver.counters import SLOT
from filterdns.resolver.forward.asking import compose_query, mix_case
from filterdns.resolver.forward.coalesce import Flight, Flights, Probe
from filterdns.resolver.forward.entropy import Entropy
from filterdns.resolver.forward.rebinding import any_inside, looks_filtered, shield
from filterdns.resolver.forward.selection import Selection
from filterdns.resolver.message.layout import (
    EDE_BLOCKED,
    EDE_NETWORK_ERROR,
    EDE_NO_REACHABLE_AUTHORITY,
    FORMERR,
    HEADER_OCTETS,
    NOERROR,
    NXDOMAIN,
)
from filterdns.resolver.message.query import canonical_question
from filterdns.resolver.upstreams.descriptors import Descriptors
from filterdns.resolver.upstreams.upstream import Upstream

if TYPE_CHECKING:
    from filterdns.config.settings import ForwardLimits
    from filterdns.resolver.message.records import Answer
    from filterdns.resolver.miss import Miss
    from filterdns.resolver.pipeline import Pipeline
    from filterdns.resolver.upstreams.ports import Port

SENT, MALFORMED, TIMEOUTS = SLOT["upstream_sent"], SLOT["upstream_malformed"], SLOT["upstream_timeouts"]
ANSWERED, MICROSECONDS = SLOT["upstream_answered"], SLOT["upstream_microseconds"]
_REFUSED, _TCP, _FAILURES = SLOT["upstream_refused_by_icmp"], SLOT["upstream_tcp"], SLOT["upstream_failures"]
_REBINDING = SLOT["upstream_rebinding"]
_TCP_ATTEMPTS = 2  # a connection takes a round trip more, a long answer several


class Discard:
    """The endpoint of a prefetch: the cache has the answer, nobody waits."""

    def deliver(self, miss: Miss, reply: bytes) -> None:
        """Nothing to do."""


DISCARD = Discard()


class Attempts:
    """Carries flights and ends them. `counts` is the worker's list of counters, `draw` the system's random octets."""

    def __init__(
        self,
        limits: ForwardLimits,
        pipeline: Pipeline,
        counts: list[int],
        draw: Callable[[int], bytes],
        call_soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self.limits = limits
        self.pipeline = pipeline
        self.counts = counts
        self.entropy = Entropy(draw)
        self.descriptors = Descriptors()
        self.flights = Flights(limits)
        self._place = 0  # which socket of an upstream carries what leaves in this turn of the loop
        self.routes: list[Selection[Upstream]] = []
        self._call_soon = call_soon
        self._outgoing: list[tuple[Port, bytes, Flight]] = []

    def launch(self, flight: Flight, now: float) -> None:
        """Send a new flight to the best upstream of its route."""
        miss = flight.first
        upstream = self.routes[miss.route].best
        key = miss.key[: miss.question_end - HEADER_OCTETS]  # without the variant
        octets = self.entropy.take(len(key) - 1)  # three, and one for each of the name
        flight.question = mix_case(key, octets[3:])
        limits = self.limits
        flight.deadline = now + limits.total_seconds
        if upstream is None:
            self.give_up(flight, EDE_NO_REACHABLE_AUTHORITY, "every upstream asks us", now)
            return
        if upstream.fallen:  # and so have all others: nobody is kept waiting for long
            flight.deadline = now + 1.5 * limits.attempt_seconds
        if not upstream.keeps_case:
            flight.question = key
        self.carry(flight, upstream, octets, now)

    def carry(self, flight: Flight, upstream: Upstream, octets: bytes, now: float) -> None:
        """Send a flight over UDP. `octets`: at least three random ones, for the ID and the socket."""
        flight.upstream = upstream
        flight.sent = now
        flight.due = now + self.limits.attempt_seconds
        try:
            if not self._outgoing:
                self._place = octets[2]  # of all that leave in this turn: their replies are then read in one go
            port = upstream.ports.draw(self._place, now)
        except OSError:
            self.blame(upstream, now)
            self.turned_away(flight, now)
            return
        ident = octets[:2]
        while ident in port.waiting:
            ident = self.entropy.take(2)
        flight.ask(port.waiting, ident)
        self.counts[SENT] += 1
        outgoing = self._outgoing
        if not outgoing:
            self._call_soon(self._flush)
        outgoing.append((port, compose_query(ident, flight.question, flight.key[1] | upstream.form), flight))

    def _flush(self) -> None:
        """Send what one turn of the event loop asked for, one right after the other.

        An upstream on this machine is then woken once and not for each query, which costs more than the sending.
        """
        outgoing, self._outgoing = self._outgoing, []
        for port, query, flight in outgoing:
            try:
                port.send(query)
            except BlockingIOError:
                pass  # the socket is full: as if the network had lost it
            except OSError:
                self._send_again(flight, port, query, flight.sent)

    def _send_again(self, flight: Flight, port: Port, query: bytes, now: float) -> None:
        """The error may be an ICMP message about an earlier query: it was told instead of sending this one."""
        try:
            port.send(query)
        except BlockingIOError:
            pass
        except OSError:
            self.blame(port.upstream, now)
            self.turned_away(flight, now)

    def blame(self, upstream: Upstream, now: float) -> None:
        """The network said that an upstream cannot be reached."""
        self.counts[_REFUSED] += 1
        self.routes[upstream.route].was_silent(upstream, now)

    def turned_away(self, flight: Flight, now: float) -> None:
        """The network refused (ICMP, no route, no socket): a hint to ask another upstream now, not an answer."""
        flight.refused = True
        if flight.__class__ is Probe:
            return
        other = self._next(flight)
        if other is not None:
            self._carry_on(flight, other, now)

    def was_silent(self, flight: Flight, now: float) -> None:
        """No answer in time: the next upstream, or the best one again, with another ID and port; or the end."""
        self.counts[TIMEOUTS] += 1
        route = self.route_of(flight)
        route.was_silent(flight.upstream, now)
        if flight.__class__ is Probe:
            flight.forget_sockets()
            return
        if now >= flight.deadline:
            self._expire(flight, now)
            return
        upstream = self._next(flight) or route.best
        if upstream is None:
            self._expire(flight, now)
            return
        self._carry_on(flight, upstream, now)

    def failed(self, flight: Flight, upstream: Upstream, ede: int | None, now: float) -> None:
        """A verified reply that is no answer: the next upstream; when all have been asked, the end."""
        self.counts[_FAILURES] += 1
        if ede is not None:
            flight.ede = ede
        self.route_of(flight).failed(upstream, now)
        if upstream is not flight.upstream:
            return  # it was late: another has been asked meanwhile
        other = self._next(flight)
        if other is not None:
            self._carry_on(flight, other, now)
            return
        ede = EDE_NO_REACHABLE_AUTHORITY if flight.ede is None else flight.ede
        self.give_up(flight, ede, "no upstream had an answer", now)

    def _next(self, flight: Flight) -> Upstream | None:
        if flight.tried is None:
            flight.tried = []
        if flight.upstream not in flight.tried:
            flight.tried.append(flight.upstream)
        return self.route_of(flight).next_after(flight.tried)

    def _carry_on(self, flight: Flight, upstream: Upstream, now: float) -> None:
        if flight.mismatches >= self.limits.mismatches:
            self.ask_over_tcp(flight, upstream, now)
            return
        key = canonical_question(flight.question)
        octets = self.entropy.take(len(key) - 1)
        if not upstream.keeps_case:
            flight.question = key
        elif flight.question == key:
            flight.question = mix_case(key, octets[3:])
        self.carry(flight, upstream, octets, now)
        flight.due = min(flight.due, flight.deadline)

    def ask_over_tcp(self, flight: Flight, upstream: Upstream, now: float) -> None:
        """Carry a flight over TCP, where nobody outside the path can forge a reply."""
        flight.over_tcp = True
        flight.upstream = upstream
        flight.due = min(now + _TCP_ATTEMPTS * self.limits.attempt_seconds, flight.deadline)
        try:
            stream = upstream.streams.draw(now)
        except OSError:
            self.blame(upstream, now)
            self.turned_away(flight, now)
            return
        if stream is None:
            return  # at the bound of connections: as if it had been silent
        ident = self.entropy.take(2)
        while ident in stream.waiting:
            ident = self.entropy.take(2)
        flight.ask(stream.waiting, ident)
        flight.sent = now
        self.counts[_TCP] += 1
        upstream.streams.send(stream, compose_query(ident, flight.question, flight.key[1] | upstream.form), now)

    def arrived(self, flight: Flight, upstream: Upstream, answer: Answer, now: float) -> None:
        """A verified reply: deliver it, unless it is no answer, or one that must not pass."""
        if answer.truncated:
            if not flight.over_tcp:
                self.ask_over_tcp(flight, upstream, now)
            return
        if answer.rcode not in (NOERROR, NXDOMAIN):
            if answer.rcode == FORMERR:
                if not upstream.form:
                    self.ask_without_opt(flight, upstream, now)
                    return
                upstream.form = 0  # it was not for OPT
            self.failed(flight, upstream, answer.ede, now)
            return
        self._measure(flight, upstream, now)
        if flight.first.protected & P1 and looks_filtered(answer):
            self._filtered_upstream(flight, upstream, now)
            return
        if answer.addresses and not flight.first.private_ok and any_inside(answer.addresses):
            self.counts[_REBINDING] += 1
            answer = shield()
        if not upstream.trusted_ad:
            answer.authenticated = False
        self._deliver(flight, answer, now)

    def ask_without_opt(self, flight: Flight, upstream: Upstream, now: float) -> None:
        """FORMERR: an old upstream may not know EDNS. The same question again, as it was asked before 1999."""
        upstream.lost_opt(now)
        self._carry_on(flight, upstream, now)

    def _measure(self, flight: Flight, upstream: Upstream, now: float) -> None:
        """Count an answer and its time; after a second attempt nobody knows which one was answered (RFC 6298)."""
        seconds = now - flight.sent if flight.attempts is None else upstream.smoothed
        self.counts[ANSWERED] += 1
        self.counts[MICROSECONDS] += int(seconds * 1e6)
        self.routes[flight.key[2]].answered(upstream, seconds)

    def _filtered_upstream(self, flight: Flight, upstream: Upstream, now: float) -> None:
        """An upstream filters a name that must always resolve: the next one, else our last good answer."""
        flight.upstream = upstream
        other = self._next(flight)
        if other is not None:
            self._carry_on(flight, other, now)
        else:
            self.give_up(flight, EDE_BLOCKED, "every upstream filters this name", now)

    def _deliver(self, flight: Flight, answer: Answer, now: float) -> None:
        pipeline = self.pipeline
        self.flights.land(flight)
        first = flight.first
        entry = pipeline.accept(first, answer, now)
        first.endpoint.deliver(first, pipeline.complete(first, entry, now))
        if flight.waiters is not None:
            for miss in flight.waiters:
                miss.endpoint.deliver(miss, pipeline.complete(miss, entry, now))

    def _expire(self, flight: Flight, now: float) -> None:
        if flight.refused:
            self.give_up(flight, EDE_NETWORK_ERROR, "the network refused every upstream", now)
        else:
            self.give_up(flight, EDE_NO_REACHABLE_AUTHORITY, "no upstream answered in time", now)

    def give_up(self, flight: Flight, ede: int, text: str, now: float) -> None:
        """End a flight without an answer: stale data or SERVFAIL for each who waits."""
        self.flights.land(flight)
        for miss in flight.misses():
            self.refuse(miss, ede, text, now)

    def refuse(self, miss: Miss, ede: int, text: str, now: float) -> None:
        """Stale data or SERVFAIL for one; a prefetch simply ends."""
        if miss.endpoint is not DISCARD:
            miss.endpoint.deliver(miss, self.pipeline.fail(miss, ede, text, now))

    def route_of(self, flight: Flight) -> Selection[Upstream]:
        """The upstreams among which a flight may choose."""
        return self.routes[flight.key[2]]
