"""Addresses of upstreams, and what is remembered of letter case."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator

import pytest

from filterdns.config.settings import Address, ForwardLimits, UpstreamServer
from filterdns.resolver.forward.entropy import Entropy
from filterdns.resolver.upstreams.descriptors import Descriptors
from filterdns.resolver.upstreams.upstream import CASE_AGAIN_SECONDS, Upstream


@pytest.fixture
def made() -> Iterator[Callable[[str], Upstream]]:
    descriptors = Descriptors()
    yield lambda host: Upstream(UpstreamServer(Address(host, 53)), 0, ForwardLimits(), Entropy(os.urandom), descriptors)
    descriptors.close()


def test_scope_of_a_link_local_upstream_becomes_its_number(made: Callable[[str], Upstream]) -> None:
    assert made("fe80::1%lo").ports._address == ("fe80::1", 53, 0, socket.if_nametoindex("lo"))


def test_upstream_behind_a_missing_interface_refuses_and_does_not_break(made: Callable[[str], Upstream]) -> None:
    upstream = made("fe80::1%no-such-if")
    with pytest.raises(OSError, match=r"Invalid argument|unreachable"):
        upstream.ports.draw(0, 0.0)


def test_letter_case_is_tried_again_after_an_hour(made: Callable[[str], Upstream]) -> None:
    upstream = made("127.0.0.1")
    upstream.lost_case(100.0)
    upstream.sweep(100.0 + CASE_AGAIN_SECONDS - 1)
    assert not upstream.keeps_case
    upstream.sweep(100.0 + CASE_AGAIN_SECONDS)
    assert upstream.keeps_case
