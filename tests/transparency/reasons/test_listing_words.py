"""Words about single listings, and that there are words for every value of the closed sets."""

from __future__ import annotations

from datetime import date

import pytest

from filterdns.lists.roles import PROPOSES
from filterdns.transparency.reasons.listing import Approval, read_listing
from filterdns.transparency.reasons.listing_words import BASES, ENGLISH, PROPOSERS
from filterdns.transparency.reasons.veil import veiled
from tests.transparency.lists import taxonomy

DAY = date(2026, 11, 4)


def test_every_kind_of_proposer_has_words() -> None:
    assert PROPOSERS.keys() == PROPOSES.keys()


@pytest.mark.parametrize("basis", sorted(BASES))
def test_somebody_decided_every_listing(basis: str) -> None:
    listing = read_listing({"basis": basis, "source": "own/x.yaml"}, "a.example", "a.example", 0)
    if not listing.public_list:
        assert ENGLISH.decided_by(listing)


def test_a_signature_of_a_person_is_told_apart_from_the_word_of_the_keepers() -> None:
    row = {
        "approvals": [{"by": "rev-1", "org": "a school", "on": "2026-11-04", "sig": "x"}, {"by": "rev-2", "org": "b"}]
    }
    listing = read_listing(row, "a.example", "a.example", 0)
    assert listing.deciders == (
        Approval("rev-1", "a school", "", DAY, True),
        Approval("rev-2", "b", "", None, False),
    )
    assert [ENGLISH.approval(each) for each in listing.deciders] == ["rev-1, a school, on 4 November 2026", "rev-2, b"]
    assert [ENGLISH.attested(each) for each in listing.deciders] == [
        "signed with a key of their own", "as those who keep the lists attest",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("category", "words"),
    [
        ("malware", "malware: an answer within 24 hours. If it is late, the listing is suspended, unless a feed saw"),
        ("fraud", "fraud: an answer within 48 hours. If it is late, the listing is suspended by itself"),
        ("adult", "adult: an answer within 7 days. If it is late, the listing is suspended by itself"),
        ("video", "video: an answer within 14 days."),
        ("legal_order", "legal_order: passed on within 72 hours to those who ordered it; the answer is theirs."),
    ],
)
def test_how_long_an_answer_takes_is_that_of_the_category(category: str, words: str) -> None:
    row = taxonomy().get(category)
    assert row
    assert ENGLISH.answer_time(row).startswith(words)


@pytest.mark.parametrize(
    ("name", "outline"), [("a.b.example", "a••••.b••••.example"), ("bücher.example", "b••••.example"), ("x", "••••")]
)
def test_a_veil_shows_the_outline_alone(name: str, outline: str) -> None:
    assert veiled(name) == outline
