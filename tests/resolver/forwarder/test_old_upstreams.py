"""Upstreams that know nothing of EDNS: FORMERR to OPT, with the question or as a bare header."""

from __future__ import annotations

import pytest

from tests.messages import reply
from tests.resolver.forwarding import forwarding, run, settings_for
from tests.simulators.behaviours import Plain
from tests.simulators.server import Send, SimulatedUpstream


class BeforeEdns(Plain):
    """Answers a query with an additional record with FORMERR."""

    def __init__(self, bare: bool) -> None:
        super().__init__(default="192.0.2.7")
        self.bare = bare

    def udp(self, query: bytes) -> list[Send]:
        if query[10:12] == b"\0\0":
            return super().udp(query)
        if self.bare:
            return [Send(query[:2] + b"\x81\x81" + bytes(8))]
        return [Send(reply(query, rcode="FORMERR"))]


@pytest.mark.parametrize("bare", [False, True])
def test_upstream_without_edns_is_asked_again_without_opt_and_so_from_then_on(bare: bool) -> None:
    async def scene() -> None:
        with SimulatedUpstream(BeforeEdns(bare)) as old:
            async with forwarding(settings_for(old)) as bench:
                assert (await bench.ask("one.example.org")).answer is not None
                asked = len(old.asked)
                assert (await bench.ask("two.example.org")).answer is not None
                assert len(old.asked) == asked + 1
                assert bench.count("upstream_mismatches") == 0

    run(scene)


def test_formerr_to_a_query_without_opt_is_a_failure() -> None:
    class Broken(Plain):
        def udp(self, query: bytes) -> list[Send]:
            return [Send(reply(query, rcode="FORMERR"))]

    async def scene() -> None:
        with SimulatedUpstream(Broken()) as broken:
            async with forwarding(settings_for(broken)) as bench:
                assert (await bench.ask("www.example.org")).answer is None
                assert [asked.wire[11] for asked in broken.asked] == [1, 0]
                assert bench.forwarder.routes[0].candidates[0].form == 0

    run(scene)
