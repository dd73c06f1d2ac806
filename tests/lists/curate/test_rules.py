"""Nothing that was said about a name is lost; what is protected or shared by many is never imported."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.categories import ALLOWED_BELOW, P1
from filterdns.lists.curate.merge import Merger
from filterdns.lists.curate.protect import Guarded, Sieve
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.index.layout import FOREVER
from filterdns.lists.index.writer import Mark
from filterdns.lists.listing import Listing, last_day
from filterdns.lists.parse.lines import Rejected
from filterdns.names import is_at_or_below, parse_name

MASKS = {"adult": 1 << 8, "malware": 1 << 9}
ADULT = Listing(category="adult", subdomains=True, source="a", basis="starter", expires=date(1970, 1, 11))
MALWARE = Listing(category="malware", subdomains=False, source="b", basis="imported", expires=date(1970, 1, 5))
HELP = Listing(category="p1", subdomains=True, source="c", basis="protected")
A, B, C = (parse_name(name) for name in ("a.example", "b.example", "c.example"))


def test_name_keeps_all_its_listings_and_equal_names_share_a_set() -> None:
    merger = Merger()
    merger.add_all((A, B), ADULT)
    merger.add_all((B, C, B), MALWARE)
    assert len(set(merger.names.values())) == 3
    listings = merger.listings()
    assert [listings[merger.names[name]] for name in (A, B, C)] == [[ADULT], [ADULT, MALWARE], [MALWARE]]
    assert merger.sets(MASKS)[merger.names[B]] == (Mark(1 << 8, True, 9), Mark(1 << 9, False, 3))


def test_listing_counts_until_the_day_before_it_expires() -> None:
    assert last_day(date(1970, 1, 2)) == 0


def test_name_above_a_protected_one_says_so_as_long_as_it_is_listed() -> None:
    merger = Merger()
    help_name = parse_name("help.a.example")
    merger.add_all((A, B), ADULT)
    merger.add_all((help_name,), HELP)
    merger.open_above([help_name])
    sets = merger.sets(MASKS)
    assert sets[merger.names[A]] == (Mark(1 << 8, True, 9), Mark(ALLOWED_BELOW, True, 9))
    assert sets[merger.names[B]] == (Mark(1 << 8, True, 9),)
    assert sets[merger.names[help_name]] == (Mark(P1, True, FOREVER),)
    assert merger.listings()[merger.names[A]] == [ADULT]


RULES = """// ===BEGIN ICANN DOMAINS===
com
co.uk   // with a comment
*.ck
!www.ck
公司.cn

github.io
compute.cloud.example
"""


@pytest.mark.parametrize(
    ("name", "shared"),
    [("com", True), ("co.uk", True), ("ck", True), ("any.ck", True), ("www.ck", False), ("a.any.ck", False),
     ("github.io", True), ("a.github.io", False), ("compute.cloud.example", True), ("cloud.example", True),
     ("x.cloud.example", False), ("example.com", False), ("xn--55qx5d.cn", True)],
)  # fmt: skip
def test_names_under_which_strangers_register_are_known(name: str, shared: bool) -> None:
    assert PublicSuffixes(RULES.splitlines()).holds(parse_name(name)) is shared


NAMES = st.lists(st.sampled_from(["a", "b", "www"]), min_size=2, max_size=5).map(
    lambda labels: parse_name(".".join(labels))
)


@given(st.lists(NAMES, max_size=6), NAMES)
def test_protected_names_guard_all_that_lies_below(protected: list[bytes], name: bytes) -> None:
    assert Guarded(protected).covers(name) == any(is_at_or_below(name, zone) for zone in protected)


def test_import_is_stripped_of_what_it_may_not_touch_and_says_so() -> None:
    sieve = Sieve(Guarded([parse_name("clinic.example")]), PublicSuffixes(RULES.splitlines()))
    parsed = [A, parse_name("www.clinic.example"), Rejected(3, "x", "a name"), parse_name("github.io"), B]
    assert list(sieve.pass_names(parsed, "own/adult.txt")) == [A, B]
    assert (sieve.rejected, sieve.set_aside) == (1, 2)
    assert sieve.rejected_examples == ['own/adult.txt:3: expected a name, got "x"']
    assert sieve.set_aside_examples == [
        "own/adult.txt: www.clinic.example: protected",
        "own/adult.txt: github.io: shared by many, at or above a public suffix",
    ]


def test_examples_are_bounded_and_counts_are_not() -> None:
    sieve = Sieve(Guarded([]), PublicSuffixes([]))
    assert list(sieve.pass_names((Rejected(n, "x", "a name") for n in range(500)), "f")) == []
    assert sieve.rejected == 500
    assert len(sieve.rejected_examples) == 50
