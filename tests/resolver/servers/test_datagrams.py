"""Datagrams in batches and one by one: both twins read and send the same."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from filterdns.resolver.servers.datagrams import BATCH, PEER, REST, SLOT, BatchSocket, PlainSocket, has_batches

TWINS = [
    pytest.param(BatchSocket, marks=pytest.mark.skipif(not has_batches(), reason="no recvmmsg here")),
    PlainSocket,
]
FAMILIES = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]


@pytest.fixture(params=FAMILIES, ids=["v4", "v6"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket]]:
    """A bound socket and a client of it."""
    family, host = request.param
    try:
        server, client = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
        with server, client:
            for end in (server, client):
                end.bind((host, 0))
                end.settimeout(5)
            client.connect(server.getsockname())
            server.setblocking(True)
            yield server, client
    except OSError as error:
        pytest.skip(f"no {host} here: {error}")


Ends = tuple[socket.socket, socket.socket]
Twin = type[BatchSocket] | type[PlainSocket]


@pytest.mark.parametrize("twin", TWINS)
def test_what_was_sent_is_read_in_order(ends: Ends, twin: Twin) -> None:
    server, client = ends
    batches = twin(server)
    assert batches.receive() == 0, "nothing waits, and nobody waits for it"
    sent = [bytes([n]) * (12 + 11 * n) for n in range(40)]
    for datagram in sent:
        client.send(datagram)
    assert batches.receive() == 40
    assert [batches.data[SLOT * n : SLOT * n + batches.lengths[n]] for n in range(40)] == sent
    assert batches.ports == [socket.htons(client.getsockname()[1])] * 40
    assert batches.receive() == 0


@pytest.mark.parametrize("twin", TWINS)
def test_at_most_a_batch_is_read_at_once(ends: Ends, twin: Twin) -> None:
    server, client = ends
    batches = twin(server)
    for n in range(BATCH + 6):
        client.send(bytes([n]) * 20)
    assert (batches.receive(), batches.receive()) == (BATCH, 6)
    assert batches.data[:1] == bytes([BATCH])


@pytest.mark.parametrize("twin", TWINS)
def test_both_twins_give_the_same_peers(ends: Ends, twin: Twin) -> None:
    server, client = ends
    batches, plain = twin(server), PlainSocket(server)
    client.send(b"one")
    batches.receive()
    client.send(b"two")
    plain.receive()
    octets = 8 if server.family == socket.AF_INET else PEER
    assert batches.peers[:octets] == plain.peers[:octets]
    assert len(batches.peers) == len(plain.peers) == PEER


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("octets", [0, 1, 511, 512, 513, 1232, 4_095, 4_096])
def test_datagrams_of_every_length_are_read_whole(ends: Ends, twin: Twin, octets: int) -> None:
    server, client = ends
    batches = twin(server)
    datagram = bytes(n & 0xFF for n in range(octets))
    for _ in range(3):
        client.send(datagram)
        client.send(b"short")
    assert batches.receive() == 6
    assert batches.lengths == [octets, 5] * 3
    for index in (0, 2, 4):
        if octets > SLOT:
            assert batches.long_query(index) == datagram
        else:
            assert batches.data[SLOT * index : SLOT * index + octets] == datagram
        assert batches.data[SLOT * (index + 1) : SLOT * (index + 1) + 5] == b"short"


@pytest.mark.parametrize("twin", TWINS)
def test_what_is_longer_still_is_cut_off(ends: Ends, twin: Twin) -> None:
    server, client = ends
    batches = twin(server)
    client.send(b"x" * 9_000)
    assert batches.receive() == 1
    assert len(batches.long_query(0)) == SLOT + REST


@pytest.mark.parametrize("twin", TWINS)
def test_each_reply_goes_to_who_asked(ends: Ends, twin: Twin) -> None:
    server, client = ends
    batches = twin(server)
    host = server.getsockname()[0]
    with socket.socket(server.family, socket.SOCK_DGRAM) as other:
        other.bind((host, 0))
        other.settimeout(5)
        other.connect(server.getsockname())
        for n in range(6):
            (client if n % 2 else other).send(b"query %d" % n)
        assert batches.receive() == 6
        batches.send([b"reply 0", b"reply 1" * 100, b"reply 3", b"reply 4"], [2, 5])
        assert [other.recv(2_000) for _ in range(2)] == [b"reply 0", b"reply 4"]
        assert [client.recv(2_000) for _ in range(2)] == [b"reply 1" * 100, b"reply 3"]
        for end in (client, other):
            end.setblocking(False)
            with pytest.raises(BlockingIOError):
                end.recv(10)


@pytest.mark.parametrize("twin", TWINS)
def test_late_replies_go_to_the_peers_that_were_kept(ends: Ends, twin: Twin) -> None:
    server, client = ends
    batches = twin(server)
    client.send(b"query")
    batches.receive()
    peer = batches.peers[:PEER]
    replies = [b"late %d" % n for n in range(BATCH * 2 + 3)]
    batches.send_to(replies, [peer] * len(replies))
    assert [client.recv(100) for _ in replies] == replies


@pytest.mark.parametrize("twin", TWINS)
def test_one_reply_that_cannot_be_sent_does_not_stop_the_others(twin: Twin) -> None:
    """A broadcast address, which the system refuses; between others, at the beginning and at the end."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind(("127.0.0.1", 0))
        client.bind(("127.0.0.1", 0))
        client.settimeout(5)
        client.connect(server.getsockname())
        batches = twin(server)
        client.send(b"query")
        batches.receive()
        good = batches.peers[:PEER]
        bad = good[:4] + b"\xff\xff\xff\xff" + good[8:]
        peers = [bad, good, bad, bad, good, good, bad]
        batches.send_to([b"%d" % n for n in range(7)], peers)
        assert [client.recv(10) for _ in range(3)] == [b"1", b"4", b"5"]
        assert batches.send_failures == 4


@pytest.mark.parametrize("twin", TWINS)
def test_replies_of_the_greatest_size_fit(ends: Ends, twin: Twin) -> None:
    """`edns_octets` is 4,096 at most, and so a whole batch of them."""
    server, client = ends
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    batches = twin(server)
    for _ in range(BATCH):
        client.send(b"query")
    assert batches.receive() == BATCH
    batches.send([bytes([n]) * 4_096 for n in range(BATCH)], [])
    for n in range(20):  # a small receive buffer may lose those behind
        assert client.recv(8_192) == bytes([n]) * 4_096
