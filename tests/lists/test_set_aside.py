from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import IndexFault
from filterdns.lists.set_aside import Refusal, SetAsideNames, find_refusals, write_refusals

NAMES = st.sampled_from([b"a.b", b"a.bc", b"a-.b", b"aa.b", b"b.c", b"xn--a.b", b"a.b.c", b"_a.b", b"0.b"])
REFUSALS = st.builds(
    Refusal, NAMES, st.sampled_from(["protected", "pinned"]), st.sampled_from(["adult", ""]), st.just("own/a b.yaml")
)


@given(st.lists(REFUSALS), NAMES)
def test_exactly_the_refusals_of_a_name_are_found(refusals: list[Refusal], name: bytes) -> None:
    names = SetAsideNames(write_refusals(refusals))
    assert names.get(name) == sorted(each for each in refusals if each.name == name)


def test_a_walk_through_the_file_finds_the_same(tmp_path: Path) -> None:
    refusals = [Refusal(b"%d.example" % number, "protected", "adult", "list") for number in range(100)]
    octets = write_refusals(refusals)
    (tmp_path / "set_aside").write_bytes(octets)
    for refusal in refusals:
        assert SetAsideNames(octets).get(refusal.name) == find_refusals(tmp_path / "set_aside", refusal.name)


@pytest.mark.parametrize("octets", [b"nonsense", b"a.b\n", b"a.b protected\n", b"a.b protected adult\xff \xff\n"])
def test_a_damaged_file_is_a_fault(octets: bytes) -> None:
    with pytest.raises(IndexFault):
        SetAsideNames(octets).get(b"a.b")
