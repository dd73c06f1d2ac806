"""Who belongs to which profile, and who may ask."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from filterdns.resolver.policy.clients import LOCAL_NETWORKS, Networks, PrefixTable
from tests.resolver.listed import compiled, profile_of


def packed(text: str) -> bytes:
    return ip_address(text).packed


def test_the_longest_prefix_wins() -> None:
    rows = [("10.0.0.0/8", "a"), ("10.1.0.0/16", "b"), ("10.1.2.3/32", "c"), ("fd00::/8", "d"), ("fd00:1::/32", "e")]
    for order in (rows, rows[::-1]):
        table = PrefixTable(order)
        got = [table.get(packed(text)) for text in ("10.9.9.9", "10.1.9.9", "10.1.2.3", "fd00:2::1", "fd00:1::1")]
        assert got == ["a", "b", "c", "d", "e"]
        assert table.get(packed("11.0.0.1")) is None
        assert table.get(packed("fe80::1")) is None


def test_a_prefix_of_no_bits_holds_its_own_family_alone() -> None:
    table = PrefixTable([("0.0.0.0/0", "v4")])
    assert table.get(packed("255.255.255.255")) == "v4"
    assert table.get(packed("::")) is None


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "169.254.1.1", "10.255.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"]
)
def test_local_ipv4_may_ask(text: str) -> None:
    assert networks().may_ask(packed(text))


@pytest.mark.parametrize("text", ["::1", "fe80::1", "febf::1", "fc00::1", "fdff::1"])
def test_local_ipv6_may_ask(text: str) -> None:
    assert networks().may_ask(packed(text))


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "172.32.0.1", "172.15.255.255", "192.169.0.1", "100.64.0.1", "2001:db8::1", "fec0::1", "::2"]
)
def test_nobody_else_may_ask(text: str) -> None:
    assert not networks().may_ask(packed(text))


def test_a_client_of_no_network_has_the_default_profile() -> None:
    child, default = compiled(profile_of()), compiled(profile_of([]))
    made = Networks(LOCAL_NETWORKS, [("192.168.1.64/26", child)], default)
    assert made.profile_of(packed("192.168.1.65")) is child
    assert made.profile_of(packed("192.168.1.63")) is default
    assert made.profile_of(packed("fe80::1")) is default


def networks() -> Networks:
    return Networks(LOCAL_NETWORKS, [], compiled(profile_of()))
