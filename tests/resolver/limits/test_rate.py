"""Rates of clients and prefixes over a bounded table."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from filterdns.config.settings import RateLimits
from filterdns.resolver.limits.rate import Clients
from filterdns.resolver.policy.clients import LOCAL_NETWORKS, Networks
from tests.resolver.listed import compiled, profile_of

LIMITS = RateLimits(
    client_queries_a_second=100,
    client_burst=200,
    prefix_queries_a_second=1_000,
    prefix_burst=2_000,
    clients_remembered=256,
)


def packed(text: str) -> bytes:
    return ip_address(text).packed


def clients(limits: RateLimits = LIMITS) -> Clients:
    return Clients(Networks(LOCAL_NETWORKS, [], compiled(profile_of())), limits)


def passed(table: Clients, address: str, queries: int, now: float, seconds: float = 0.0) -> int:
    """How many of so many queries, evenly over this time, are within the rate."""
    octets = packed(address)
    return sum(table.get(octets, now + seconds * n / queries).budget >= 0 for n in range(queries))


def test_a_new_client_has_its_burst_and_no_more() -> None:
    table = clients()
    got = passed(table, "192.168.1.2", 1_000, 1000.0, 0.5)
    assert 200 <= got <= 200 + 50
    assert passed(table, "192.168.1.2", 100, 1000.5) <= 2


def test_a_burst_at_once_is_not_cut_into_pieces() -> None:
    """All in one drain: no clock moves in it."""
    assert passed(clients(), "192.168.1.2", 1_000, 1000.0) == 200


def test_over_time_a_client_has_its_rate() -> None:
    table = clients()
    got = passed(table, "192.168.1.2", 20_000, 1000.0, 10)
    assert 1_100 <= got <= 200 + 1_000 + 10


def test_a_client_within_its_rate_is_never_limited() -> None:
    assert passed(clients(), "192.168.1.2", 1_900, 1000.0, 20) == 1_900


def test_a_client_that_was_quiet_has_its_burst_again_and_not_more() -> None:
    table = clients()
    passed(table, "192.168.1.2", 1_000, 1000.0)
    assert 190 <= passed(table, "192.168.1.2", 1_000, 1010.0) <= 200


@pytest.mark.parametrize("addresses", ["192.168.1.{}", "fd00:1:2:3::{:x}", "fd00:1:2:3{:02x}::1"])
def test_the_clients_of_a_prefix_share_its_rate(addresses: str) -> None:
    """/24 and /56."""
    table = clients(replace(LIMITS, clients_remembered=4096))
    got = sum(passed(table, addresses.format(n), 200, 1000.0) for n in range(1, 101))
    assert 1_900 <= got <= 2_000
    later = sum(passed(table, addresses.format(n), 200, 1001.0) for n in range(1, 101))
    assert 900 <= later <= 1_000


@pytest.mark.parametrize(("one", "other"), [("192.168.1.2", "192.168.2.2"), ("fd00:0:0:100::1", "fd00:0:0:200::1")])
def test_another_prefix_has_a_rate_of_its_own(one: str, other: str) -> None:
    table = clients(replace(LIMITS, prefix_burst=100))
    assert passed(table, one, 1_000, 1000.0) <= 100
    assert passed(table, other, 1_000, 1000.0) >= 64


def test_nobody_is_exempt() -> None:
    for address in ("127.0.0.1", "::1", "fe80::1", "192.168.1.1"):
        assert passed(clients(), address, 1_000, 1000.0) <= 200


def test_a_mapped_address_is_the_ipv4_client() -> None:
    table = clients()
    assert passed(table, "192.168.1.2", 1_000, 1000.0) == 200
    assert passed(table, "::ffff:192.168.1.2", 1_000, 1000.0) == 0
    assert table.get(packed("::ffff:192.168.1.2"), 1000.0) is table.get(packed("192.168.1.2"), 1000.0)
    assert table.get(packed("::ffff:8.8.8.8"), 1000.0).allowed is False


def test_the_table_is_bounded_and_keeps_who_asks() -> None:
    table = clients()
    table.get(packed("192.168.1.1"), 1000.0)
    for n in range(20_000):
        table.get(packed(f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"), 1000.0)
        if n % 50 == 0:
            table.get(packed("192.168.1.1"), 1000.0)
        assert len(table.young) + len(table._old) <= LIMITS.clients_remembered
        assert len(table._prefixes) + len(table._old_prefixes) <= LIMITS.clients_remembered


def test_a_spent_client_is_not_forgotten_while_it_asks() -> None:
    """A flood of forged addresses must not give it a new burst."""
    table = clients()
    passed(table, "192.168.1.1", 1_000, 1000.0)
    for n in range(2_000):
        table.get(packed(f"10.0.{n >> 8 & 255}.{n & 255}"), 1000.0)
        assert table.get(packed("192.168.1.1"), 1000.0).budget < 0


def test_what_waits_for_an_upstream_stays_counted_when_generations_turn() -> None:
    table = clients()
    client = table.get(packed("192.168.1.1"), 1000.0)
    client.in_flight = 7
    for n in range(LIMITS.clients_remembered // 2 + 1):
        table.get(packed(f"10.0.0.{n & 255}") if n < 256 else packed(f"10.0.1.{n & 255}"), 1000.0)
    assert table.get(packed("192.168.1.1"), 1000.0).in_flight == 7


def test_who_may_not_ask_takes_nothing_from_its_prefix() -> None:
    table = Clients(Networks(["192.168.1.2/32"], [], compiled(profile_of())), LIMITS)
    outsider = table.get(packed("192.168.1.3"), 1000.0)
    assert (outsider.allowed, outsider.budget < 0) == (False, True)
    assert passed(table, "192.168.1.3", 5_000, 1000.0, 60) == 0
    assert passed(table, "192.168.1.2", 1_000, 1060.0) >= 199


def test_the_default_is_enough_for_a_router_that_speaks_for_800_pupils() -> None:
    assert passed(clients(RateLimits()), "192.168.1.1", 30_000, 1000.0, 10) == 30_000


def test_new_networks_are_for_everybody_at_once() -> None:
    table = clients()
    assert table.get(packed("192.168.1.2"), 1000.0).allowed
    table.use(Networks(["10.0.0.0/8"], [], compiled(profile_of())), LIMITS)
    assert not table.get(packed("192.168.1.2"), 1000.0).allowed
