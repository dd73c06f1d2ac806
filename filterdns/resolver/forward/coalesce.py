"""Hot path. Questions in flight: equal ones wait for one answer, and each kind of waiting has a bound.

At a bound nobody queues: the client gets stale data or SERVFAIL at once, and the others' answers are not delayed.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from filterdns.config.settings import ForwardLimits
    from filterdns.resolver.miss import Miss

_SHORT_LABEL = 3  # co.uk, com.au, ne.jp


class Bound(Enum):
    """A bound that a miss ran into; the value is the counter's name."""

    IN_FLIGHT = "bound_in_flight"
    CLIENT = "bound_client"
    DOMAIN = "bound_domain"
    WAITERS = "bound_waiters"


class Flight:
    """One question on its way to the upstreams, and the misses that wait for it (the first one apart)."""

    __slots__ = (
        "attempts",
        "deadline",
        "domain",
        "due",
        "ede",
        "first",
        "ident",
        "key",
        "mismatches",
        "over_tcp",
        "question",
        "refused",
        "sent",
        "tried",
        "upstream",
        "waiters",
        "waiting",
    )

    def __init__(self, key: tuple[bytes, int, int, int], first: Miss) -> None:
        self.key = key  # question with the cache's variant, variant (DO << 1 | CD), route, protected
        self.first = first
        self.domain = b""  # registrable, while domains are counted
        self.waiters: list[Miss] | None = None
        self.question = b""  # as sent, in mixed case
        self.upstream: Any = None  # the one that was asked last
        self.waiting: dict[bytes, Flight] = {}  # of the socket that carries it, by ID
        self.ident = b""
        self.attempts: list[tuple[dict[bytes, Flight], bytes]] | None = None  # earlier ones, whose replies still count
        self.tried: list[Any] | None = None  # upstreams before this one
        self.sent = self.due = self.deadline = 0.0
        self.mismatches = 0
        self.over_tcp = False
        self.refused = False  # by the network, at least once
        self.ede: int | None = None  # of the last upstream that failed

    def misses(self) -> list[Miss]:
        """Everybody who waits."""
        return [self.first] if self.waiters is None else [self.first, *self.waiters]

    def ask(self, waiting: dict[bytes, Flight], ident: bytes) -> None:
        """From now on a socket carries it under this ID; a reply to an earlier attempt still counts."""
        if self.ident:
            if self.attempts is None:
                self.attempts = []
            self.attempts.append((self.waiting, self.ident))
        self.waiting, self.ident = waiting, ident
        waiting[ident] = self

    def forget_sockets(self) -> None:
        """No reply to any attempt counts from now on."""
        self.waiting.pop(self.ident, None)
        if self.attempts is not None:
            for waiting, ident in self.attempts:
                waiting.pop(ident, None)


class Probe(Flight):
    """A question of our own to one upstream; nobody waits for it."""

    __slots__ = ()

    def __init__(self, question: bytes, route: int, upstream: Any) -> None:
        super().__init__((question, 0, route, 0), cast("Miss", None))
        self.question = question
        self.upstream = upstream


class Flights:
    """All questions in flight of one worker."""

    __slots__ = ("_domains", "_limits", "by_question", "count")

    def __init__(self, limits: ForwardLimits) -> None:
        self._limits = limits
        self.by_question: dict[tuple[bytes, int, int, int], Flight] = {}
        self.count = 0  # misses that wait
        # Flights by domain, counted only while there are so many that one domain could be at its bound.
        self._domains: dict[bytes, int] | None = None

    def join(self, miss: Miss) -> Flight | Bound:
        """The flight of the miss's question, a new one (`due` is 0) if there is none; or the bound that it ran into."""
        limits, client = self._limits, miss.client
        if self.count >= limits.in_flight:
            return Bound.IN_FLIGHT
        if client.in_flight >= limits.in_flight_a_client:
            return Bound.CLIENT
        key = (miss.key, miss.variant, miss.route, miss.protected)
        flight = self.by_question.get(key)
        if flight is not None:
            if flight.waiters is None:
                flight.waiters = []
            elif len(flight.waiters) >= limits.waiters - 1:
                return Bound.WAITERS
            flight.waiters.append(miss)
        else:
            flight = Flight(key, miss)
            counting = self._domains is not None or len(self.by_question) >= limits.in_flight_a_domain
            if counting and not self._has_room(flight):
                return Bound.DOMAIN
            self.by_question[key] = flight
        client.in_flight += 1
        self.count += 1
        return flight

    def _has_room(self, flight: Flight) -> bool:
        """Whether its domain is below the bound; counts it there."""
        domains = self._domains
        if domains is None:
            domains = self._domains = {}
            for other in self.by_question.values():
                other.domain = registrable(other.first.qname)
                domains[other.domain] = domains.get(other.domain, 0) + 1
        flight.domain = registrable(flight.first.qname)
        here = domains.get(flight.domain, 0)
        if here >= self._limits.in_flight_a_domain:
            return False
        domains[flight.domain] = here + 1
        return True

    def _leave_domain(self, flight: Flight, domains: dict[bytes, int]) -> None:
        """Count a flight out again; nobody counts any more once half of the bound is free."""
        left = domains.pop(flight.domain, 1) - 1
        if left:
            domains[flight.domain] = left
        if len(self.by_question) < self._limits.in_flight_a_domain // 2:
            self._domains = None

    def land(self, flight: Flight) -> None:
        """Take a flight out: it has its answer, or none will come."""
        del self.by_question[flight.key]
        if self._domains is not None:
            self._leave_domain(flight, self._domains)
        flight.first.client.in_flight -= 1
        self.count -= 1
        if flight.waiters is not None:
            self.count -= len(flight.waiters)
            for miss in flight.waiters:
                miss.client.in_flight -= 1
        flight.waiting.pop(flight.ident, None)
        if flight.attempts is not None:
            flight.forget_sockets()


def registrable(qname: bytes) -> bytes:
    """About the domain that somebody registered: the last two labels, three if the last but one is short (co.uk).

    A worker does not carry the public suffix list (12,000 rules). The error is harmless: a suffix that is not seen
    makes strangers share a bound that only an attack reaches.
    """
    at = first = second = third = 0
    while length := qname[at]:
        third, second, first = second, first, at
        at += length + 1
    return qname[third:] if qname[second] <= _SHORT_LABEL else qname[second:]
