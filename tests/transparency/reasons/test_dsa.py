from __future__ import annotations

import re
from dataclasses import replace

import pytest

from filterdns.transparency.reasons.dsa import CATEGORIES, dsa_records
from filterdns.transparency.reasons.listing import read_listing
from tests.transparency.lists import taxonomy
from tests.transparency.reasons.test_statement import Ask

SITE = "https://lists.example"

DATABASE = {
    *("ANIMAL_WELFARE", "CONSUMER_INFORMATION", "CYBER_VIOLENCE", "CYBER_VIOLENCE_AGAINST_WOMEN"),
    *("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", "ILLEGAL_OR_HARMFUL_SPEECH"),
    *("INTELLECTUAL_PROPERTY_INFRINGEMENTS", "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"),
    *("NOT_SPECIFIED_NOTICE", "OTHER_VIOLATION_TC", "PROTECTION_OF_MINORS", "RISK_FOR_PUBLIC_SECURITY"),
    *("SCAMS_AND_FRAUD", "SELF_HARM", "UNSAFE_AND_PROHIBITED_PRODUCTS", "VIOLENCE"),
}
"""The sixteen categories of the database's schema 2."""


def test_a_reviewed_listing_is_a_voluntary_decision_by_people_unless_somebody_proposed_it(ask: Ask) -> None:
    reviewed, imported = dsa_records(ask("www.casino.example"), taxonomy(), SITE)
    assert reviewed["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"]
    assert reviewed["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert reviewed["decision_ground_reference_url"] == f"{SITE}/categories#gambling"
    assert reviewed["category"] == "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"
    assert (reviewed["automated_detection"], reviewed["automated_decision"]) == (
        "No", "AUTOMATED_DECISION_NOT_AUTOMATED",
    )  # fmt: skip
    assert reviewed["source_type"] == "SOURCE_TYPE_OTHER_NOTIFICATION"  # a parent proposed it
    assert reviewed["content_language"] == "TH"
    assert reviewed["application_date"] == "2026-11-05"
    assert "Roulette for money on the front page." in reviewed["decision_facts"]
    assert "www.casino.example, which lies below it" in reviewed["decision_facts"]
    assert (imported["automated_detection"], imported["automated_decision"], imported["source_type"]) == (
        "Yes", "AUTOMATED_DECISION_FULLY", "SOURCE_VOLUNTARY",
    )  # fmt: skip
    assert "source_identity" not in imported
    assert reviewed["puid"] != imported["puid"]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,500}", record["puid"]) for record in (reviewed, imported))


def test_danger_is_disabled_for_everybody(ask: Ask) -> None:
    (record,) = dsa_records(ask("bad.example"), taxonomy(), SITE)
    assert record["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_DISABLED"]


def test_what_is_protected_or_not_listed_has_no_statement(ask: Ask) -> None:
    assert dsa_records(ask("clinic.example"), taxonomy(), SITE) == []
    assert dsa_records(ask("nothing.example"), taxonomy(), SITE) == []


def test_an_order_is_the_only_thing_called_illegal_and_names_who_ordered_it(ask: Ask) -> None:
    order = {"authority": "A court", "law": "A law", "date": "2026-11-01"}
    row = {"category": "legal_order", "basis": "ordered", "scope": "exact", "order": order, "reason": {"en": "x"}}
    statement = replace(ask("casino.example"), listings=(read_listing(row, "casino.example", "casino.example", 0),))
    (record,) = dsa_records(statement, taxonomy(), SITE)
    assert record["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert "A court" in record["illegal_content_legal_ground"]
    assert "incompatible_content_ground" not in record
    assert (record["source_type"], record["source_identity"]) == ("SOURCE_TYPE_OTHER_NOTIFICATION", "A court")


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_categories_are_those_of_the_database(category: str) -> None:
    assert CATEGORIES[category][0] in DATABASE
    assert taxonomy().get(category)
