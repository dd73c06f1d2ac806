"""Addresses from inside, in every dress, held against the standard library."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.resolver.forward.rebinding import is_inside, looks_filtered, shield
from filterdns.resolver.message.answer import Answer, without_records

INSIDE_V4 = [
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16"),
    )
]


@given(st.ip_addresses(v=4))
def test_ipv4_is_judged_as_its_networks_say(address: ipaddress.IPv4Address) -> None:
    assert is_inside(address.packed) == any(address in network for network in INSIDE_V4)


@pytest.mark.parametrize("network", INSIDE_V4, ids=str)
def test_edges_of_each_ipv4_network(network: ipaddress.IPv4Network) -> None:
    first, last = int(network[0]), int(network[-1])
    assert is_inside(first.to_bytes(4))
    assert is_inside(last.to_bytes(4))
    assert not is_inside((last + 1).to_bytes(4))
    if first:
        assert not is_inside((first - 1).to_bytes(4))


DRESSES = ("::ffff:{}", "::{}", "64:ff9b::{}", "2002:{hex}::1")


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize(("text", "inside"), [("192.168.1.1", True), ("100.64.0.9", True), ("192.0.2.1", False)])
def test_ipv4_in_ipv6_is_judged_as_what_it_carries(dress: str, text: str, inside: bool) -> None:
    packed = ipaddress.IPv4Address(text).packed.hex()
    address = dress.format(text, hex=f"{packed[:4]}:{packed[4:]}")
    assert is_inside(ipaddress.IPv6Address(address).packed) == inside


@pytest.mark.parametrize("text", ["::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fdff::1", "64:ff9b:1::1"])
def test_ipv6_from_inside(text: str) -> None:
    assert is_inside(ipaddress.IPv6Address(text).packed)


@pytest.mark.parametrize(
    "text", ["2001:db8::1", "2a00::1", "fe00::1", "ff02::1", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_ipv6_from_outside(text: str) -> None:
    assert not is_inside(ipaddress.IPv6Address(text).packed)


def answer_with(*addresses: bytes, rcode: int = 0, ede: int | None = None) -> Answer:
    answer = without_records(rcode, ede, negative=not addresses)
    answer.addresses = addresses
    return answer


def test_answers_that_look_filtered() -> None:
    for answer in (answer_with(bytes(4)), answer_with(bytes(16)), answer_with(bytes([192, 168, 0, 1]))):
        assert looks_filtered(answer)
    for ede in (15, 16, 17):
        assert looks_filtered(answer_with(rcode=3, ede=ede))
        assert looks_filtered(answer_with(rcode=0, ede=ede))


def test_answers_that_do_not() -> None:
    for answer in (answer_with(rcode=3), answer_with(rcode=3, ede=6), answer_with(bytes([192, 0, 2, 1]), ede=17)):
        assert not looks_filtered(answer)


def test_shielded_answer_is_nodata_with_ede_15() -> None:
    answer = shield()
    assert (answer.rcode, answer.ede, answer.body, answer.negative) == (0, 15, b"", True)
