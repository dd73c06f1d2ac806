"""UDP sockets: random ports, connected, replaced in time, closed when their last query is over."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from filterdns.config.settings import ForwardLimits
from filterdns.resolver.forward.coalesce import Probe
from filterdns.resolver.forward.entropy import Entropy
from filterdns.resolver.upstreams.descriptors import Descriptors
from filterdns.resolver.upstreams.ports import Ports

LIMITS = ForwardLimits()


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@pytest.fixture
def descriptors() -> Iterator[Descriptors]:
    made = Descriptors()
    yield made
    made.close()


def ports_to(server: socket.socket, descriptors: Descriptors, limits: ForwardLimits = LIMITS, draw=os.urandom) -> Ports:
    return Ports(None, socket.AF_INET, server.getsockname(), limits, Entropy(draw), descriptors)


def number_of(port) -> int:
    return port.sock.getsockname()[1]


def test_each_place_has_a_random_port_of_its_own(server: socket.socket, descriptors: Descriptors) -> None:
    ports = ports_to(server, descriptors)
    numbers = [number_of(ports.draw(place, 0.0)) for place in range(64)]
    assert len(set(numbers)) == len(descriptors.ports) == 64
    assert min(numbers) >= 10_000
    assert max(numbers) - min(numbers) > 20_000


def test_socket_is_connected(server: socket.socket, descriptors: Descriptors) -> None:
    assert ports_to(server, descriptors).draw(0, 0.0).sock.getpeername() == server.getsockname()


def test_busy_port_is_drawn_again(server: socket.socket, descriptors: Descriptors) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as busy:
        busy.bind(("0.0.0.0", 0))
        taken = (busy.getsockname()[1] - 10_000).to_bytes(4)
        block = taken * 3 + os.urandom(4096 - 12)
        port = ports_to(server, descriptors, draw=lambda count: block).draw(0, 0.0)
        assert number_of(port) != busy.getsockname()[1]


def test_socket_is_replaced_after_500_queries(server: socket.socket, descriptors: Descriptors) -> None:
    ports = ports_to(server, descriptors)
    first = ports.draw(0, 0.0)
    assert all(ports.draw(0, 0.0) is first for _ in range(499))
    assert ports.draw(0, 0.0) is not first
    assert first.sock.fileno() == -1


def test_socket_is_replaced_after_ten_seconds(server: socket.socket, descriptors: Descriptors) -> None:
    ports = ports_to(server, descriptors)
    first = ports.draw(0, 0.0)
    assert ports.draw(0, 9.9) is first
    assert ports.draw(0, 10.0) is not first


def test_replaced_socket_stays_open_for_its_queries(server: socket.socket, descriptors: Descriptors) -> None:
    ports = ports_to(server, descriptors)
    first = ports.draw(0, 0.0)
    flight = Probe(b"", 0, None)
    flight.ask(first.waiting, b"id")
    ports.draw(0, 10.0)
    assert ports.sweep(10.0) == 2
    assert first.sock.fileno() != -1
    flight.forget_sockets()
    assert ports.sweep(10.0) == 1
    assert first.sock.fileno() == -1


def test_sockets_without_use_are_closed(server: socket.socket, descriptors: Descriptors) -> None:
    ports = ports_to(server, descriptors)
    for place in range(64):
        ports.draw(place, 0.0)
    assert ports.sweep(5.0) == 64
    assert ports.sweep(10.0) == 0
    assert not descriptors.ports


def test_more_places_when_asked_for(server: socket.socket, descriptors: Descriptors) -> None:
    ports = ports_to(server, descriptors, replace(LIMITS, sockets=100))
    assert len({number_of(ports.draw(place, 0.0)) for place in range(256)}) == 128
