"""Forged, wrong and garbled replies."""

from __future__ import annotations

import asyncio
import random

import pytest

from filterdns.resolver.message.layout import EDE_NO_REACHABLE_AUTHORITY
from tests.resolver.forwarding import forwarding, run, settings_for
from tests.simulators.behaviours import (
    Changed,
    FromOtherPort,
    Plain,
    Scripted,
    Silent,
    Truncating,
    with_case,
    with_flags,
    with_other_name,
    with_wrong_id,
)
from tests.simulators.server import SimulatedUpstream

HONEST = Plain(default="192.0.2.7")
CHANGES = {
    "wrong id": with_wrong_id,
    "other name": with_other_name,
    "query": with_flags(0x80),
    "other opcode": with_flags(0x20),
    "two questions": with_flags(0x03, at=5),
    "cut in the header": lambda message: message[:7],
    "cut in the question": lambda message: message[:15],
    "empty": lambda message: b"",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_wrong_reply_is_counted_and_ignored(change) -> None:
    async def scene() -> None:
        with SimulatedUpstream(Scripted(Changed(HONEST, change), HONEST)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert outcome.answer.addresses == (bytes([192, 0, 2, 7]),)
                assert bench.count("upstream_mismatches") == 1
                assert len(upstream.asked) == 2  # the first attempt ended in silence
                assert len(bench.pipeline.accepted) == 1

    run(scene)


def test_reply_from_another_port_is_never_seen() -> None:
    async def scene() -> None:
        with SimulatedUpstream(FromOtherPort(default="192.0.2.66")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.ede == EDE_NO_REACHABLE_AUTHORITY
                assert bench.count("upstream_mismatches") == 0
                assert bench.pipeline.accepted == []

    run(scene)


def test_ten_wrong_replies_send_the_query_over_tcp() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Changed(HONEST, with_wrong_id, times=10)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert [asked.transport for asked in upstream.asked] == ["udp", "tcp"]
                assert bench.count("upstream_mismatches") == 10

    run(scene)


def test_nine_wrong_replies_do_not() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Scripted(Changed(HONEST, with_wrong_id, times=9), HONEST)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None
                assert [asked.transport for asked in upstream.asked] == ["udp", "udp"]

    run(scene)


def test_flood_of_wrong_replies_does_not_stop_an_answer() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Changed(HONEST, with_wrong_id, times=100)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                for number in range(20):
                    assert (await bench.ask(f"n{number}.example.org")).answer is not None

    run(scene)


def test_upstream_that_loses_letter_case_is_compared_over_tcp_and_then_asked_in_lower_case() -> None:
    async def scene() -> None:
        lower = Changed(HONEST, with_case(bytes.lower), over_tcp=True)
        with SimulatedUpstream(lower) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                assert (await bench.ask("first.a-name-of-many-letters.example.org")).answer is not None
                assert [asked.transport for asked in upstream.asked] == ["udp", "tcp"]
                assert (await bench.ask("second.a-name-of-many-letters.example.org")).answer is not None
                assert [asked.transport for asked in upstream.asked] == ["udp", "tcp", "udp"]
                question = upstream.asked[2].wire[12:-15]
                assert question == question.lower()

    run(scene)


def test_upstream_in_lower_case_is_asked_for_the_type_that_was_asked_for() -> None:
    """HTTPS is type 65, the letter A: lower case makes no 97 of it, in what is asked and in what is believed."""

    async def scene() -> None:
        lower = Changed(HONEST, with_case(bytes.lower), over_tcp=True)
        with SimulatedUpstream(lower) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                await bench.ask("first.a-name-of-many-letters.example.org", "HTTPS")
                await bench.ask("second.a-name-of-many-letters.example.org", "HTTPS")
                assert {asked.wire[-15:-11] for asked in upstream.asked} == {b"\0\x41\0\1"}

    run(scene)


def test_forged_letter_case_does_not_end_0x20() -> None:
    """TCP shows that the upstream does keep the case."""

    async def scene() -> None:
        with SimulatedUpstream(Scripted(Changed(HONEST, with_case(bytes.lower)), HONEST)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                assert (await bench.ask("first.a-name-of-many-letters.example.org")).answer is not None
                assert [asked.transport for asked in upstream.asked] == ["udp", "tcp"]
                await bench.ask("second.a-name-of-many-letters.example.org")
                question = upstream.asked[2].wire[12:-15]
                assert question != question.lower()

    run(scene)


def test_upstream_in_lower_case_is_still_checked_for_the_name() -> None:
    async def scene() -> None:
        lower = Changed(HONEST, with_case(bytes.lower), over_tcp=True)
        with SimulatedUpstream(lower) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                await bench.ask("first.a-name-of-many-letters.example.org")
                upstream.behaviour = Changed(HONEST, with_other_name)
                assert (await bench.ask("second.example.org")).answer is None

    run(scene)


def test_garbled_reply_sends_the_query_to_the_next_upstream() -> None:
    cut = Changed(HONEST, lambda message: message[:-5])

    async def scene() -> None:
        with SimulatedUpstream(cut) as garbling, SimulatedUpstream(HONEST) as honest:
            async with forwarding(settings_for(garbling, honest)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None
                assert bench.count("upstream_malformed") == 1

    run(scene)


@pytest.mark.parametrize("trusted", [False, True])
def test_ad_counts_only_from_a_trusted_upstream(trusted: bool) -> None:
    async def scene() -> None:
        with SimulatedUpstream(Changed(HONEST, with_flags(0x20, at=3))) as upstream:
            async with forwarding(settings_for(upstream, trusted=trusted)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert outcome.answer.authenticated == trusted

    run(scene)


def test_records_of_other_names_do_not_pass() -> None:
    zone = {("www.example.org", "A"): ["www.example.org. 60 A 192.0.2.1", "www.bank.example. 60 A 192.0.2.66"]}

    async def scene() -> None:
        with SimulatedUpstream(Plain(zone)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert outcome.answer.ancount == 1

    run(scene)


def test_silence_ends_at_the_deadline() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                begun = bench.clock.now()
                outcome = await bench.ask("www.example.org")
                assert outcome.ede == EDE_NO_REACHABLE_AUTHORITY
                assert 0.6 < bench.clock.now() - begun < 1.2
                assert 3 <= len(upstream.asked) <= 5
                assert len({asked.wire[:2] for asked in upstream.asked}) == len(upstream.asked)
                assert bench.forwarder.in_flight == 0

    run(scene)


@pytest.mark.parametrize("over_tcp", [False, True])
def test_mutated_replies_end_every_query_once(over_tcp: bool) -> None:
    rng = random.Random(20261124)
    honest = Truncating(default="192.0.2.7") if over_tcp else HONEST

    def mutated(message: bytes) -> bytes:
        octets = bytearray(message)
        for _ in range(rng.randrange(4)):
            octets[rng.randrange(len(octets))] = rng.randrange(256)
        return bytes(octets[: rng.randrange(len(octets) + 1)] if rng.random() < 0.2 else octets)

    async def scene() -> None:
        with SimulatedUpstream(Changed(honest, mutated, times=3, over_tcp=over_tcp)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcomes = await asyncio.gather(
                    *(bench.ask(f"n{number}.site{number}.example") for number in range(150))
                )
                assert len(outcomes) == 150
                assert bench.forwarder.in_flight == bench.client.in_flight == 0
                answers = [outcome.answer for outcome in outcomes if outcome.answer]
                assert len(answers) > (0 if over_tcp else 100)
                assert all(answer.rcode in (0, 3) for answer in answers)

    run(scene)


def test_probe_finds_out_that_an_upstream_loses_letter_case() -> None:
    async def scene() -> None:
        lower = Changed(HONEST, with_case(bytes.lower), over_tcp=True)
        with SimulatedUpstream(lower) as upstream:
            async with forwarding(settings_for(upstream), probes=True) as bench:
                candidate = bench.forwarder.routes[0].candidates[0]
                while candidate.keeps_case:
                    await asyncio.sleep(0.01)
                assert [asked.transport for asked in upstream.asked] == ["udp", "tcp"]
                assert candidate.faults == 0

    run(scene)
