"""Pins: a name that won an appeal does not come back by import for 180 days (requirements section 4.1).

What people had listed before, and the appeal was won against, does not come back after these days either: that needs
people who list it again.

The exceptions: a feed of a security category that confirmed the name within a day, since a site may be broken into
after it was cleared; and people, who may list it again after 30 days with new evidence, in security categories at once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from filterdns.lists.curate.subject import Subject

RULE = "pinned"
WORDS = "won an appeal and may not come back by import yet"

FRESH = timedelta(hours=24)  # "Decided since" 10
BEFORE_PEOPLE = timedelta(days=30)  # that a person waits before listing it again


def is_fresh(confirmed_at: datetime, when: datetime) -> bool:
    """Whether a list was confirmed so lately that what it says of security stands against a pin."""
    return abs(when - confirmed_at) < FRESH


def is_by_people(listing: Subject) -> bool:
    """Whether people listed it, and no list did."""
    return listing.confirmed_at is None


def holds_against(decided_on: date, listing: Subject, when: datetime) -> bool:
    """Whether a pin of that day, which still counts, keeps this listing off."""
    if listing.confirmed_at is not None:
        return not (listing.is_security and is_fresh(listing.confirmed_at, when))
    wait = timedelta() if listing.is_security else BEFORE_PEOPLE
    return listing.listed_on is None or listing.listed_on <= decided_on + wait
