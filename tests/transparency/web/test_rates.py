from __future__ import annotations

import pytest

from filterdns.transparency.web.rates import PageLimits, Rates, rate_keys


def rate_key(address: str) -> object:
    return rate_keys(address)[0]


LIMITS = PageLimits(requests_a_second=2, burst=4, addresses_remembered=8)


def test_a_burst_passes_and_tokens_come_back_with_time() -> None:
    rates = Rates(LIMITS)
    assert [rates.admit("192.0.2.1", 0.0) for _ in range(5)] == [True] * 4 + [False]
    assert rates.admit("192.0.2.1", 0.5)
    assert not rates.admit("192.0.2.1", 0.5)


def test_one_address_does_not_take_from_another() -> None:
    rates = Rates(LIMITS)
    for _ in range(5):
        rates.admit("192.0.2.1", 0.0)
    assert rates.admit("192.0.2.2", 0.0)


def test_an_ipv6_network_is_one_address_and_mapped_ones_are_ipv4() -> None:
    assert rate_key("2001:db8::1") == rate_key("2001:db8::ffff:2")
    assert rate_key("2001:db8::1") != rate_key("2001:db8:0:1::1")
    assert rate_key("::ffff:192.0.2.1") == rate_key("192.0.2.1")
    assert rate_key("fe80::1%eth0") == rate_key("fe80::2")


def test_many_addresses_take_bounded_memory() -> None:
    rates = Rates(LIMITS)
    for number in range(1_000):
        rates.admit(f"192.0.{number // 256}.{number % 256}", 0.0)
    assert len(rates._addresses) <= 2 * LIMITS.addresses_remembered
    assert len(rates._prefixes) <= 2 * LIMITS.addresses_remembered


def test_an_address_in_use_is_remembered_while_strangers_come() -> None:
    rates = Rates(LIMITS)
    for number in range(100):
        rates.admit("198.51.100.1", 0.0)
        rates.admit(f"192.0.2.{number}", 0.0)
    assert not rates.admit("198.51.100.1", 0.0)


@pytest.mark.parametrize("prefix", ["192.0.2.{}", "2001:db8:0:{}::1"])
def test_moving_from_one_address_to_the_next_gains_nothing_beyond_the_neighbourhoods_share(prefix: str) -> None:
    rates = Rates(PageLimits(requests_a_second=2, burst=4, prefix_requests_a_second=4, prefix_burst=10))
    admitted = [rates.admit(prefix.format(number), 0.0) for number in range(100)]
    assert admitted == [True] * 10 + [False] * 90
    assert rates.admit("198.51.100.1", 0.0)
    assert rates.admit("2001:db8:1::1", 0.0)


def test_fifty_names_at_once_cost_fifty_requests() -> None:
    rates = Rates(PageLimits(requests_a_second=1, burst=60))
    assert rates.admit("192.0.2.1", 0.0, 50)
    assert not rates.admit("192.0.2.1", 0.0, 50)
    assert rates.admit("192.0.2.1", 0.0, 10)
