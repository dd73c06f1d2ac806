"""A forwarder on a running loop with a small pipeline of its own, for tests of the way to the upstreams."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from filterdns.clock import Clock
from filterdns.config.settings import Address, ForwardedZone, ForwardLimits, Settings, UpstreamServer
from filterdns.names import parse_name
from filterdns.resolver.counters import SLOT, new_worker_counts
from filterdns.resolver.forwarder import Forwarder
from filterdns.resolver.message.edns import NO_EDNS, Edns
from filterdns.resolver.message.records import Answer
from filterdns.resolver.miss import Miss
from tests.simulators.server import SimulatedUpstream

TYPES = {"A": 1, "TXT": 16, "AAAA": 28, "HTTPS": 65}
FAST = ForwardLimits(attempt_seconds=0.15, total_seconds=0.7)


def asked_with(variant: int) -> tuple[int, Edns]:
    """Flags and EDNS of a query of this variant (DO << 1 | CD)."""
    return 0x100 | (variant & 1) << 4, Edns(True, 1232, True, 0, False) if variant & 2 else NO_EDNS


@dataclass
class StandInClient:
    """As much of a client as the forwarder sees."""

    in_flight: int = 0


@dataclass
class Outcome:
    """What one who waited got: an answer, or an EDE and its text."""

    answer: Answer | None = None
    ede: int | None = None
    text: str = ""


@dataclass
class StandInPipeline:
    """Keeps what the forwarder hands over; replies are keys into `outcomes`."""

    accepted: list[Answer] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    prefetch: Callable[[Miss], None] | None = None
    probe_names: Any = ()
    on_probe: Callable[[bytes], None] | None = None

    def accept(self, miss: Miss, answer: Answer, now: float) -> Answer:
        self.accepted.append(answer)
        return answer

    def complete(self, miss: Miss, entry: Answer, now: float) -> bytes:
        return self._keep(Outcome(entry))

    def fail(self, miss: Miss, ede: int, text: str, now: float) -> bytes:
        return self._keep(Outcome(None, ede, text))

    def _keep(self, outcome: Outcome) -> bytes:
        self.outcomes.append(outcome)
        return (len(self.outcomes) - 1).to_bytes(4)


class Waiting:
    """The endpoint of one query of a test."""

    def __init__(self, pipeline: StandInPipeline) -> None:
        self._pipeline = pipeline
        self.future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def deliver(self, miss: Miss, reply: bytes) -> None:
        assert not self.future.done(), "answered twice"
        self.future.set_result(self._pipeline.outcomes[int.from_bytes(reply)])


class Bench:
    """A started forwarder and what it did."""

    def __init__(self, forwarder: Forwarder, pipeline: StandInPipeline, clock: Clock) -> None:
        self.forwarder = forwarder
        self.pipeline = pipeline
        self.clock = clock
        self.client = StandInClient()
        self.reports: list[str] = []

    def miss(self, name: str, rtype: str = "A", client: StandInClient | None = None, **properties: Any) -> Miss:
        """A miss without an endpoint. Properties: variant, route, protected, private_ok."""
        question = parse_name(name) + TYPES[rtype].to_bytes(2) + b"\0\1"
        wire = b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + question
        variant = properties.pop("variant", 0)
        flags, edns = asked_with(variant)
        miss = Miss(wire, len(wire), flags, question, edns, client or self.client, 0)  # type: ignore[arg-type]
        for key, value in properties.items():
            setattr(miss, key, value)
        return miss

    def ask(
        self, name: str, rtype: str = "A", *, client: StandInClient | None = None, **properties: Any
    ) -> asyncio.Future[Outcome]:
        """Ask now; the outcome comes in the future."""
        miss = self.miss(name, rtype, client, **properties)
        waiting = Waiting(self.pipeline)
        miss.endpoint, miss.address = waiting, None
        self.forwarder.ask(miss, self.clock.now())
        return waiting.future

    def count(self, name: str) -> int:
        return self.forwarder.counts[SLOT[name]]


def settings_for(
    *upstreams: SimulatedUpstream | int,
    limits: ForwardLimits = FAST,
    trusted: bool = False,
    zones: dict[str, SimulatedUpstream] | None = None,
) -> Settings:
    servers = tuple(
        UpstreamServer(Address("127.0.0.1", u) if isinstance(u, int) else Address(u.host, u.port), trusted)
        for u in upstreams
    )
    forwarded = tuple(
        ForwardedZone(parse_name(zone), (UpstreamServer(Address(u.host, u.port)),)) for zone, u in (zones or {}).items()
    )
    return replace(Settings(), upstreams=servers, forwarded_zones=forwarded, forward=limits)


@asynccontextmanager
async def forwarding(settings: Settings, *, probes: bool = False) -> AsyncIterator[Bench]:
    """A forwarder that runs until the block ends; without probes only the test's own queries go out.

    Fails when a callback raised: asyncio would only have told of it.
    """
    raised: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: raised.append(context))
    pipeline, clock = StandInPipeline(), Clock()
    reports: list[str] = []
    forwarder = Forwarder(
        settings,
        pipeline,
        new_worker_counts(),
        asyncio.get_running_loop(),
        clock,
        os.urandom,
        reports.append,  # type: ignore[arg-type]
    )
    if not probes:
        for route in forwarder.routes:
            for upstream in route.candidates:
                upstream.probe_at = float("inf")
    bench = Bench(forwarder, pipeline, clock)
    bench.reports = reports
    forwarder.start()
    try:
        yield bench
    finally:
        forwarder.stop()
    assert not raised


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's coroutine on plain asyncio."""
    asyncio.run(asyncio.wait_for(test(), 20))
