"""The statement of reasons as JSON: the same content as the page, with stable keys."""

from __future__ import annotations

from datetime import date
from typing import Any

from filterdns.transparency.reasons.decision import Step
from filterdns.transparency.reasons.listing import Listing, Revoked
from filterdns.transparency.reasons.statement import Fate, Statement
from filterdns.transparency.reasons.texts import Taxonomy
from filterdns.transparency.reasons.wording import UNDISCLOSED, because


def record_of(statement: Statement, taxonomy: Taxonomy | None, *, filtering: bool) -> dict[str, Any]:
    """A statement as plain values. `filtering` false: nothing is filtered at present, whatever is listed."""
    return {
        "name": statement.name,
        "unicode": statement.shown,
        "listed": statement.is_listed,
        "protected": statement.is_protected,
        "filtering": filtering,
        "release": statement.release,
        "on": statement.day.isoformat(),
        "listings": [_listing(listing, statement, taxonomy) for listing in statement.listings],
        "profiles": [_fate(fate) for fate in statement.fates],
        "defaults_by_age": {fate.profile.id: fate.effect.name.lower() for fate in statement.ages},
        "undisclosed_lists": UNDISCLOSED,
    }


def _listing(listing: Listing, statement: Statement, taxonomy: Taxonomy | None) -> dict[str, Any]:
    texts = taxonomy.get(listing.category) if taxonomy else None
    return {
        "name": listing.name,
        "scope": "subdomains" if listing.subdomains else "exact",
        "scope_reason": listing.scope_reason,
        "category": "protected" if listing.protection else listing.category,
        "protection": listing.protection,
        "category_text": dict(texts.for_parents) if texts else {},
        "definition": listing.definition,
        "basis": listing.basis,
        "reason": dict(listing.reason),
        "evidence": [
            {"grade": item.grade, "on": _day(item.on), "note": item.note, "language": item.language}
            for item in listing.evidence
        ],
        "source": listing.source,
        "about": dict(listing.about),
        "order": dict(listing.order),
        "proposed_by": listing.proposed_by,
        "approved_by": list(listing.approvals),
        "gentler_option": dict(texts.gentler) if texts else {},
        "listed_on": _day(listing.listed_on),
        "review_due": _day(listing.review_due),
        "expires": _day(listing.expires),
        "revoked": _revoked(listing.revoked) if listing.revoked else None,
        "decides_for": [fate.profile.id for fate in statement.fates_by(listing)],
    }


def _revoked(revoked: Revoked) -> dict[str, Any]:
    return {
        "kind": revoked.kind,
        "since": _day(revoked.since),
        "until": _day(revoked.until),
        "reason": revoked.reason,
    }


def _fate(fate: Fate) -> dict[str, Any]:
    listing = fate.listing
    return {
        "profile": fate.profile.id,
        "effect": fate.effect.name.lower(),
        "decided_by": None if fate.step is Step.NONE else fate.step.value,
        "listing": {"name": listing.name, "category": listing.category or listing.protection} if listing else None,
        "household_rule": fate.rule or None,
        "because": because(fate),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
