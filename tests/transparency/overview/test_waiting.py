"""What is said of the guard's rules is what the guard does."""

from __future__ import annotations

from filterdns.lists.curate.guard import Limits
from filterdns.lists.curate.two_feeds import FEWEST_KEEPERS
from filterdns.transparency.overview.waiting import SHRINK_FETCHES, SHRINK_TIME
from filterdns.transparency.overview.wording import NOTES


def test_a_shrink_is_accepted_when_the_page_says_so() -> None:
    assert Limits().shrink_fetches == SHRINK_FETCHES
    assert Limits().shrink_hours * 3_600 == SHRINK_TIME.total_seconds()


def test_categories_that_need_several_keepers_say_so() -> None:
    assert NOTES.keys() == FEWEST_KEEPERS.keys()
    assert set(FEWEST_KEEPERS.values()) == {2}
