from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from filterdns.config.settings import RateLimits, Settings, TcpLimits
from filterdns.resolver.miss import Miss
from filterdns.resolver.servers.connections import Connections, most_connections
from filterdns.resolver.servers.listen import Endpoint, open_endpoint
from filterdns.resolver.servers.tcp import TcpServer
from tests.messages import query
from tests.resolving import HOME, HandClock, Resolving, index_of, parsed

LISTED = {"casino.example": "gambling"}
Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class HeldUpstream:
    """A forwarder whose answers come when the test says so."""

    def __init__(self) -> None:
        self.misses: list[Miss] = []

    def ask(self, miss: Miss, now: float) -> None:
        self.misses.append(miss)

    def answer(self, miss: Miss, octets: int = 0) -> None:
        self.misses.remove(miss)
        miss.endpoint.deliver(miss, miss.wire[:2] + b"answer" + bytes(octets))


class Scene:
    """A TCP server on a free port, its clock, its upstream, and clients."""

    def __init__(self, limits: TcpLimits, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        index = index_of(LISTED)
        resolving = Resolving(settings, index, index.categories, lambda _: None)
        self.clock: HandClock = resolving.clock
        self.profile = resolving.profiles.all[0]
        self.upstream = HeldUpstream()
        self.connections = Connections(limits.connections, limits.connections_a_client)
        self.sock = open_endpoint(Endpoint("tcp", "127.0.0.1", 0), shared=False)
        self.port = self.sock.getsockname()[1]
        self.server = TcpServer(
            self.sock, resolving.pipeline, resolving.clients, self.upstream, loop, self.clock, limits, self.connections
        )  # type: ignore[arg-type]
        self.writers: list[Writer] = []

    async def connect(self, source: str = "127.0.0.1") -> tuple[Reader, Writer]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0), limit=1 << 22)
        self.writers.append(writer)
        return reader, writer

    def sweep(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.connections.sweep(self.clock.now())

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the loop turn until something holds."""
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.001)


def play(
    scene_of: Callable[[Scene], Awaitable[None]],
    limits: TcpLimits = TcpLimits(),  # noqa: B008
    settings: Settings = Settings(profiles=(HOME,), default_profile=HOME.id),  # noqa: B008
) -> None:
    async def run() -> None:
        scene = Scene(limits, settings, asyncio.get_running_loop())
        await scene.server.start()
        try:
            await scene_of(scene)
        finally:
            for writer in scene.writers:
                writer.transport.abort()
            scene.server.stop_accepting()
            for connection in scene.connections:
                connection.abort()
            await asyncio.sleep(0.01)

    asyncio.run(run())


def framed(wire: bytes) -> bytes:
    return len(wire).to_bytes(2, "big") + wire


def listed(ident: int = 1) -> bytes:
    """A query that is answered at once."""
    return query("casino.example", ident=ident)


async def read(reader: Reader) -> bytes:
    async with asyncio.timeout(5):
        return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))


async def ended(reader: Reader) -> bool:
    """Whether the server closes the connection, by an end or a reset."""
    try:
        async with asyncio.timeout(5):
            return await reader.read(1) == b""
    except ConnectionResetError:
        return True


def test_a_query_is_answered() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(framed(listed(7)))
        reply = parsed(await read(reader))
        assert (reply.id, reply.rcode()) == (7, 3)

    play(scene)


def test_octets_that_come_one_by_one_are_one_message() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        for octet in framed(listed()) + framed(listed(2)):
            writer.write(bytes((octet,)))
            await writer.drain()
            await asyncio.sleep(0)
        assert [parsed(await read(reader)).id for _ in range(2)] == [1, 2]

    play(scene)


def test_pipelined_queries_are_answered_out_of_order() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(
            framed(query("slow.example", ident=1)) + framed(query("fast.example", ident=2)) + framed(listed(3))
        )
        assert (await read(reader))[:2] == b"\0\3"
        await s.until(lambda: len(s.upstream.misses) == 2)
        slow, fast = s.upstream.misses
        s.upstream.answer(fast)
        assert (await read(reader))[:2] == b"\0\2"
        s.upstream.answer(slow)
        assert (await read(reader))[:2] == b"\0\1"

    play(scene)


def test_messages_of_no_octets_get_nothing_and_cost_a_query() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(b"\0\0" * 3 + framed(listed(9)))
        assert (await read(reader))[:2] == b"\0\x09"

    play(scene)


def test_reading_pauses_while_too_many_queries_wait() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        for ident in range(100):
            writer.write(framed(query(f"n{ident}.example", ident=ident)))
        writer.write(framed(listed(500)))
        await s.until(lambda: len(s.upstream.misses) == 64)
        await asyncio.sleep(0.02)
        assert len(s.upstream.misses) == 64
        for done in range(100):
            await s.until(lambda: bool(s.upstream.misses))
            assert len(s.upstream.misses) <= 64
            s.upstream.answer(s.upstream.misses[0])
            assert (await read(reader))[:2] == done.to_bytes(2, "big") or done >= 36
        assert {(await read(reader))[:2] for _ in range(1)}

    play(scene)


def test_answers_that_are_not_read_stop_the_reading_of_queries() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.transport.pause_reading()
        sent = 0
        while len(s.upstream.misses) < 64 and sent < 64:
            writer.write(framed(query(f"n{sent}.example", ident=sent)))
            sent += 1
        await s.until(lambda: len(s.upstream.misses) == 64)
        for miss in list(s.upstream.misses)[:60]:
            s.upstream.answer(miss, 65_000)
        for ident in range(200, 260):
            writer.write(framed(query(f"n{ident}.example", ident=ident)))
        await asyncio.sleep(0.05)
        assert len(s.upstream.misses) == 4  # nothing was read while answers pile up
        writer.transport.resume_reading()
        for _ in range(60):
            assert len(await read(reader)) > 60_000
        await s.until(lambda: len(s.upstream.misses) == 64)

    play(scene)


def test_a_message_that_takes_over_two_seconds_ends_the_connection() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(framed(listed())[:10])
        await s.until(lambda: len(s.connections) == 1)
        await asyncio.sleep(0.02)
        s.sweep(1.9)
        writer.write(framed(listed())[10:11])  # one octet more does not begin the time again
        await asyncio.sleep(0.02)
        s.sweep(0.2)
        assert await ended(reader)
        await s.until(lambda: len(s.connections) == 0)

    play(scene)


def test_whole_messages_begin_the_time_of_the_next_anew() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(framed(listed(1)) + b"\0")
        await read(reader)
        s.sweep(1.5)
        writer.write(framed(listed(2))[1:] + b"\0")
        await read(reader)
        s.sweep(1.5)
        writer.write(framed(listed(3))[1:])
        assert (await read(reader))[:2] == b"\0\3"

    play(scene)


def test_an_idle_connection_is_closed_after_ten_seconds_but_not_while_a_query_waits() -> None:
    async def scene(s: Scene) -> None:
        idle, _ = await s.connect()
        waiting, writer = await s.connect()
        writer.write(framed(query("slow.example", ident=4)))
        await s.until(lambda: len(s.upstream.misses) == 1 and len(s.connections) == 2)
        s.sweep(9.9)
        assert len(s.connections) == 2
        s.sweep(0.2)
        assert await ended(idle)
        s.upstream.answer(s.upstream.misses[0])
        assert (await read(waiting))[:2] == b"\0\4"
        s.sweep(10.1)
        assert await ended(waiting)

    play(scene)


def test_a_full_table_closes_the_longest_idle() -> None:
    async def scene(s: Scene) -> None:
        readers = []
        for ident in range(3):
            s.clock.advance(1)
            reader, writer = await s.connect(f"127.0.0.{ident + 1}")
            writer.write(framed(listed(ident)))
            await read(reader)
            readers.append((reader, writer))
        s.clock.advance(1)
        readers[0][1].write(framed(listed(9)))  # the first is no longer the longest idle
        await read(readers[0][0])
        reader, writer = await s.connect("127.0.0.9")
        writer.write(framed(listed(10)))
        await read(reader)
        assert await ended(readers[1][0])
        assert (len(s.connections), s.connections.evicted) == (3, 1)
        for reader, writer in (readers[0], readers[2]):
            writer.write(framed(listed(11)))
            assert (await read(reader))[:2] == b"\0\x0b"

    play(scene, replace(TcpLimits(), connections=3))


def test_one_client_cannot_take_all_connections() -> None:
    async def scene(s: Scene) -> None:
        for _ in range(2):
            reader, writer = await s.connect()
            writer.write(framed(listed()))
            await read(reader)
        over, _ = await s.connect()
        assert await ended(over)
        other, writer = await s.connect("127.0.0.2")
        writer.write(framed(listed(5)))
        assert (await read(other))[:2] == b"\0\5"
        assert s.connections.turned_away == 1

    play(scene, replace(TcpLimits(), connections_a_client=2))


def test_a_client_that_closes_its_side_still_gets_its_answers() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(framed(query("slow.example", ident=6)))
        writer.write_eof()
        await s.until(lambda: len(s.upstream.misses) == 1)
        await asyncio.sleep(0.02)
        s.upstream.answer(s.upstream.misses[0])
        assert (await read(reader))[:2] == b"\0\6"
        assert await ended(reader)
        await s.until(lambda: len(s.connections) == 0)

    play(scene)


def test_an_answer_for_a_client_that_has_gone_is_let_go() -> None:
    async def scene(s: Scene) -> None:
        _, writer = await s.connect()
        writer.write(framed(query("slow.example")))
        await s.until(lambda: len(s.upstream.misses) == 1)
        writer.transport.abort()
        await asyncio.sleep(0.02)
        s.upstream.answer(s.upstream.misses[0])
        await s.until(lambda: len(s.connections) == 0)

    play(scene)


def test_queries_over_tcp_are_counted_by_the_same_budget_as_over_udp() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        for ident in range(40):
            writer.write(framed(listed(ident)))
        rcodes = [parsed(await read(reader)).rcode() for _ in range(40)]
        assert (rcodes.count(3), rcodes.count(5)) == (10, 30)  # NXDOMAIN, REFUSED

    rates = RateLimits(client_queries_a_second=1, client_burst=10)
    play(scene, settings=Settings(profiles=(HOME,), default_profile=HOME.id, rates=rates))


def test_a_stranger_is_refused_once() -> None:
    async def scene(s: Scene) -> None:
        reader, writer = await s.connect()
        writer.write(framed(listed(1)) * 3)
        reply = parsed(await read(reader))
        assert reply.rcode() == 5
        assert await ended(reader)

    settings = Settings(profiles=(HOME,), default_profile=HOME.id, allowed_networks=("192.0.2.0/24",))
    play(scene, settings=settings)


@pytest.mark.parametrize("octets", [b"\xff\xff" + b"\0" * 70_000, b"\0\x0c" + b"\xff" * 12, b"\0\1\0" * 2_000])
def test_no_octets_raise_or_are_kept(octets: bytes) -> None:
    async def scene(s: Scene) -> None:
        faults: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
        _, writer = await s.connect()
        writer.write(octets)
        await asyncio.sleep(0.05)
        s.sweep(2.1)
        s.sweep(10.1)
        await s.until(lambda: len(s.connections) == 0)
        assert not faults

    play(scene)


@pytest.mark.parametrize(("descriptors", "most"), [(100_000, 512), (1_024, 512), (800, 288), (256, 8)])
def test_descriptors_are_left_for_udp(descriptors: int, most: int) -> None:
    assert most_connections(TcpLimits(), descriptors) == most
