"""What goes out for a miss, and how equal and too many misses are met."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import dns.flags
import dns.message

from filterdns.resolver.message.layout import EDE_OTHER
from tests.resolver.forwarding import FAST, StandInClient, forwarding, run, settings_for
from tests.simulators.behaviours import Plain, Silent, Slow
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


def test_upstream_over_ipv6_is_asked() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(default="192.0.2.7"), host="::1") as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                assert (await bench.ask("www.example.org")).answer is not None

    run(scene)


def test_query_is_composed_anew() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                for variant in range(4):
                    await bench.ask(f"variant{variant}.example.org", variant=variant)
                for variant, asked in enumerate(upstream.asked):
                    message = dns.message.from_wire(asked.wire)
                    assert message.flags & dns.flags.RD
                    assert bool(message.flags & dns.flags.CD) == bool(variant & 1)
                    assert bool(message.ednsflags & dns.flags.DO) == bool(variant & 2)
                    assert (message.payload, message.options) == (1232, ())

    run(scene)


def test_ids_ports_and_letter_case_differ_from_query_to_query() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                for number in range(200):
                    await bench.ask(f"n{number}.a-name-of-many-letters.example.org")
                wires = [asked.wire for asked in upstream.asked]
                assert len({wire[:2] for wire in wires}) > 190
                assert len({asked.source_port for asked in upstream.asked}) > 50  # of 64
                assert len({wire[17:40] for wire in wires}) > 190

    run(scene)


def test_equal_questions_cost_one_upstream_query() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Slow(0.05, default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                outcomes = await asyncio.gather(*(bench.ask("www.example.org") for _ in range(20)))
                assert all(outcome.answer for outcome in outcomes)
                assert len(upstream.asked) == len(bench.pipeline.accepted) == 1
                assert bench.count("coalesced") == 19

    run(scene)


def test_waiter_over_the_bound_fails_at_once() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Slow(0.05, default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                futures = [bench.ask("www.example.org") for _ in range(65)]
                assert futures[64].done()
                assert futures[64].result().ede == EDE_OTHER
                assert bench.count("bound_waiters") == 1
                assert all([(await future).answer for future in futures[:64]])

    run(scene)


def test_flood_of_random_names_stops_at_the_bounds() -> None:
    limits = replace(FAST, in_flight=50, in_flight_a_client=30, in_flight_a_domain=20)

    async def scene() -> None:
        with SimulatedUpstream(Silent()) as upstream:
            async with forwarding(settings_for(upstream, limits=limits)) as bench:
                flood = [bench.ask(f"x{number}.attacked.example") for number in range(100)]
                assert sum(future.done() for future in flood) == 80
                assert bench.count("bound_domain") == 80
                others = [bench.ask(f"www.site{number}.example") for number in range(100)]
                assert sum(future.done() for future in others) == 90
                assert bench.count("bound_client") == 90
                strangers = [bench.ask(f"www.place{number}.example", client=StandInClient()) for number in range(100)]
                assert sum(future.done() for future in strangers) == 80
                assert bench.count("bound_in_flight") == 80
                await asyncio.gather(*flood, *others, *strangers)
                assert bench.forwarder.in_flight == bench.client.in_flight == 0

    run(scene)


def test_prefetch_fills_the_cache_and_waits_for_nobody() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                bench.pipeline.prefetch(bench.miss("www.example.org"))
                while not bench.pipeline.accepted:
                    await asyncio.sleep(0.005)
                assert bench.forwarder.in_flight == 0

    run(scene)


def test_prefetch_without_an_answer_is_no_failure() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                bench.pipeline.prefetch(bench.miss("www.example.org"))
                while bench.forwarder.in_flight:
                    await asyncio.sleep(0.02)
                assert bench.pipeline.outcomes == []

    run(scene)


def test_stop_answers_who_still_waits() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Silent()) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                future = bench.ask("www.example.org")
            assert future.result().ede == EDE_OTHER

    run(scene)


def test_forwarded_zone_goes_to_its_own_server() -> None:
    async def scene() -> None:
        with (
            SimulatedUpstream(Plain(default="192.0.2.7")) as default,
            SimulatedUpstream(Plain({("printer.lan", "A"): ["printer.lan. 60 A 192.168.1.9"]})) as router,
        ):
            async with forwarding(settings_for(default, zones={"lan": router})) as bench:
                outcome = await bench.ask("printer.lan", route=1, private_ok=True)
                assert outcome.answer is not None
                assert outcome.answer.addresses == (bytes([192, 168, 1, 9]),)
                assert not default.asked

    run(scene)


def test_no_task_and_no_timer_is_made_for_a_query() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Slow(0.05, default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream)) as bench:
                tasks = len(asyncio.all_tasks())
                timers = len(asyncio.get_running_loop()._scheduled)
                futures = [bench.ask(f"www.site{number}.example") for number in range(100)]
                await asyncio.sleep(0)
                assert len(asyncio.all_tasks()) == tasks
                assert len(asyncio.get_running_loop()._scheduled) <= timers + 1
                await asyncio.gather(*futures)

    run(scene)


def test_nothing_ticks_when_nothing_is_asked() -> None:
    async def scene() -> None:
        with SimulatedUpstream(Plain(default="192.0.2.7")) as upstream:
            async with forwarding(settings_for(upstream, limits=replace(FAST, socket_seconds=0.1))) as bench:
                await bench.ask("www.example.org")
                for _ in range(300):
                    if bench.forwarder._timer is None:
                        break
                    await asyncio.sleep(0.01)
                assert bench.forwarder._timer is None
                assert not bench.forwarder.descriptors.ports
                assert (await bench.ask("again.example.org")).answer is not None

    run(scene)
