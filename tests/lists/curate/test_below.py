"""The few names among many, and all that lies below them: what is found fast is what a slow look finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.curate import below
from filterdns.lists.curate.below import Zones
from filterdns.lists.curate.ends import Edges
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.index.numbers import HAS_NUMPY

LABELS = st.sampled_from([b"a", b"b", b"ab", b"x-1", b"www", b"help", b"a-long-label", b"ck", b"com", b"example"])
NAMES = st.lists(LABELS, min_size=1, max_size=5).map(b".".join)
LISTED = st.lists(LABELS, min_size=2, max_size=6).map(b".".join)


def is_below(name: bytes, zone: bytes) -> bool:
    return name == zone or name.endswith(b"." + zone)


@pytest.mark.parametrize("has_numpy", sorted({False, HAS_NUMPY}))
@given(few=st.lists(NAMES, max_size=12), many=st.lists(LISTED, max_size=40))
def test_names_at_or_below_are_found_and_no_others(has_numpy: bool, few: list[bytes], many: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(below, "HAS_NUMPY", has_numpy)
        zones = Zones(few)
    assert zones.covered(many) == {name for name in many if any(is_below(name, zone) for zone in few)}
    for name in many:
        above = sorted({zone for zone in few if is_below(name, zone)}, key=len, reverse=True)
        assert zones.zones_of(name) == above
        assert zones.get_zone(name) == (above[0] if above else None)


@pytest.mark.skipif(not HAS_NUMPY, reason="without numpy each name is looked up")
@given(st.lists(NAMES, max_size=30, unique=True), st.sets(NAMES, max_size=30))
def test_names_among_a_few_are_found_whatever_stands_beside_them(many: list[bytes], few: set[bytes]) -> None:
    assert Edges(many).among(few) == [place for place, name in enumerate(many) if name in few]


@pytest.mark.parametrize(
    ("few", "name", "found"),
    [
        (b"t.co", b"t.co", True),
        (b"t.co", b"a.t.co", True),
        (b"t.co", b"at.co", False),
        (b"clinic.example", b"aclinic.example", False),
        (b"clinic.example", b"www.clinic.example", True),
        (b"clinic.example", b"clinic.example.org", False),
        (b"ck", b"www.ck", True),
        (b"ck", b"www.kick", False),
        (b"a+b.example", b"aab.example", False),
    ],
)
def test_dots_divide_names(few: bytes, name: bytes, found: bool) -> None:
    assert Zones([few]).covered([b"aa.example", name, b"zz.example"]) == ({name} if found else set())


def test_nothing_is_below_nothing() -> None:
    assert Zones([]).covered([b"a.example"]) == set()
    assert Zones([b"a.example"]).covered([]) == set()


RULES = """// ===BEGIN ICANN DOMAINS===
com
co.uk   // with a comment
*.ck
!www.ck
*.kawasaki.jp
!city.kawasaki.jp
公司.cn
// ===BEGIN PRIVATE DOMAINS===
github.io
*.compute.cloud.example
""".splitlines()

SUFFIX_LABELS = st.sampled_from(
    [*(b"com", b"co", b"uk", b"ck", b"www", b"kawasaki", b"jp", b"city", b"xn--55qx5d", b"cn", b"github", b"io"),
     *(b"compute", b"cloud", b"example", b"a", b"any")]
)  # fmt: skip
SUFFIX_NAMES = st.one_of(
    st.lists(SUFFIX_LABELS, min_size=2, max_size=4).map(b".".join),
    st.sampled_from([b"co.uk", b"any.ck", b"www.ck", b"a.any.ck", b"city.kawasaki.jp", b"a.kawasaki.jp", b"github.io",
                     b"xn--55qx5d.cn", b"cloud.example", b"a.compute.cloud.example", b"b.a.compute.cloud.example"]),
)  # fmt: skip


@given(st.lists(SUFFIX_NAMES, max_size=30))
def test_suffixes_of_many_names_are_those_of_each(many: list[bytes]) -> None:
    rules = PublicSuffixes(RULES)
    found = rules.below_wildcards(many) | (set(many) & rules.shared)
    assert found == {name for name in many if rules.holds(name)}
