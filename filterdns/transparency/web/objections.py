"""What can be objected to at a name: each listing that counts there, as a case would be about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from filterdns.categories import Category, Class
from filterdns.lists.categories_file import CategoryTable
from filterdns.transparency.appeals.rules import LIVE_CATEGORIES, Terms
from filterdns.transparency.reasons.listing import Listing
from filterdns.transparency.reasons.statement import Statement

MOST_OBJECTIONS = 8  # of one name; a name in more categories than that is a mistake of ours

_UNKNOWN_APPEAL = timedelta(days=7)  # of a category that this program does not know: as for most of those it knows
_LIVE = timedelta(days=1)  # days are all that a listing says of when it was confirmed


@dataclass(frozen=True, slots=True)
class Objection:
    """One listing to object to. `name` and `subdomains`: what the case is about; `imported`: no person listed it.

    `live_hit`: a feed may have seen the danger during the last day.
    """

    listing: Listing
    terms: Terms
    name: str
    subdomains: bool
    imported: bool
    live_hit: bool

    @property
    def category(self) -> str:
        return self.terms.category

    @property
    def counts(self) -> bool:
        """Whether the listing counts at present."""
        return self.listing.revoked is None


def objections_of(statement: Statement, table: CategoryTable, categories: Sequence[Category]) -> tuple[Objection, ...]:
    """One for each name and category, in the order of the statement; those of the household's own lists are its own."""
    found: dict[tuple[str, str], Objection] = {}
    for listing in statement.listings:
        if listing.protection or listing.of_household or not listing.category:
            continue
        key = (listing.name, listing.category)
        if before := found.get(key):
            found[key] = replace(
                before,
                subdomains=before.subdomains or listing.subdomains,
                imported=before.imported and listing.public_list is not None,
                live_hit=before.live_hit or _live_hit(listing, statement.day),
            )
        else:
            found[key] = Objection(
                listing,
                terms_of(listing.category, table, categories),
                listing.name,
                listing.subdomains,
                listing.public_list is not None,
                _live_hit(listing, statement.day),
            )
    return tuple(found.values())[:MOST_OBJECTIONS]


def claimed(objections: Sequence[Objection], name: str) -> tuple[Objection, ...]:
    """The same for "this is health, help, education or support": about the name asked for, not the one above it.

    So that a clinic's page on a host of many opens without the host ("Decided since" 11).
    """
    found: dict[str, Objection] = {}
    for each in objections:
        narrow = each if each.name == name else replace(each, name=name, subdomains=False)
        found.setdefault(each.category, narrow)
    return tuple(found.values())


def terms_of(category: str, table: CategoryTable, categories: Sequence[Category]) -> Terms:
    """What a case needs to know of a category; of one that is newer than this program, what is careful."""
    if row := table.get(category):
        return Terms(row.id, row.klass, timedelta(hours=row.appeal_hours), row.publication)
    klass = next((each.klass for each in categories if each.id == category), Class.CONTENT)
    return Terms(category, klass, _UNKNOWN_APPEAL, "hashed")


def _live_hit(listing: Listing, day: date) -> bool:
    if listing.category not in LIVE_CATEGORIES or listing.public_list is None:
        return False
    return listing.confirmed_on is None or day - listing.confirmed_on <= _LIVE
