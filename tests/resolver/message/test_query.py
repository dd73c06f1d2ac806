"""Reading queries, octet by octet. `tests/properties/test_query.py` holds the reader against dnspython."""

from __future__ import annotations

import pytest

from filterdns.errors import WireFault
from filterdns.resolver.message.query import SHAPES, read_query, walk_name
from tests.messages import query

HEAD = b"\x12\x34\1\0\0\1\0\0\0\0\0\0"


def test_a_plain_query_is_recognised_by_its_octets() -> None:
    for flags, ad, cd in ((0x0100, False, 0), (0x0120, True, 0), (0x0110, False, 1), (0x0130, True, 1)):
        for edns in (None, 1232):
            shape = SHAPES[query("example.org", flags=flags, edns=edns)[2:12]]
            assert (shape.flags, shape.ad, shape.cd, shape.has_additional) == (flags, ad, cd, edns is not None)


@pytest.mark.parametrize("flags", [0, 0x8100, 0x0900, 0x0140, 0x0300, 0x0500])
def test_nothing_else_is_plain(flags: int) -> None:
    assert query("example.org", flags=flags)[2:12] not in SHAPES


def test_a_name_ends_behind_its_root() -> None:
    wire = HEAD + b"\3www\7example\3org\0"
    assert walk_name(wire, 12)[:2] == (len(wire), 12 + 4 + 8)
    assert walk_name(HEAD + b"\0", 12)[:2] == (13, 12)


def test_the_longest_name_is_255_octets() -> None:
    name = (b"\x3f" + b"a" * 63) * 3 + b"\x3d" + b"a" * 61 + b"\0"
    assert len(name) == 255
    assert walk_name(name, 0)[0] == 255
    with pytest.raises(WireFault):
        walk_name((b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"a" * 62 + b"\0", 0)


@pytest.mark.parametrize("octets", [b"", b"\3ww", b"\3www", b"\xc0\0", b"\x40" + b"a" * 64 + b"\0", b"\x80\0"])
def test_what_is_no_name_is_a_fault(octets: bytes) -> None:
    with pytest.raises(WireFault):
        walk_name(octets, 0)


def test_a_label_may_hold_any_octet_and_only_letters_change_case() -> None:
    wire = HEAD + b"\6A\0.\xc0Z@\0\0\1\0\1"
    read = read_query(wire, 1232)
    assert read is not None
    assert not read.fault
    assert read.qname == b"\6a\0.\xc0z@\0"


def test_a_fault_keeps_what_could_be_read() -> None:
    read = read_query(query("WWW.example.org", "MX") + b"\0", 1232)
    assert read is not None
    assert read.fault
    assert (read.qname, read.qtype) == (b"\3www\7example\3org\0", 15)


def test_responses_and_less_than_a_header_are_not_queries() -> None:
    assert read_query(query("example.org", flags=0x8100), 1232) is None
    assert read_query(query("example.org")[:11], 1232) is None


def test_other_opcodes_are_not_read() -> None:
    read = read_query(HEAD[:2] + b"\x28\0" + HEAD[4:] + b"\xff", 1232)
    assert read is not None
    assert (read.fault, read.question_end) == ("", 0)


def test_a_great_count_of_records_costs_nothing() -> None:
    wire = HEAD[:8] + b"\0\0\xff\xff" + b"\0\0\1\0\1" + b"\0" * 400
    read = read_query(wire, 1232)
    assert read is not None
    assert read.fault
