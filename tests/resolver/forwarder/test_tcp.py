"""Truncated replies, and answers over TCP in every shape."""

from __future__ import annotations

import asyncio

import pytest

from filterdns.config.settings import ForwardLimits
from filterdns.resolver.upstreams.streams import MOST_STREAMS
from tests.resolver.forwarding import forwarding, run, settings_for
from tests.simulators.behaviours import Plain, Silent, Truncating
from tests.simulators.server import Send, SimulatedUpstream


@pytest.mark.parametrize("piece", [65_537, 512, 1])
def test_truncated_reply_is_asked_for_over_tcp(piece: int) -> None:
    zone = {("big.example", "TXT"): ["big.example. 60 TXT " + " ".join(["x" * 50] * (4 if piece == 1 else 80))]}

    async def scene() -> None:
        with SimulatedUpstream(Truncating(zone, piece=piece)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("big.example", "TXT")
                assert outcome.answer is not None
                assert outcome.answer.ancount == 1
                assert [asked.transport for asked in upstream.asked] == ["udp", "tcp"]

    run(scene)


def test_answer_of_64_kib_in_512_octet_pieces_arrives() -> None:
    records = [f"big.example. 60 A 198.51.{n >> 8}.{n & 255}" for n in range(4_090)]

    async def scene() -> None:
        with SimulatedUpstream(Truncating({("big.example", "A"): records}, piece=512)) as upstream:
            async with forwarding(settings_for(upstream, limits=ForwardLimits())) as bench:
                outcome = await bench.ask("big.example")
                assert outcome.answer is not None
                assert outcome.answer.ancount == len(outcome.answer.addresses) == 4_090

    run(scene)


def test_several_queries_share_a_connection() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Truncating(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcomes = await asyncio.gather(*(bench.ask(f"n{number}.example.org") for number in range(30)))
                assert all(outcome.answer for outcome in outcomes)
                assert upstream.connections == 1

    run(scene)


def test_upstream_that_closes_after_one_answer_is_asked_one_by_one() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Truncating(default="192.0.2.7", close=True)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcomes = await asyncio.gather(*(bench.ask(f"n{number}.example.org") for number in range(6)))
                assert all(outcome.answer for outcome in outcomes)

    run(scene)


class TruncatingAndSilent(Truncating):
    def tcp(self, query: bytes) -> list[Send]:
        return []


def test_connections_are_bounded() -> None:
    async def scene() -> None:
        with SimulatedUpstream(TruncatingAndSilent(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                bench.forwarder.routes[0].candidates[0].streams.pipelined = False
                outcomes = await asyncio.gather(*(bench.ask(f"n{number}.example.org") for number in range(40)))
                assert all(outcome.answer is None for outcome in outcomes)
                assert upstream.connections <= MOST_STREAMS
                assert bench.forwarder.in_flight == 0

    run(scene)


class TruncatedOverTcpToo(Truncating):
    def tcp(self, query: bytes) -> list[Send]:
        message = self.udp(query)[0].octets
        return [Send(len(message).to_bytes(2) + message)]


def test_reply_truncated_over_tcp_is_no_answer() -> None:
    async def scene() -> None:
        with (
            SimulatedUpstream(TruncatedOverTcpToo(default="192.0.2.7")) as odd,
            SimulatedUpstream(Plain(default="192.0.2.8")) as fine,
        ):
            async with forwarding(settings_for(odd, fine)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert outcome.answer.addresses == (bytes([192, 0, 2, 8]),)

    run(scene)


class Junk(Truncating):
    def tcp(self, query: bytes) -> list[Send]:
        return [Send(b"\0\x0c" + query[:2] + b"GARBAGE...")]


def test_junk_over_tcp_closes_the_connection_and_another_upstream_answers() -> None:
    async def scene() -> None:
        with (
            SimulatedUpstream(Junk(default="192.0.2.7")) as junk,
            SimulatedUpstream(Plain(default="192.0.2.8")) as fine,
        ):
            async with forwarding(settings_for(junk, fine)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert not bench.forwarder.descriptors.streams

    run(scene)


def test_idle_connection_is_closed() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Truncating(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                await bench.ask("www.example.org")
                now = bench.clock.now()
                bench.forwarder.sweep(now + 4)
                assert bench.forwarder.descriptors.streams
                bench.forwarder.sweep(now + 6)
                assert not bench.forwarder.descriptors.streams

    run(scene)


def test_dead_tcp_of_one_upstream_does_not_stop_the_other() -> None:
    class NoTcp(Truncating):
        def tcp(self, query: bytes) -> list[Send]:
            return [Send(b"", then_close=True)]

    async def scene() -> None:
        with (
            SimulatedUpstream(NoTcp(default="192.0.2.7")) as odd,
            SimulatedUpstream(Plain(default="192.0.2.8")) as fine,
        ):
            async with forwarding(settings_for(odd, fine)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None

    run(scene)


def test_silent_tcp_ends_at_the_deadline() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as upstream:
            upstream.behaviour = TruncatingAndSilent(default="192.0.2.7")
            async with forwarding(settings_for(upstream)) as bench:
                begun = bench.clock.now()
                assert (await bench.ask("www.example.org")).answer is None
                assert bench.clock.now() - begun < 1.2

    run(scene)
