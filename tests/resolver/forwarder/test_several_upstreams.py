"""Dead, slow, failing and filtering upstreams, beside others or alone."""

from __future__ import annotations

import asyncio

import pytest

from filterdns.categories import P1
from filterdns.config.settings import ForwardLimits
from filterdns.resolver.message.layout import EDE_BLOCKED, EDE_NETWORK_ERROR, EDE_NO_REACHABLE_AUTHORITY
from tests.messages import reply
from tests.resolver.forwarding import Bench, forwarding, run, settings_for
from tests.simulators.behaviours import Plain, Scripted, Silent, Slow
from tests.simulators.server import Send, SimulatedUpstream, refusing_port

HONEST = Plain(default="192.0.2.7")


async def answered(bench: Bench, count: int, prefix: str = "n") -> int:
    outcomes = [await bench.ask(f"{prefix}{number}.example.org") for number in range(count)]
    return sum(outcome.answer is not None for outcome in outcomes)


def test_silent_upstream_costs_one_attempt_and_then_nothing() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as silent, SimulatedUpstream(HONEST) as honest:
            async with forwarding(settings_for(silent, honest)) as bench:
                assert await answered(bench, 6) == 6
                asked = len(silent.asked)
                assert asked <= 3
                assert bench.forwarder.routes[0].candidates[0].fallen
                assert await answered(bench, 20, "m") == 20
                assert len(silent.asked) == asked

    run(scene)


def test_refusal_by_icmp_sends_the_query_on_at_once() -> None:
    async def scene() -> None:
        with SimulatedUpstream(HONEST) as honest:
            async with forwarding(settings_for(refusing_port(), honest, limits=ForwardLimits())) as bench:
                begun = bench.clock.now()
                assert (await bench.ask("www.example.org")).answer is not None
                assert bench.clock.now() - begun < ForwardLimits().attempt_seconds
                assert bench.count("upstream_refused_by_icmp") >= 1

    run(scene)


def test_icmp_alone_is_no_answer_before_the_deadline() -> None:
    async def scene() -> None:
        async with forwarding(settings_for(refusing_port())) as bench:
            begun = bench.clock.now()
            outcome = await bench.ask("www.example.org")
            assert outcome.ede == EDE_NETWORK_ERROR
            assert bench.clock.now() - begun > 0.2

    run(scene)


def test_when_every_upstream_has_fallen_nobody_waits_long() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as silent:
            async with forwarding(settings_for(silent)) as bench:
                await bench.ask("first.example.org")
                assert bench.forwarder.routes[0].candidates[0].fallen
                begun = bench.clock.now()
                assert (await bench.ask("second.example.org")).ede == EDE_NO_REACHABLE_AUTHORITY
                assert bench.clock.now() - begun < 0.6

    run(scene)


def test_network_that_comes_back_is_noticed_with_the_next_question() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                await bench.ask("first.example.org")
                upstream.behaviour = HONEST
                assert (await bench.ask("second.example.org")).answer is not None
                assert not bench.forwarder.routes[0].candidates[0].fallen

    run(scene)


def test_fallen_upstream_is_probed_with_a_name_of_ours_and_rises() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as first, SimulatedUpstream(HONEST) as second:
            async with forwarding(settings_for(first, second)) as bench:
                await answered(bench, 5)
                fallen = bench.forwarder.routes[0].candidates[0]
                assert fallen.fallen
                first.behaviour = HONEST
                first.asked.clear()
                bench.forwarder.sweep(fallen.probe_at)
                while fallen.fallen:
                    await asyncio.sleep(0.005)
                assert len(first.asked) == 1
                assert b"loop-probe" in first.asked[0].wire.lower()

    run(scene)


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTIMP"])
def test_failing_upstream_sends_the_query_to_the_next(rcode: str) -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(rcode=rcode)) as failing, SimulatedUpstream(HONEST) as honest:
            async with forwarding(settings_for(failing, honest)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None
                assert len(failing.asked) == 1
                assert bench.count("upstream_failures") == 1

    run(scene)


def test_when_all_fail_the_client_is_told_at_once() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(rcode="SERVFAIL")) as one, SimulatedUpstream(Plain(rcode="REFUSED")) as two:
            async with forwarding(settings_for(one, two, limits=ForwardLimits())) as bench:
                begun = bench.clock.now()
                assert (await bench.ask("www.example.org")).ede == EDE_NO_REACHABLE_AUTHORITY
                assert bench.clock.now() - begun < ForwardLimits().attempt_seconds
                assert (len(one.asked), len(two.asked)) == (1, 1)

    run(scene)


def test_late_answer_of_the_first_upstream_still_counts() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Slow(0.25, default="192.0.2.7")) as slow, SimulatedUpstream(Silent()) as silent:
            async with forwarding(settings_for(slow, silent)) as bench:
                outcome = await bench.ask("www.example.org")
                assert outcome.answer is not None
                assert len(silent.asked) == 1

    run(scene)


def test_late_failure_of_the_first_upstream_does_not_end_the_query() -> None:
    class LateFailure(Plain):
        def udp(self, query: bytes) -> list[Send]:
            return [Send(reply(query, rcode="SERVFAIL"), after=0.2)]

    async def scene() -> None:
        with SimulatedUpstream(LateFailure()) as late, SimulatedUpstream(Slow(0.12, default="192.0.2.7")) as slow:
            async with forwarding(settings_for(late, slow)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None

    run(scene)


def test_faster_upstream_gets_the_questions() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Slow(0.1, default="192.0.2.7")) as slow, SimulatedUpstream(HONEST) as fast:
            async with forwarding(settings_for(slow, fast), probes=True) as bench:
                while len(slow.asked) < 1 or bench.forwarder._probing:
                    await asyncio.sleep(0.01)
                bench.forwarder.sweep(bench.clock.now())
                assert await answered(bench, 10) == 10
                assert len(fast.asked) == 11  # and a probe each
                assert len(slow.asked) == 1

    run(scene)


FILTERING = {
    "null address": lambda query: reply(query, ["help.example. 60 A 0.0.0.0"]),
    "inside address": lambda query: reply(query, ["help.example. 60 A 192.168.1.1"]),
}


class Answering(Plain):
    def __init__(self, make) -> None:
        super().__init__()
        self.message = make


@pytest.mark.parametrize("make", FILTERING.values(), ids=FILTERING.keys())
def test_p1_name_that_an_upstream_filters_is_asked_at_the_next(make) -> None:
    async def scene() -> None:
        with SimulatedUpstream(Answering(make)) as filtering, SimulatedUpstream(HONEST) as honest:
            async with forwarding(settings_for(filtering, honest)) as bench:
                outcome = await bench.ask("help.example", protected=P1)
                assert outcome.answer is not None
                assert outcome.answer.addresses == (bytes([192, 0, 2, 7]),)
                assert len(bench.pipeline.accepted) == 1

    run(scene)


def test_p1_name_that_all_upstreams_filter_falls_back_on_the_last_good_answer() -> None:
    make = FILTERING["null address"]

    async def scene() -> None:
        with SimulatedUpstream(Answering(make)) as one, SimulatedUpstream(Answering(make)) as two:
            async with forwarding(settings_for(one, two)) as bench:
                outcome = await bench.ask("help.example", protected=P1)
                assert outcome.answer is None
                assert outcome.ede == EDE_BLOCKED
                assert bench.pipeline.accepted == []  # the cache keeps what it has
                assert (len(one.asked), len(two.asked)) == (1, 1)

    run(scene)


REBINDING = [
    ("A", "10.0.0.1"),
    ("A", "127.0.0.1"),
    ("A", "100.64.1.1"),
    ("A", "0.0.0.0"),
    ("AAAA", "::"),
    ("AAAA", "::1"),
    ("AAAA", "::ffff:192.168.0.1"),
    ("AAAA", "64:ff9b::192.168.0.1"),
    ("AAAA", "fd00::1"),
    ("HTTPS", "1 . ipv4hint=192.168.0.1"),
    ("HTTPS", "1 . ipv6hint=fe80::1"),
]


@pytest.mark.parametrize(("rtype", "rdata"), REBINDING)
def test_address_from_inside_becomes_nodata_with_ede_15(rtype: str, rdata: str) -> None:
    zone = {("rebind.example", rtype): [f"rebind.example. 60 {rtype} {rdata}"]}

    async def scene() -> None:
        with SimulatedUpstream(Plain(zone)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                shielded = (await bench.ask("rebind.example", rtype)).answer
                assert shielded is not None
                assert (shielded.rcode, shielded.ede, shielded.ancount) == (0, EDE_BLOCKED, 0)
                assert bench.count("upstream_rebinding") == 1
                believed = (await bench.ask("rebind.example", rtype, private_ok=True)).answer
                assert believed is not None
                assert believed.ancount == 1

    run(scene)


def test_one_address_from_inside_among_others_is_enough() -> None:
    zone = {("mixed.example", "A"): ["mixed.example. 60 A 192.0.2.1", "mixed.example. 60 A 192.168.0.1"]}

    async def scene() -> None:
        with SimulatedUpstream(Plain(zone)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcome = await bench.ask("mixed.example")
                assert outcome.answer is not None
                assert outcome.answer.ancount == 0

    run(scene)


def test_upstream_is_left_out_once_our_probe_comes_back() -> None:
    async def scene() -> None:
        with SimulatedUpstream(HONEST) as loop, SimulatedUpstream(HONEST) as honest:
            async with forwarding(settings_for(loop, honest), probes=True) as bench:
                while not loop.asked:
                    await asyncio.sleep(0.005)
                wire = loop.asked[0].wire.lower()
                qname = wire[12 : wire.index(b"\4test\0") + 6]
                assert qname in bench.pipeline.probe_names
                bench.pipeline.on_probe(qname)
                bench.pipeline.on_probe(qname)
                assert bench.count("upstream_loops") == 1
                assert len(bench.reports) == 1
                loop.asked.clear()
                assert await answered(bench, 5) == 5
                assert not loop.asked

    run(scene)


def test_when_every_upstream_is_a_loop_the_client_is_told_at_once() -> None:
    async def scene() -> None:
        with SimulatedUpstream(HONEST) as loop:
            async with forwarding(settings_for(loop)) as bench:
                for qname in list(bench.pipeline.probe_names):
                    bench.pipeline.on_probe(qname)
                future = bench.ask("www.example.org")
                assert future.done()
                assert future.result().ede == EDE_NO_REACHABLE_AUTHORITY
                assert "NO UPSTREAM IS LEFT" in bench.reports[0]

    run(scene)


def test_lost_packet_is_asked_again() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Scripted(Silent(), HONEST)) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None
                assert bench.count("upstream_timeouts") == 1

    run(scene)
