"""The query to an upstream: composed anew, with random letter case."""

from __future__ import annotations

import os

import dns.flags
import dns.message
from hypothesis import given
from hypothesis import strategies as st

from filterdns.names import parse_name
from filterdns.resolver.forward.asking import compose_query, mix_case
from filterdns.resolver.forward.entropy import BLOCK_OCTETS, Entropy

KEY = parse_name("www.example-1.org") + b"\0\x61\0\1"


@given(st.binary(min_size=len(KEY) - 4, max_size=len(KEY) - 4))
def test_only_letters_of_the_name_change_case(octets: bytes) -> None:
    mixed = mix_case(KEY, octets)
    assert mixed.lower() == KEY
    assert mixed[-4:] == KEY[-4:]


def test_each_letter_follows_its_own_random_bit() -> None:
    assert mix_case(KEY, bytes(len(KEY) - 4)) == KEY
    assert mix_case(KEY, b"\xff" * (len(KEY) - 4))[:-4] == KEY[:-4].upper()


def test_query_carries_rd_and_edns_1232_and_nothing_else() -> None:
    for variant in range(4):
        message = dns.message.from_wire(compose_query(b"\x12\x34", KEY, variant))
        assert message.id == 0x1234
        assert message.flags & dns.flags.RD
        assert bool(message.flags & dns.flags.CD) == bool(variant & 1)
        assert bool(message.ednsflags & dns.flags.DO) == bool(variant & 2)
        assert (message.edns, message.payload, message.options) == (0, 1232, ())
        assert not message.answer + message.authority + message.additional


def test_random_octets_are_handed_out_once_and_drawn_in_blocks() -> None:
    drawn: list[bytes] = []

    def draw(count: int) -> bytes:
        drawn.append(os.urandom(count))
        return drawn[-1]

    entropy = Entropy(draw)
    taken = [entropy.take(30) for _ in range(400)]
    assert len(set(taken)) == 400
    assert all(len(octets) == 30 for octets in taken)
    assert [len(block) for block in drawn] == [BLOCK_OCTETS] * 3
