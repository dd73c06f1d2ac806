"""Rules that look at exact names, and at who names them."""

from __future__ import annotations

from dataclasses import replace

from filterdns.lists.curate import popular, safe_search, shared_hosts, two_feeds
from filterdns.lists.recipe import Keeper
from tests.lists.feeds import recipe

LIST = {b"cdn.example", b"tenant.cdn.example", b"big.example", b"strict.search.example", b"shop.example"}


def test_shared_host_is_refused_and_what_lies_below_is_not() -> None:
    assert shared_hosts.refused(LIST, {b"cdn.example", b"other.example"}) == {b"cdn.example"}


def test_popular_parent_waits_but_in_the_categories_it_is_known_for() -> None:
    approved = {b"big.example": frozenset({"social"}), b"other.example": frozenset[str]()}
    assert popular.quarantined("adult", LIST, approved) == {b"big.example"}
    assert popular.quarantined("social", LIST, approved) == set()
    assert popular.quarantined("adult", dict.fromkeys(LIST).keys(), approved) == {b"big.example"}


def test_safe_search_target_is_never_listed() -> None:
    assert safe_search.refused(LIST, {b"strict.search.example"}) == {b"strict.search.example"}


def test_fraud_needs_two_feeds_of_different_keepers() -> None:
    one = recipe("one", "fraud")
    same_keeper, other = recipe("two", "fraud"), replace(recipe("three", "fraud"), keeper=Keeper("Another"))
    assert not two_feeds.enough("fraud", [one])
    assert not two_feeds.enough("fraud", [one, same_keeper])
    assert not two_feeds.enough("fraud", [one, replace(same_keeper, keeper=Keeper("a KEEPER"))])
    assert two_feeds.enough("fraud", [one, other])
    assert two_feeds.enough("malware", [one])


def test_list_of_the_household_is_enough_for_it() -> None:
    own = replace(recipe("own", "fraud"), household=True)
    assert two_feeds.enough("fraud", [own])
