"""What the rules say of many names at once is what a slow look at each name and each rule says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.lists.curate.allowances import AllowedNames
from filterdns.lists.curate.name_rules import WORDS, NameRules, Ruling
from filterdns.lists.curate.ordered import OrderedNames
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.parse.allow import Allowance
from filterdns.lists.shelves import SHELVES, shelf_of

WHEN = datetime(2026, 11, 24, tzinfo=UTC)
CATEGORIES = frozenset({"adult", "social"})
SUFFIXES = PublicSuffixes(["com", "co.uk", "*.ck", "!www.ck", "app.example"])


@cache
def allowance(name: str, subdomains: bool, until: date | None = None) -> Allowance:
    day = date(2026, 11, 1)
    return Allowance(
        name.encode(), subdomains, frozenset({"adult"}), "allow", {}, day, "maintainer", until, "allow/a.yaml"
    )


ALLOWED = AllowedNames(
    [
        allowance("shop.example", True),
        allowance("a.www.shop.example", False),
        allowance("b.example", False),
    ]
)
SHARED = [b"cdn.example", b"ck.example"]
POPULAR = {b"big.example": frozenset({"social"}), b"shop.example": frozenset[str]()}
TARGETS = [b"safe.big.example"]
PROTECTED = [b"help.example", b"a.b.example", b"x.co.uk"]
OURS = [b"ours.test"]
RULES = NameRules(
    public_suffixes=SUFFIXES,
    shared=SHARED,
    popular_names=POPULAR,
    targets=TARGETS,
    protected=PROTECTED,
    ours=OURS,
    allowed=ALLOWED,
    categories=CATEGORIES,
)


def below_or_same(name: bytes, zone: bytes) -> bool:
    return name == zone or name.endswith(b"." + zone)


def slow(name: bytes) -> Ruling:
    """The slow twin."""
    bare = name.removeprefix(b"www.")
    refused: dict[str, frozenset[str] | None] = {}
    if SUFFIXES.holds(name):
        refused["public_suffix"] = None
    if name in SHARED or bare in SHARED:
        refused["shared_host"] = None
    if name in TARGETS:
        refused["safe_search"] = None
    for form in (name, bare):
        if form in POPULAR:
            refused["popular"] = CATEGORIES - POPULAR[form]
    if any(below_or_same(name, zone) for zone in PROTECTED):
        refused["protected"] = None
    if any(below_or_same(name, zone) for zone in OURS):
        refused["ours"] = None
    zones = [*PROTECTED, *OURS, b"shop.example", b"a.www.shop.example", b"b.example"]
    about = [(b"a.www.shop.example", False), (b"shop.example", True), (b"b.example", False)]
    return Ruling(
        refused,
        [
            allowance(zone.decode(), subdomains)
            for zone, subdomains in about
            if name == zone or (subdomains and below_or_same(name, zone))
        ],
        any(zone.endswith(b"." + name) for zone in zones),
    )


LABELS = st.sampled_from(
    ["www", "a", "b", "shop", "cdn", "big", "safe", "help", "ours", "test", "over", "co", "uk", "ck", "app", "com", "x"]
)
NAMES = st.tuples(st.lists(LABELS, min_size=1, max_size=3), st.sampled_from(["example", "test", "co.uk", "ck"])).map(
    lambda parts: ".".join([*parts[0], parts[1]]).encode()
)
KNOWN = st.sampled_from([*SHARED, *POPULAR, *TARGETS, *PROTECTED, *OURS, *ALLOWED.names, b"www.cdn.example"])


@settings(max_examples=300)
@given(st.sets(NAMES | KNOWN | KNOWN.map(lambda name: b"y." + name), max_size=20))
def test_rulings_are_those_of_a_slow_look(names: set[bytes]) -> None:
    told: dict[bytes, Ruling] = {}
    for shelf in range(SHELVES):
        here = sorted(name for name in names if shelf_of(name) == shelf)
        told |= RULES.rulings(shelf, OrderedNames(here))
    for name in names:
        expected = slow(name)
        assert told.pop(name, Ruling()) == expected, name
    assert told == {}


def test_what_a_person_wrote_may_name_what_strangers_share_but_nothing_protected() -> None:
    refused: dict[str, frozenset[str] | None] = {"shared_host": None, "popular": frozenset({"adult"})}
    ruling = Ruling(refused)
    assert ruling.rule_against("social") == "shared_host"
    assert ruling.rule_against("adult", by_hand=True) == ""
    ruling.refused = {"popular": frozenset({"adult"}), "protected": None}
    assert (ruling.rule_against("adult"), ruling.rule_against("social")) == ("popular", "protected")
    assert ruling.rule_against("adult", by_hand=True) == "protected"


def test_every_rule_has_words_for_people() -> None:
    assert set(WORDS) == {
        *("two_feeds", "public_suffix", "shared_host", "popular", "safe_search", "protected", "ours"),
        *("allowed", "pinned"),
    }
