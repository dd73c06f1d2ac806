"""The UDP server on real loopback sockets, drained by hand: what the kernel holds is there at once."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest

from filterdns.config.settings import ClientNetwork, ProfileSettings, RateLimits, Settings
from filterdns.resolver.counters import DROPPED
from filterdns.resolver.miss import Miss
from filterdns.resolver.servers import udp
from filterdns.resolver.servers.datagrams import has_batches
from filterdns.resolver.servers.udp import UdpServer
from tests.messages import query, reply
from tests.resolver.listed import profile_of, resolver
from tests.resolving import Resolving, parsed

LISTED = {"casino.example": "gambling"}


class HandLoop:
    """An event loop that a test turns."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []
        self.readers: dict[int, Callable[[], None]] = {}

    def add_reader(self, descriptor: int, call: Callable[[], None]) -> None:
        self.readers[descriptor] = call

    def remove_reader(self, descriptor: int) -> None:
        self.readers.pop(descriptor, None)

    def call_soon(self, call: Callable[[], None]) -> None:
        self.soon.append(call)

    def turn(self) -> None:
        for call in list(self.readers.values()):
            call()
        soon, self.soon = self.soon, []
        for call in soon:
            call()


class Later:
    """A forwarder that answers when it is told to."""

    def __init__(self, resolving: Resolving) -> None:
        self.resolving, self.waiting = resolving, []  # type: ignore[var-annotated]

    def ask(self, miss: Miss, now: float) -> None:
        self.waiting.append(miss)

    def answer(self) -> None:
        waiting, self.waiting = self.waiting, []
        for miss in waiting:
            miss.endpoint.deliver(miss, self.resolving.forward(miss, self.resolving.clock.now()))


class Served:
    """A server, what stands behind it, and sockets that ask it."""

    def __init__(self, host: str, rates: RateLimits | None = None) -> None:
        free = ProfileSettings("free")
        settings = Settings(clients=(ClientNetwork("127.0.0.2/32", "free"),), rates=rates or RateLimits())
        upstream = lambda asked: reply(  # noqa: E731
            asked, [f"{dns.message.from_wire(asked).question[0].name} 300 A 192.0.2.1"]
        )
        self.resolving = resolver(LISTED, upstream, profile_of(), free, settings=settings)
        self.family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.sockets: list[socket.socket] = []
        self.server_socket = self.bound(host)
        self.address = self.server_socket.getsockname()
        self.loop, self.forwarder = HandLoop(), Later(self.resolving)
        self.server = UdpServer(
            self.server_socket,
            self.resolving.pipeline,
            self.resolving.clients,
            self.forwarder,
            self.loop,  # type: ignore[arg-type]
            self.resolving.clock,  # type: ignore[arg-type]
        )
        self.server.start()

    def bound(self, host: str, port: int = 0) -> socket.socket:
        sock = socket.socket(self.family, socket.SOCK_DGRAM)
        self.sockets.append(sock)
        sock.bind((host, port))
        return sock

    def client(self, host: str = "", port: int = 0) -> socket.socket:
        sock = self.bound(host or self.address[0], port)
        sock.settimeout(5)
        sock.connect(self.address)
        return sock

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()


@pytest.fixture(params=["batches", "plain"], autouse=True)
def twin(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs over both ways to read and send."""
    if request.param == "plain":
        monkeypatch.setattr(udp, "has_batches", lambda: False)
    elif not has_batches():
        pytest.skip("no recvmmsg here")
    return str(request.param)


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    made: list[Served] = []

    def start(host: str = "127.0.0.1", **more: Any) -> Served:
        made.append(Served(host, **more))
        return made[-1]

    yield start
    for served in made:
        served.close()


Serve = Callable[..., Served]


def replies(client: socket.socket) -> list[bytes]:
    """All that is there now."""
    client.setblocking(False)
    got = []
    while True:
        try:
            got.append(client.recv(65_535))
        except BlockingIOError:
            return got


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_queries_are_answered_at_once_from_here_and_later_from_an_upstream(serve: Serve, host: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("no IPv6 here")
    served = serve(host)
    client = served.client()
    for n, name in enumerate(("casino.example", "www.example.net", "localhost")):
        client.send(query(name, ident=n))
    served.loop.turn()
    assert sorted(parsed(r).id for r in replies(client)) == [0, 2]
    served.forwarder.answer()
    served.loop.turn()
    late = replies(client)
    assert [parsed(r).id for r in late] == [1]
    assert parsed(late[0]).answer
    client.send(query("www.example.net", ident=9))
    served.loop.turn()
    assert [parsed(r).id for r in replies(client)] == [9]


def test_many_clients_in_one_batch_get_their_own_answers_by_their_own_profile(serve: Serve) -> None:
    served = serve()
    clients = [served.client(f"127.0.0.{1 + n % 2}") for n in range(20)]
    for _ in range(2):
        for n, client in enumerate(clients):
            client.send(query("casino.example", ident=n))
        served.loop.turn()
        served.forwarder.answer()
        served.loop.turn()
        for n, client in enumerate(clients):
            (got,) = replies(client)
            assert parsed(got).id == n
            assert bool(parsed(got).answer) == bool(n % 2)


def test_more_than_a_batch_waits_its_turn_and_nothing_is_lost(serve: Serve) -> None:
    served = serve()
    served.server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    client = served.client()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    for n in range(200):
        client.send(query("casino.example", ident=n))
    served.loop.turn()
    served.loop.turn()
    assert [parsed(r).id for r in replies(client)] == list(range(200))


@pytest.mark.parametrize("octets", [500, 512, 513, 600, 1_232, 4_000])
def test_long_queries_are_answered_between_short_ones(serve: Serve, octets: int) -> None:
    served = serve()
    client = served.client()
    padded = dns.message.make_query("casino.example", "A", use_edns=0, pad=octets)
    padded.id = 7
    wire = padded.to_wire(max_size=65_535)
    for _ in range(2):
        for datagram in (query("casino.example", ident=1), wire, query("casino.example", ident=2)):
            client.send(datagram)
        served.loop.turn()
        got = [parsed(r) for r in replies(client)]
        assert [message.id for message in got] == [1, 7, 2]
        assert all(message.rcode() == dns.rcode.NXDOMAIN for message in got)


def test_what_is_over_4096_octets_is_no_query(serve: Serve) -> None:
    served = serve()
    client = served.client()
    client.send(query("casino.example") + b"\0" * 9_000)
    client.send(query("casino.example", ident=2))
    served.loop.turn()
    assert [parsed(r).rcode() for r in replies(client)] == [dns.rcode.FORMERR, dns.rcode.NXDOMAIN]


def test_our_own_port_is_not_answered_and_the_others_are(serve: Serve) -> None:
    served = serve()
    strange, client = served.client("127.0.0.3", served.address[1]), served.client()
    for n in range(3):
        client.send(query("casino.example", ident=n))
        strange.send(query("casino.example"))
    served.loop.turn()
    assert replies(strange) == []
    assert [parsed(r).id for r in replies(client)] == [0, 1, 2]
    assert served.resolving.profiles.all[0].counts[DROPPED] == 3


def test_source_port_0_is_not_answered(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket sends from port 0; the reader's attribute says it instead."""
    served = serve()
    client = served.client()
    receive = served.server._batches.receive

    def from_port_0() -> int:
        count = receive()
        if count:
            served.server._batches.ports[0] = 0
        return count

    monkeypatch.setattr(served.server._batches, "receive", from_port_0, raising=False)
    for n in range(2):
        client.send(query("casino.example", ident=n))
    served.loop.turn()
    assert [parsed(r).id for r in replies(client)] == [1]


def test_responses_and_rubbish_get_nothing(serve: Serve) -> None:
    served = serve()
    client = served.client()
    for datagram in (b"", b"\0", b"\xff" * 600, query("casino.example", flags=0x8180), b"\0" * 11):
        client.send(datagram)
    client.send(query("casino.example", ident=5))
    served.loop.turn()
    assert [parsed(r).id for r in replies(client)] == [5]


def test_a_repeated_query_is_limited_before_the_answers_of_this_second_are_looked_at(serve: Serve) -> None:
    """A forged address repeats one query that has an answer of this second: no more than its burst is amplified."""
    served = serve(rates=RateLimits(client_queries_a_second=10, client_burst=5))
    client = served.client()
    wire = query("casino.example", edns=1232)
    for _ in range(40):
        client.send(wire)
    served.loop.turn()
    got = replies(client)
    cut = [r for r in got if parsed(r).flags & dns.flags.TC]
    assert (len(got), len(cut)) == (40, 35)
    assert all(len(r) <= len(wire) for r in cut)
    assert served.resolving.clients.get(b"\x7f\0\0\1", 1000.3).profile.recent


def test_queries_from_elsewhere_are_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    served = serve()
    networks = served.resolving.clients.networks
    monkeypatch.setattr(networks, "may_ask", lambda address: False)
    client = served.client()
    for name in ("casino.example", "www.example.net"):
        client.send(query(name))
    served.loop.turn()
    got = [parsed(r) for r in replies(client)]
    assert [message.rcode() for message in got] == [dns.rcode.REFUSED] * 2
    assert not served.forwarder.waiting


def test_answers_that_were_waited_for_leave_together_and_a_closing_server_sends_them(serve: Serve) -> None:
    served = serve()
    client = served.client()
    for n in range(100):
        client.send(query(f"n{n}.example.net", ident=n))
    served.loop.turn()
    served.server.stop_reading()
    assert not served.loop.readers
    served.forwarder.answer()
    assert len(served.loop.soon) == 1
    served.server.close()
    assert sorted(parsed(r).id for r in replies(client)) == list(range(100))


def test_a_client_that_is_gone_does_not_stop_the_others(serve: Serve) -> None:
    """ICMP port unreachable comes back for it; on a socket that is not connected that is nobody's error."""
    served = serve()
    gone, client = served.client("127.0.0.4"), served.client()
    for _ in range(3):
        gone.send(query("casino.example"))
        client.send(query("casino.example"))
    gone.close()
    for _ in range(2):
        served.loop.turn()
    assert len(replies(client)) == 3
    client.send(query("casino.example"))
    served.loop.turn()
    assert len(replies(client)) == 1


def test_the_second_is_begun_by_whoever_notices_it_first(serve: Serve) -> None:
    served = serve()
    client = served.client()
    client.send(query("casino.example"))
    served.loop.turn()
    assert served.resolving.client().profile.recent
    served.resolving.clock.advance(1)
    client.send(query("localhost"))
    served.loop.turn()
    assert not served.resolving.client().profile.recent
    assert served.resolving.pipeline.second == int(served.resolving.clock.now())


def test_a_socket_that_is_woken_often_for_little_waits_a_moment_and_a_quiet_one_never(serve: Serve) -> None:
    served = serve()
    client, clock = served.client(), served.resolving.clock
    for pause, naps in ((0.0, 0), (0.0005, 1), (0.0005, 2), (0.5, 2), (10.0, 2)):
        clock.advance(pause)
        client.send(query("casino.example"))
        served.loop.turn()
        assert len(clock.naps) == naps
    assert max(clock.naps) <= 0.0003
    assert len(replies(client)) == 5
