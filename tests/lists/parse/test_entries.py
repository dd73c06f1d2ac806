"""What people write: right entries become listings, every fault is told with its line."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.listing import Listing
from filterdns.lists.parse import holds, own, protected
from filterdns.names import parse_name
from tests.lists.entries import own_entry, parsed, protected_entry

REVIEWED = """
- name: casino.example
  scope: subdomains
  scope_reason: the whole site is the casino
  definition: "1.0"
  basis: reviewed
  reason: {en: "Roulette for money.", th: "x"}
  evidence: [{grade: E2, on: 2030-03-03, lang: th, note: front page}]
  proposed_by: parent
  approvals:
    - {by: rev-17, org: school, on: 2030-03-04}
    - {by: rev-31, org: university, on: 2030-03-05}
  listed_on: 2030-03-05
  review_due: 2031-03-05
  expires: 2031-09-03
"""
ORDERED = """
- name: ordered.example
  scope: exact
  definition: "1.0"
  basis: ordered
  reason: {en: "By order."}
  order: {authority: a court, law: an act, jurisdiction: NO, reference: 1/2030}
  listed_on: 2030-03-05
  expires: 2030-09-05
"""


def listings_of(table: CategoryTable, category: str, text: str) -> tuple[list[tuple[bytes, Listing]], list[str]]:
    row = table.get(category)
    assert row is not None
    found, faults = parsed(text, partial(own.parse, category=row, source="own/x.yaml"))
    return found, [f"{fault.where}: {fault.path}" for fault in faults]


def test_reviewed_listing_keeps_everything_that_was_said(table: CategoryTable) -> None:
    ((name, listing),), faults = listings_of(table, "gambling", REVIEWED)
    assert faults == []
    assert name == parse_name("casino.example")
    assert listing.details() == {
        "category": "gambling",
        "scope": "subdomains",
        "scope_reason": "the whole site is the casino",
        "source": "own/x.yaml",
        "basis": "reviewed",
        "definition": "1.0",
        "reason": {"en": "Roulette for money.", "th": "x"},
        "evidence": [{"grade": "E2", "on": "2030-03-03", "note": "front page", "lang": "th"}],
        "approvals": [
            {"by": "rev-17", "org": "school", "on": "2030-03-04"},
            {"by": "rev-31", "org": "university", "on": "2030-03-05"},
        ],
        "proposed_by": "parent",
        "listed_on": "2030-03-05",
        "review_due": "2031-03-05",
        "expires": "2031-09-03",
    }


@pytest.mark.parametrize(
    ("category", "review_due", "expires"),
    [
        ("adult", date(2027, 2, 22), date(2027, 2, 22)),  # content that nobody has reviewed: 90 days
        ("fraud", date(2027, 1, 23), date(2027, 1, 23)),  # security: expires with its review
        ("games", date(2027, 11, 24), date(2028, 5, 24)),
        ("bypass_vpn", date(2027, 5, 26), date(2027, 8, 25)),
    ],
)
def test_starter_listing_ends_by_the_categorys_interval(
    table: CategoryTable, category: str, review_due: date, expires: date
) -> None:
    ((_, listing),), faults = listings_of(table, category, own_entry("a.example"))
    assert faults == []
    assert (listing.review_due, listing.expires) == (review_due, expires)


def test_test_name_never_ends_and_only_below_the_test_zone(table: CategoryTable) -> None:
    ((_, listing),), faults = listings_of(table, "adult", own_entry("adult.filterdns.test").replace("starter", "test"))
    assert faults == []
    assert listing.expires is None
    for text in (own_entry("adult.filterdns.test"), own_entry("a.example").replace("starter", "test")):
        assert listings_of(table, "adult", text) == ([], ["f.yaml:5: [0].basis"])


def test_order_names_its_authority_and_its_end(table: CategoryTable) -> None:
    ((_, listing),), faults = listings_of(table, "legal_order", ORDERED)
    assert faults == []
    assert listing.details()["order"]["authority"] == "a court"
    assert listings_of(table, "adult", ORDERED)[1] == ["f.yaml:5: [0].basis"]
    assert listings_of(table, "legal_order", own_entry("a.example"))[1] == ["f.yaml:5: [0].basis"]
    without_end = ORDERED.replace("  expires: 2030-09-05\n", "")
    assert listings_of(table, "legal_order", without_end)[1] == ["f.yaml:2: [0].expires"]
    without_jurisdiction = ORDERED.replace(" jurisdiction: NO,", "")
    assert listings_of(table, "legal_order", without_jurisdiction)[1] == ["f.yaml:7: [0].order.jurisdiction"]
    too_long = ORDERED.replace("expires: 2030-09-05", "expires: 2031-09-05")
    assert listings_of(table, "legal_order", too_long)[1] == ["f.yaml:9: [0].expires"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("name: casino.example", "name: casino", "f.yaml:2: [0].name"),
        ("name: casino.example", "names: casino.example", "f.yaml:2: [0].name"),
        ("scope: subdomains", "scope: everything", "f.yaml:3: [0].scope"),
        ("  scope_reason: the whole site is the casino\n", "", "f.yaml:2: [0].scope_reason"),
        ('definition: "1.0"', 'definition: "0.9"', "f.yaml:5: [0].definition"),
        ("basis: reviewed", "basis: hearsay", "f.yaml:6: [0].basis"),
        ("en: ", "fr: ", "f.yaml:7: [0].reason"),
        ("Roulette for money.", "x" * 401, "f.yaml:7: [0].reason.en"),
        ("grade: E2, ", "", "f.yaml:8: [0].evidence[0].grade"),
        ("on: 2030-03-03", "on: in March", "f.yaml:8: [0].evidence[0].on"),
        ("org: university", "org: school", "f.yaml:10: [0].approvals"),
        ("by: rev-31", "by: rev-17", "f.yaml:10: [0].approvals"),
        ("expires: 2031-09-03", "expires: 2031-09-04", "f.yaml:15: [0].expires"),
        ("expires: 2031-09-03", "expires: 2031-03-04", "f.yaml:15: [0].expires"),
        ("listed_on: 2030-03-05", "listed_on: yesterday", "f.yaml:13: [0].listed_on"),
        ("proposed_by: parent", "person: Ann", "f.yaml:9: [0].person"),
    ],
)
def test_each_fault_is_told_at_its_line(table: CategoryTable, old: str, new: str, fault: str) -> None:
    assert old in REVIEWED
    found, faults = listings_of(table, "gambling", REVIEWED.replace(old, new, 1))
    assert found == []
    assert fault in faults


def test_faults_of_all_entries_are_told_at_once(table: CategoryTable) -> None:
    text = own_entry("a") + own_entry("b.example") + own_entry("c.example", "never")
    found, faults = listings_of(table, "adult", text)
    assert [name for name, _ in found] == [parse_name("b.example")]
    assert faults == ["f.yaml:1: [0].name", "f.yaml:21: [2].listed_on"]


def test_protected_name_covers_its_subdomains_and_has_no_end() -> None:
    text = protected_entry("help.example", "crisis") + protected_entry("x.example", "shop")
    found, faults = parsed(text, partial(protected.parse, level="p1", source="protected/p1.yaml"))
    ((name, listing),) = found
    assert name == parse_name("help.example")
    assert (listing.category, listing.subdomains, listing.expires) == ("p1", True, None)
    assert listing.about == {"kind": "crisis", "country": "NO", "language": "en", "source": "test"}
    assert [fault.where for fault in faults] == ["f.yaml:2"]


def test_protected_name_may_say_when_it_was_looked_at() -> None:
    text = protected_entry("help.example", "crisis").replace("}", ", checked_on: 2030-01-02}")
    ((_, listing),), faults = parsed(text, partial(protected.parse, level="p1", source="x"))
    assert faults == []
    assert listing.about["checked_on"] == "2030-01-02"


HOLD = """
- name: help.example
  scope: exact
  reason: {en: compromised}
  contact: "+47 116 111"
  approvals: [{by: a, org: b, on: 2030-03-04}, {by: c, org: d, on: 2030-03-04}]
  listed_on: 2030-03-04
  expires: 2030-03-07
"""


def test_hold_takes_two_people_and_ends_after_three_days() -> None:
    parse = partial(holds.parse, source="holds.yaml")
    ((_, listing),), faults = parsed(HOLD, parse)
    assert faults == []
    assert (listing.category, listing.expires) == ("hold", date(2030, 3, 7))
    for old, new in (
        ("2030-03-07", "2030-03-08"),
        ("by: c, org: d", "by: a, org: b"),
        ('  contact: "+47 116 111"\n', ""),
    ):
        found, faults = parsed(HOLD.replace(old, new), parse)
        assert found == []
        assert len(faults) == 1
