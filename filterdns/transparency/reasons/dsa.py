"""A statement in the fields of the Digital Services Act's transparency database (schema 2), one for each listing.

The Act binds hosting services and not a filter that a household chose; the fields are filled so that whoever compares
statements can read ours with the same program.  What is not known is left out, and nothing is claimed to be illegal but
what an order calls so.
"""

from __future__ import annotations

import hashlib
from typing import Any

from filterdns.transparency.reasons.listing import Listing
from filterdns.transparency.reasons.listing_words import ListingWords
from filterdns.transparency.reasons.statement import Effect, Statement
from filterdns.transparency.reasons.texts import CategoryTexts, Taxonomy, choose

MOST_FACTS, MOST_GROUND, MOST_EXPLANATION = 5_000, 500, 2_000  # characters, as the schema has them

_MINORS = ("PROTECTION_OF_MINORS", ("AGE_SPECIFIC_RESTRICTIONS_MINORS",))
_PRIVACY = ("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", ())
_OTHER: tuple[str, tuple[str, ...]] = ("OTHER_VIOLATION_TC", ())
CATEGORIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "adult": ("PROTECTION_OF_MINORS", ("ADULT_SEXUAL_MATERIAL", "AGE_SPECIFIC_RESTRICTIONS_MINORS")),
    "gore": ("VIOLENCE", ()),
    "selfharm": ("SELF_HARM", ()),
    "hate": ("ILLEGAL_OR_HARMFUL_SPEECH", ("HATE_SPEECH",)),
    "harassment": ("CYBER_VIOLENCE", ()),
    "image_abuse": ("CYBER_VIOLENCE", ()),
    "legal_order": ("NOT_SPECIFIED_NOTICE", ()),
    "age_goods": _MINORS,
    "gambling": _MINORS,
    "stranger_contact": _MINORS,
    "phishing": ("SCAMS_AND_FRAUD", ("PHISHING",)),
    "fraud": ("SCAMS_AND_FRAUD", ()),
    "trackers": _PRIVACY,
    "iot_risk": _PRIVACY,
}
"""The database's category and keywords for each of ours; those that it has none for are a matter of our own terms."""

_OURS = frozenset({"", "maintainer", "reviewer", "machine"})  # proposers that are no notification by others


def dsa_records(statement: Statement, taxonomy: Taxonomy | None, site: str) -> list[dict[str, Any]]:
    """The statements on the listings of a name that count. `site`: our address, without a slash behind."""
    return [
        _record(listing, statement, taxonomy.get(listing.category) if taxonomy else None, site)
        for listing in statement.listings
        if not listing.protection and not listing.revoked
    ]


def _record(listing: Listing, statement: Statement, texts: CategoryTexts | None, site: str) -> dict[str, Any]:
    category, keywords = CATEGORIES.get(listing.category, _OTHER)
    by_machine = bool(listing.public_list)
    languages = sorted({item.language.upper() for item in listing.evidence if len(item.language) == 2})
    record: dict[str, Any] = {
        "puid": _puid(listing),
        "decision_visibility": [f"DECISION_VISIBILITY_CONTENT_{_visibility(listing, statement)}"],
        "decision_facts": _facts(listing, statement)[:MOST_FACTS],
        "decision_ground_reference_url": f"{site}/categories#{listing.category}",
        **_ground(listing, texts),
        "category": f"STATEMENT_CATEGORY_{category}",
        "category_specification": [f"KEYWORD_{keyword}" for keyword in keywords],
        "content_type": ["CONTENT_TYPE_OTHER"],
        "content_type_other": "the name of a site in the DNS",
        "content_language": languages[0] if len(languages) == 1 else None,
        "application_date": _day(listing.listed_on or listing.first_seen),
        "end_date_visibility_restriction": _day(listing.expires),
        "automated_detection": "Yes" if by_machine or listing.proposed_by == "machine" else "No",
        "automated_decision": f"AUTOMATED_DECISION_{'FULLY' if by_machine else 'NOT_AUTOMATED'}",
        **_source(listing),
    }
    return {key: value for key, value in record.items() if value is not None}


def _visibility(listing: Listing, statement: Statement) -> str:
    """AGE_RESTRICTED where the defaults leave it open to adults, else DISABLED."""
    adults = next((fate for fate in statement.ages if fate.profile.id == "adult"), None)
    is_open = adults is not None and adults.effect is Effect.OPEN and not listing.order
    return "AGE_RESTRICTED" if is_open else "DISABLED"


def _facts(listing: Listing, statement: Statement) -> str:
    words = ListingWords()
    found = choose(listing.reason).words or "The source gives no reason for single names."
    evidence = [words.evidence(item) for item in listing.evidence]
    source = f"Source: {listing.public_list.title if listing.public_list else listing.source}."
    about = f"{listing.name}, listed as {listing.category}. {words.scope(listing)}."
    asked = "" if listing.name == statement.name else f"The statement is about {statement.name}, which lies below it."
    return " ".join(filter(None, (about, asked, found, *evidence, words.basis(listing), source)))


def _ground(listing: Listing, texts: CategoryTexts | None) -> dict[str, Any]:
    if listing.order:
        named = ", ".join(f"{key} {value}" for key, value in listing.order.items())
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "illegal_content_legal_ground": named[:MOST_GROUND],
            "illegal_content_explanation": "A written order from outside binds this operator; it says so itself.",
        }
    version = listing.definition or (texts.definition.version if texts else "")
    included = choose(texts.definition.included).words if texts else ""
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": f"Category {listing.category}, definition {version or 'not said'}"[:MOST_GROUND],
        "incompatible_content_explanation": (included or f"It belongs into {listing.category}.")[:MOST_EXPLANATION],
        "incompatible_content_illegal": "No",
    }


def _source(listing: Listing) -> dict[str, str]:
    if listing.order:
        named = {"source_identity": authority} if (authority := listing.order.get("authority")) else {}
        return {"source_type": "SOURCE_TYPE_OTHER_NOTIFICATION", **named}
    if listing.proposed_by in _OURS:
        return {"source_type": "SOURCE_VOLUNTARY"}
    return {"source_type": "SOURCE_TYPE_OTHER_NOTIFICATION"}


def _puid(listing: Listing) -> str:
    """The same for the same listing, whichever release has it."""
    since = listing.listed_on or listing.first_seen
    about = "\0".join((listing.name, listing.category, listing.source, str(since)))
    return f"filterdns-{hashlib.sha256(about.encode()).hexdigest()[:32]}"


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
