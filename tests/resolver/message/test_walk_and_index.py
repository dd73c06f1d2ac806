"""What the walk over a query's name says of its labels is what the index needs: no look-up differs."""

from __future__ import annotations

import random

import pytest

from filterdns.names import parse_name
from filterdns.resolver.message.query import walk_name
from tests.resolver.listed import index_of

LISTED = {
    "a": "gambling",
    "b.a": "malware",
    "c.b.a": "=adult",
    "d.c.b.a": "games",
    "deep.e.f.g.h.i": "social",
    "h.i": "P2",
    "x.y": "=gambling",
}


@pytest.mark.parametrize("one_label", [True, False])
def test_matches_with_and_without_the_place_of_the_second_label_are_the_same(one_label: bool) -> None:
    listed = LISTED if one_label else {name: marks for name, marks in LISTED.items() if "." in name}
    index = index_of(listed)
    draw = random.Random(3)
    wires = [b"\0", parse_name("a"), parse_name("zz")]
    wires += [parse_name(name) for name in LISTED]
    wires += [parse_name(f"{draw.choice('abcdexyz')}.{name}") for name in LISTED for _ in range(8)]
    wires += [parse_name(".".join(draw.choices("abcdefghixy", k=draw.randint(1, 9)))) for _ in range(3_000)]
    for qname in wires:
        _, last, two = walk_name(b"\0" * 12 + qname, 12)
        assert index.matches(qname, two - 12) == index.matches(qname)
        slow = {qname[at:] for at in range(len(qname)) if qname[at:] in set(map(parse_name, listed))}
        assert {qname[offset:] for offset, _, _ in index.matches(qname)} <= slow
        assert qname[last - 12 :].count(b"\0") >= 1
