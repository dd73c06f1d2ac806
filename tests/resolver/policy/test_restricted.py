"""An authority's closed list, laid over an index."""

from __future__ import annotations

import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.config.settings import Settings
from filterdns.names import parse_name
from filterdns.resolver.counters import FILTERED, RESTRICTED, SLOTS_A_TRANSPORT
from filterdns.resolver.policy.restricted import NoListings, RestrictedOverlay
from tests.messages import query, reply
from tests.resolver.listed import BITS, CATEGORIES, index_of, names, profile_of, resolver
from tests.resolving import Resolving, parsed
from tests.scenarios.expect import extended_errors

CLOSED = names("closed.example", "deep.closed.example", "casino.example", "help.example")
LISTED = {"casino.example": "gambling", "help.example": "P1", "www.casino.example": "adult", "clinic.example": "P2"}
MASK = BITS["restricted_legal"]


def overlay(*more: bytes) -> RestrictedOverlay:
    return RestrictedOverlay(index_of(LISTED), frozenset((*CLOSED, *more)), MASK)


def resolving(**more: object) -> Resolving:
    made = resolver(
        {},
        lambda asked: reply(asked, ["alias.example.net. 60 CNAME closed.example.", "closed.example. 60 A 192.0.2.1"]),
        profile_of(**more),  # type: ignore[arg-type]
        settings=Settings(),
    )
    made.pipeline.use_release(overlay(parse_name("clinic.example")))
    return made


@pytest.mark.parametrize(
    ("name", "offsets"),
    [
        ("closed.example", [0]),
        ("www.closed.example", [4]),
        ("a.deep.closed.example", [2]),
        ("a.www.casino.example", [2, 6]),
        ("www.casino.example", [0, 4]),
        ("xclosed.example", []),
        ("example", []),
        (".", []),
    ],
)
def test_restricted_names_are_matches_like_others_longest_first(name: str, offsets: list[int]) -> None:
    found = overlay().matches(parse_name(name))
    assert sorted({offset for offset, _, _ in found}) == offsets
    assert [offset for offset, _, _ in found] == sorted(offset for offset, _, _ in found)


@given(st.lists(st.sampled_from(["www", "deep", "closed", "casino", "help", "other"]), max_size=3))
def test_find_is_all_matches_in_one(labels: list[str]) -> None:
    name = parse_name(".".join([*labels, "example"]))
    for listings in (overlay(), index_of(LISTED), NoListings()):
        total = 0
        for _, mask, _ in listings.matches(name):
            total |= mask
        assert listings.find(name) == total


def test_they_are_filtered_with_the_operators_words_and_counted_apart() -> None:
    made = resolving()
    for name, tcp in (("www.closed.example", 0), ("a.deep.closed.example", 1)):
        message = parsed(made.ask(query(name, edns=1232), transport=tcp))
        assert message.rcode() == dns.rcode.NXDOMAIN
        ((code, text),) = extended_errors(message)
        assert code == 15
        assert not {"restricted", "legal", "closed", "why"} & set(text.replace(".", " ").split())
        counts = made.profiles.all[0].counts
        assert counts[RESTRICTED + tcp * SLOTS_A_TRANSPORT] == 1
        assert not any(counts[FILTERED : FILTERED + 64])


def test_they_stand_before_what_the_household_allows_and_before_p2_but_not_before_p1() -> None:
    made = resolving(allow=CLOSED)
    assert extended_errors(parsed(made.ask(query("closed.example", edns=1232))))[0][0] == 15
    assert extended_errors(parsed(made.ask(query("clinic.example", edns=1232))))[0][0] == 15
    assert not extended_errors(parsed(made.ask(query("help.example", edns=1232))))


def test_an_alias_to_one_is_filtered_without_its_name() -> None:
    made = resolving()
    for _ in range(2):
        ((code, text),) = extended_errors(parsed(made.ask(query("alias.example.net", edns=1232))))
        assert code == 15
        assert "closed" not in text


def test_a_profile_without_the_category_has_no_part_in_it() -> None:
    made = resolver({}, lambda asked: reply(asked, ["closed.example. 60 A 192.0.2.1"]), profile_of(["adult"]))
    made.pipeline.use_release(overlay())
    assert parsed(made.ask(query("closed.example"))).answer


def test_without_listings_everything_resolves() -> None:
    made = resolver({}, lambda asked: reply(asked, ["casino.example. 60 A 192.0.2.1"]))
    made.profiles.use_categories(())
    made.pipeline.use_release(NoListings())
    assert parsed(made.ask(query("casino.example"))).answer
    made.profiles.use_categories(CATEGORIES)
    made.pipeline.use_release(index_of(LISTED))
    assert not parsed(made.ask(query("casino.example"))).answer
