"""Nothing that was said about a name is lost, and names of which the same is said share a set."""

from __future__ import annotations

from datetime import date

from filterdns.categories import ALLOWED_BELOW, HOLD, P1
from filterdns.lists.curate.listing_sets import OPEN_BELOW, ListingSets
from filterdns.lists.index.layout import FOREVER
from filterdns.lists.index.writer import EMPTY_SET, Mark
from filterdns.lists.listing import Listing, last_day

MASKS = {"adult": 1 << 8, "malware": 1 << 9}
ADULT = Listing(category="adult", subdomains=True, source="a", basis="starter", expires=date(1970, 1, 11))
MALWARE = Listing(category="malware", subdomains=False, source="b", basis="imported", expires=date(1970, 1, 5))
HELP = Listing(category="p1", subdomains=True, source="c", basis="protected")
BROKEN = Listing(category="hold", subdomains=True, source="d", basis="hold", expires=date(1970, 1, 4))


def test_set_keeps_all_listings_and_the_same_listings_are_one_set() -> None:
    sets = ListingSets()
    adult, malware = sets.add(ADULT), sets.add(MALWARE)
    both = sets.number([adult, malware])
    assert sets.number([malware, adult, malware]) == both
    assert sets.number([adult]) not in (both, EMPTY_SET, sets.number([malware]))
    assert sets.members(both) == [ADULT, MALWARE]
    assert sets.categories(both) == {"adult", "malware"}
    assert sets.marks(MASKS)[both] == (Mark(1 << 8, True, 9), Mark(1 << 9, False, 3))
    assert [len(rows) for rows in sets.rows()] == [0, 2, 1, 1]
    assert sets.rows()[both][0] == ADULT.details()


def test_alike_listings_of_two_sources_are_two() -> None:
    sets = ListingSets()
    numbers = [sets.add(ADULT), sets.add(ADULT)]
    assert sets.number([numbers[0]]) != sets.number([numbers[1]])
    assert len(sets.members(sets.number(numbers))) == 2


def test_listing_counts_until_the_day_before_it_expires() -> None:
    assert last_day(date(1970, 1, 2)) == 0


def test_name_above_an_open_one_says_so_as_long_as_anything_is_filtered() -> None:
    sets = ListingSets()
    adult, malware, help_, hold = map(sets.add, (ADULT, MALWARE, HELP, BROKEN))
    above = sets.number([OPEN_BELOW, adult, malware])
    marks = sets.marks(MASKS)[above]
    assert set(marks) == {Mark(1 << 8, True, 9), Mark(1 << 9, False, 3), Mark(ALLOWED_BELOW, True, 9)}
    assert sets.members(above) == [ADULT, MALWARE]
    assert above != sets.number([adult, malware])
    protected = sets.number([help_, hold])
    assert sets.marks(MASKS)[protected] == (Mark(P1, True, FOREVER), Mark(HOLD, True, 2))


def test_name_that_is_only_above_an_open_one_is_not_listed() -> None:
    assert ListingSets().number([OPEN_BELOW]) == EMPTY_SET
