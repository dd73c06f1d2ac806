"""Names by which a loop is found."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from filterdns.config.settings import Address, ForwardLimits, UpstreamServer
from filterdns.names import is_at_or_below, parse_name
from filterdns.resolver.forward.entropy import Entropy
from filterdns.resolver.upstreams.descriptors import Descriptors
from filterdns.resolver.upstreams.probe import Probes
from filterdns.resolver.upstreams.upstream import Upstream


@pytest.fixture
def upstreams() -> Iterator[list[Upstream]]:
    descriptors = Descriptors()
    yield [
        Upstream(UpstreamServer(Address(host, 53)), route, ForwardLimits(), Entropy(os.urandom), descriptors)
        for host, route in (("192.0.2.1", 0), ("192.0.2.2", 0), ("192.0.2.1", 1))
    ]
    descriptors.close()


def test_each_upstream_of_each_route_has_its_own_name(upstreams: list[Upstream]) -> None:
    probes = Probes(b"secret")
    names = [probes.name_for(upstream) for upstream in upstreams]
    assert len(set(names)) == 3
    assert [probes.names[name] for name in names] == upstreams
    assert all(is_at_or_below(name, parse_name("filterdns.test")) for name in names)


def test_workers_of_one_installation_know_each_others_probes(upstreams: list[Upstream]) -> None:
    one, other, stranger = Probes(b"secret"), Probes(b"secret"), Probes(b"another")
    assert one.name_for(upstreams[0]) == other.name_for(upstreams[0])
    assert stranger.name_for(upstreams[0]) not in one.names
