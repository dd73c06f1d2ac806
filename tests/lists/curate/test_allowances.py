"""What a decision to take a name off subtracts, and what comes back in spite of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from filterdns.lists.curate.allowances import AllowedNames, get_subtracting
from filterdns.lists.curate.subject import Subject
from filterdns.lists.parse.allow import ALLOW, PIN, Allowance
from tests.lists.feeds import BEGIN

TODAY = BEGIN.date()


def allowance(
    name: bytes = b"site.example", subdomains: bool = True, kind: str = ALLOW, days_ago: int = 1
) -> Allowance:
    decided_on = TODAY - timedelta(days=days_ago)
    return Allowance(
        name=name,
        subdomains=subdomains,
        categories=frozenset({"adult", "malware"}),
        kind=kind,
        reason={"en": "It is a clinic."},
        decided_on=decided_on,
        decided_by="panel",
        until=decided_on + timedelta(days=180) if kind == PIN else None,
        source="allow/a.yaml",
    )


def test_names_that_allowances_are_about_are_found() -> None:
    exact, wide = allowance(b"a.site.example", False), allowance()
    allowed = AllowedNames([exact, wide, allowance(b"alone.example", False)])
    many = [
        b"site.example",
        b"a.site.example",
        b"b.a.site.example",
        b"old.example",
        b"alone.example",
        b"x.alone.example",
    ]
    assert allowed.covered(many) == set(many[:3]) | {b"alone.example"}
    assert allowed.of(b"a.site.example") == [exact, wide]
    assert allowed.of(b"b.a.site.example") == [wide]


def imported(hours_ago: float, category: str = "adult") -> Subject:
    confirmed_at: datetime = BEGIN - timedelta(hours=hours_ago)
    return Subject(category, is_security=category == "malware", confirmed_at=confirmed_at)


def listed(days_after: int, category: str = "adult", days_ago: int = 100) -> Subject:
    listed_on: date = TODAY - timedelta(days=days_ago) + timedelta(days=days_after)
    return Subject(category, is_security=category == "malware", listed_on=listed_on)


@pytest.mark.parametrize(
    ("listing", "allow", "pin"),
    [
        (imported(1), True, True),
        (imported(1, "malware"), True, False),  # a fresh hit of a security feed
        (imported(23.9, "malware"), True, False),
        (imported(24, "malware"), True, True),
        (imported(-1, "malware"), True, False),  # a clock that is a little behind
        (imported(1, "gambling"), False, False),
        (listed(-10), True, True),
        (listed(30), True, True),
        (listed(31), True, False),  # people may list it again after 30 days
        (listed(0, "malware"), True, True),
        (listed(1, "malware"), True, False),
        (Subject("adult"), True, True),
        (Subject("legal_order"), False, False),
    ],
)
def test_allowance_and_pin_subtract(listing: Subject, allow: bool, pin: bool) -> None:
    taken_off, pinned = allowance(days_ago=100), allowance(kind=PIN, days_ago=100)
    assert get_subtracting([taken_off], listing, BEGIN) == (taken_off if allow else None)
    assert get_subtracting([pinned], listing, BEGIN) == (pinned if pin else None)


@pytest.mark.parametrize(("days_ago", "counts"), [(0, True), (179, True), (180, False)])
def test_pin_counts_for_180_days(days_ago: int, counts: bool) -> None:
    pinned = allowance(kind=PIN, days_ago=days_ago)
    assert (get_subtracting([pinned], imported(1), BEGIN) is not None) == counts
