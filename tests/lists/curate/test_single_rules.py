"""Rules that look at exact names, and at who names them."""

from __future__ import annotations

import pytest

from filterdns.lists.curate import popular, safe_search, shared_hosts, two_feeds

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


ONE, SAME_KEEPER, OTHER = ("fraud", "A keeper", False), ("fraud", "a KEEPER", False), ("fraud", "Another", False)


@pytest.mark.parametrize(
    ("feeds", "few"),
    [
        ([ONE], {"fraud"}),
        ([ONE, SAME_KEEPER], {"fraud"}),
        ([ONE, OTHER], set()),
        ([ONE, ("malware", "Another", False)], {"fraud"}),
        ([("malware", "A keeper", False)], set()),
        ([("fraud", "this household", True)], set()),  # the household has decided so
        ([], set()),
    ],
)
def test_fraud_needs_two_feeds_of_different_keepers(feeds: list[tuple[str, str, bool]], few: set[str]) -> None:
    assert two_feeds.too_few(feeds) == few
