"""Each name is found with exactly the feeds that name it, in whatever order they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from filterdns.lists.curate.combine import Combinations

NAMES = st.integers(0, 12).map(lambda number: b"n%d.example" % number)
FEEDS = st.dictionaries(st.integers(0, 5), st.sets(NAMES), max_size=6)


@given(st.lists(FEEDS, max_size=4))
def test_combinations_are_the_feeds_that_name_a_name(shelves: list[dict[int, set[bytes]]]) -> None:
    combinations = Combinations()
    for feeds in shelves:
        known = combinations.combine((feed, sorted(names)) for feed, names in feeds.items())
        assert {name: set(combinations.all[number]) for name, number in known.items()} == {
            name: {feed for feed, names in feeds.items() if name in names} for name in set().union(*feeds.values())
        }
    assert len(set(combinations.all)) == len(combinations.all)


@given(FEEDS)
def test_feeds_in_another_order_give_the_same_combinations(feeds: dict[int, set[bytes]]) -> None:
    found = []
    for order in (feeds.items(), reversed(feeds.items())):
        combinations = Combinations()
        known = combinations.combine((feed, sorted(names)) for feed, names in order)
        found.append({name: combinations.all[number] for name, number in known.items()})
    assert found[0] == found[1]
