"""Revocations laid over an index, held against a slow twin in text."""

from __future__ import annotations

import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.categories import ALLOWED_BELOW, EXACT, HOLD, P1, P2
from filterdns.config.settings import Settings
from filterdns.lists.revocations import Revocation, RevocationTable, cancelled_mask, write_name
from filterdns.names import name_text, parse_name
from filterdns.resolver.policy.restricted import RestrictedOverlay
from filterdns.resolver.policy.revoked import RevokedOverlay, Suffixes
from tests.messages import query, reply
from tests.resolver.listed import BITS, CATEGORIES, index_of, profile_of, resolver
from tests.resolving import parsed

LISTED = {
    "listed.example": "adult",
    "deep.www.listed.example": "gambling malware",
    "order.listed.example": "legal_order adult",
    "exact.example": "=adult",
    "clinic.listed.example": "P2",
    "held.example": "HOLD adult",
    "co": "games",
}


def overlay(*rows: Revocation, listed: dict[str, str] = LISTED) -> RevokedOverlay:
    masks: dict[bytes, int] = {}
    covering: dict[bytes, int] = {}
    suffixes = Suffixes()
    for row in rows:
        suffixes.add(write_name(row.name))
        name, mask = write_name(row.name), cancelled_mask([row], CATEGORIES)
        masks[name] = masks.get(name, 0) | mask
        if row.subdomains:
            covering[name] = covering.get(name, 0) | mask
    return RevokedOverlay(index_of(listed), masks, covering, suffixes)


def opened(listings: RevokedOverlay, name: str) -> bool:
    return not listings.find(parse_name(name)) & ~(EXACT | ALLOWED_BELOW)


def test_a_name_below_a_listed_one_opens_alone() -> None:
    listings = overlay(Revocation(b"help.listed.example", False))
    assert opened(listings, "help.listed.example")
    for name in ("listed.example", "www.help.listed.example", "other.listed.example", "xhelp.listed.example"):
        assert listings.find(parse_name(name)) & BITS["adult"]


def test_with_subdomains_what_is_listed_at_it_and_below_is_cancelled_too() -> None:
    listings = overlay(Revocation(b"listed.example", True))
    for name in ("listed.example", "www.listed.example", "deep.www.listed.example", "a.deep.www.listed.example"):
        assert opened(listings, name)


def test_without_subdomains_a_listing_below_stays() -> None:
    listings = overlay(Revocation(b"listed.example", False))
    assert opened(listings, "listed.example")
    assert listings.find(parse_name("deep.www.listed.example")) == BITS["adult"] | BITS["gambling"] | BITS["malware"]


def test_only_its_categories_are_cancelled() -> None:
    listings = overlay(Revocation(b"deep.www.listed.example", True, ("malware", "adult", "nonsense")))
    assert listings.find(parse_name("a.deep.www.listed.example")) == BITS["gambling"]
    assert opened(overlay(Revocation(b"exact.example", True, ("adult",))), "exact.example")
    assert not opened(overlay(Revocation(b"exact.example", True, ("nonsense",))), "exact.example")


def test_protections_holds_and_orders_stay() -> None:
    everything = [Revocation(b"listed.example", True), Revocation(b"held.example", True)]
    listings = overlay(*everything)
    assert listings.find(parse_name("clinic.listed.example")) == P2
    assert listings.find(parse_name("order.listed.example")) == BITS["legal_order"]
    assert listings.find(parse_name("held.example")) == HOLD


def test_a_listed_name_with_a_revoked_one_below_says_that_something_may_be_there() -> None:
    """NXDOMAIN for the parent would close the child in every resolver that follows RFC 8020."""
    made = resolver({}, lambda asked: reply(asked, ["help.listed.example. 60 A 192.0.2.1"]))
    made.pipeline.use_release(overlay(Revocation(b"a.help.listed.example", False)))
    assert parsed(made.ask(query("listed.example"))).rcode() == dns.rcode.NOERROR
    assert parsed(made.ask(query("help.listed.example"))).rcode() == dns.rcode.NOERROR
    assert parsed(made.ask(query("b.help.listed.example"))).rcode() == dns.rcode.NXDOMAIN
    assert overlay(Revocation(b"help.co", True)).find(parse_name("co")) & ALLOWED_BELOW


def test_kept_answers_follow_a_suspension_and_its_end() -> None:
    made = resolver(
        LISTED,
        lambda asked: reply(asked, ["alias.example. 60 CNAME listed.example.", "listed.example. 60 A 192.0.2.1"]),
        profile_of(["adult"]),
        settings=Settings(),
    )
    raw = made.pipeline.listings
    ask = query("alias.example")
    assert parsed(made.ask(ask)).rcode() == dns.rcode.NOERROR
    assert not parsed(made.ask(ask)).answer
    made.pipeline.use_release(overlay(Revocation(b"listed.example", True)))
    assert parsed(made.ask(ask)).answer
    made.pipeline.use_release(raw)
    assert not parsed(made.ask(ask)).answer
    assert len(made.asked) == 1  # one answer was kept all along


def test_the_closed_list_stands_over_it() -> None:
    closed = RestrictedOverlay(
        overlay(Revocation(b"listed.example", True)), frozenset({parse_name("listed.example")}), 1 << 8
    )
    assert closed.find(parse_name("www.listed.example")) == 1 << 8


labels = st.sampled_from(["www", "deep", "listed", "help", "example", "co"])
texts = st.lists(labels, min_size=1, max_size=5).map(".".join)
rows = st.builds(
    Revocation,
    st.one_of(texts.filter(lambda text: "." in text), st.sampled_from(sorted(LISTED)).filter(lambda t: "." in t)).map(
        str.encode
    ),
    st.booleans(),
    st.sampled_from([(), ("adult",), ("malware", "gambling"), ("legal_order",)]),
)
names = st.one_of(
    texts, st.sampled_from([".", *LISTED]), st.sampled_from(sorted(LISTED)).map(lambda name: f"www.{name}")
)


def slow(name: str, revoked: list[Revocation]) -> int:
    """Every covering listing, in text, less what is revoked for the name; bits about the match left out."""
    qname = parse_name(name)
    covers = [r for r in revoked if name == r.name.decode() or (r.subdomains and name.endswith(f".{r.name.decode()}"))]
    total = 0
    for _, mask, _ in index_of(LISTED).matches(qname):
        total |= mask
    legal = BITS["legal_order"] | BITS["restricted_legal"]
    for row in covers:
        for category in CATEGORIES:
            if (not row.categories or category.id in row.categories) and not category.mask & legal:
                total &= ~category.mask
    return total & ~(EXACT | ALLOWED_BELOW)


@given(st.lists(rows, max_size=4), names)
def test_it_says_what_the_slow_twin_says(revoked: list[Revocation], name: str) -> None:
    listings, raw = overlay(*revoked), index_of(LISTED)
    qname = parse_name(name)
    matches = listings.matches(qname)
    total = 0
    for _, mask, _ in matches:
        total |= mask
    assert total & ~(EXACT | ALLOWED_BELOW) == slow(name, revoked)
    assert listings.find(qname) == total
    assert [match[0] for match in matches] == sorted(match[0] for match in matches)
    before = {(offset, number) for offset, _, number in raw.matches(qname)}
    assert {(offset, number) for offset, _, number in matches} <= before
    assert listings.may_have_below(qname) == raw.may_have_below(qname)
    table = RevocationTable(revoked)
    assert cancelled_mask(table.find(qname, 0), CATEGORIES) & total == 0


@given(st.lists(rows, max_size=4), names)
def test_two_labels_that_were_walked_already_change_nothing(revoked: list[Revocation], name: str) -> None:
    listings, qname = overlay(*revoked), parse_name(name)
    texts = name_text(qname).split(".")
    two = len(parse_name(".".join(texts[:-2]))) - 1 if len(texts) > 2 else 0
    assert listings.matches(qname, two) == listings.matches(qname)


@pytest.mark.parametrize("protection", [P1, P2, HOLD])
def test_no_category_bit_is_one_of_ours(protection: int) -> None:
    assert not cancelled_mask([Revocation(b"a.example", True)], CATEGORIES) & protection
