"""The forwarder against simulated upstreams on loopback."""

from __future__ import annotations

import asyncio

from tests.resolver.forwarding import forwarding, run, settings_for
from tests.simulators.behaviours import Plain
from tests.simulators.server import SimulatedUpstream


def test_miss_is_answered_by_the_upstream() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert outcome.answer.addresses == (bytes([192, 0, 2, 7]),)
                assert bench.client.in_flight == bench.forwarder.in_flight == 0

    run(scene)
