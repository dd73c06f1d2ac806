"""`own/<category>.yaml`: listings that people decided on, each with its reason, evidence and days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryRow
from filterdns.lists.fields import NO_DAY, Fields
from filterdns.lists.listing import Listing
from filterdns.lists.parse.decided import check_decision
from filterdns.lists.parse.entry import SCOPES, approvals_of, is_test_name, name_of, records_of

MOST_REASON_CHARACTERS = 400  # requirements section 4.3
STARTER_DAYS = 90  # content that is known in general and not yet reviewed by two people

GRADES = ("E1", "E2", "E3", "E4")

_BASES = ("starter", "reviewed", "ordered", "test")
_ORDER = ("authority", "law", "jurisdiction", "reference")


def parse(entries: Iterable[Fields], category: CategoryRow, source: str) -> Iterator[tuple[Fields, bytes, Listing]]:
    """(entry, wire name, listing) of each entry without a fault; faults are noted in the entries."""
    for entry in entries:
        before = len(entry.faults)
        name = name_of(entry)
        listing = _listing(entry, name, category, source)
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, name, listing


def _listing(entry: Fields, name: bytes, category: CategoryRow, source: str) -> Listing:
    subdomains = entry.word("scope", SCOPES) == "subdomains"
    basis = entry.word("basis", _BASES)
    _check_basis(entry, basis, name, category)
    listed_on = entry.day("listed_on")
    reviewed_on = _reviewed_on(entry, basis, listed_on)
    since = reviewed_on or listed_on
    review_days, life_days = _interval(basis, category)
    expires = entry.day("expires") if entry.has("expires") else since + timedelta(days=life_days)
    review_due = min(expires, since + timedelta(days=review_days))
    if entry.has("review_due"):
        review_due = entry.day("review_due")
    if since != NO_DAY and not since < review_due <= expires <= since + timedelta(days=life_days):
        begin = "reviewed_on" if reviewed_on else "listed_on"
        expected = f"{begin} < review_due <= expires, at most {life_days} days in all"
        entry.refuse("expires", expected, f"{since}, {review_due}, {expires}")
    timeless = basis == "test"
    approvals = approvals_of(entry, 2 if basis == "reviewed" else 0)
    return Listing(
        category=category.id,
        subdomains=subdomains,
        source=source,
        basis=basis,
        reason=entry.texts("reason", MOST_REASON_CHARACTERS),
        scope_reason=entry.text("scope_reason", MOST_REASON_CHARACTERS) if subdomains else "",
        definition=_definition(entry, category),
        evidence=_evidence(entry, basis, category),
        approvals=approvals,
        proposed_by=check_decision(entry, basis, approvals, listed_on, category),
        order=_order(entry) if basis == "ordered" else {},
        listed_on=listed_on,
        reviewed_on=reviewed_on,
        review_due=None if timeless else review_due,
        expires=None if timeless else expires,
    )


def _reviewed_on(entry: Fields, basis: str, listed_on: date) -> date | None:
    """The day on which people looked at it again and it stayed: from there on its days are counted."""
    if not entry.has("reviewed_on"):
        return None
    day = entry.day("reviewed_on")
    if basis not in ("starter", "reviewed"):
        entry.refuse("reviewed_on", "no such day: an order is its issuer's to renew, a test name has no end", str(day))
    elif NO_DAY not in (day, listed_on) and day < listed_on:
        entry.refuse("reviewed_on", f"a day from {listed_on} on", str(day))
    return day


def _check_basis(entry: Fields, basis: str, name: bytes, category: CategoryRow) -> None:
    """Test names are the only ones without an end, and orders the only ones in a legal category."""
    if name and (basis == "test") != is_test_name(name):
        entry.refuse("basis", "test for names below filterdns.test and for no other", f'"{basis}"')
    elif basis != "test" and (basis == "ordered") != (category.klass is Class.LEGAL):
        entry.refuse("basis", "ordered in legal categories and in no other", f'"{basis}"')
    if basis == "ordered" and not entry.has("expires"):
        entry.refuse("expires", "the day on which the order ends", "nothing")


def _evidence(entry: Fields, basis: str, category: CategoryRow) -> tuple[dict[str, str], ...]:
    """What was seen; a reviewed listing stands on at least one record of the grade that its category asks for."""
    records = tuple(records_of(entry, "evidence", ("grade", "on", "note"), ("lang",)))
    grades = {record["grade"] for record in records}
    if unknown := sorted(grades - {"", *GRADES}):
        entry.refuse("evidence", f"grades among {', '.join(GRADES)}", ", ".join(unknown))
    accepted = {grade for grade in GRADES if grade in category.evidence}
    if "E2" in accepted:
        accepted.add("E3")  # two records are more than one
    if basis == "reviewed" and not grades & accepted:
        got = ", ".join(sorted(grades)) if records else "nothing"
        entry.refuse("evidence", f"evidence of grade {category.evidence}", got)
    return records


def _interval(basis: str, category: CategoryRow) -> tuple[int, int]:
    """Days until the review and until the end."""
    if basis == "starter" and category.klass is Class.CONTENT:
        return min(STARTER_DAYS, category.review_days), STARTER_DAYS
    if basis == "ordered":
        return category.review_days, category.review_days
    return category.review_days, category.life_days


def _definition(entry: Fields, category: CategoryRow) -> str:
    version = entry.text("definition", 20)
    if version and version != category.definition.version:
        entry.refuse("definition", f'"{category.definition.version}", the one of {category.id}', f'"{version}"')
    return version


def _order(entry: Fields) -> dict[str, str]:
    part = entry.part("order")
    order = {key: part.text(key, 400) for key in _ORDER}
    part.no_more()
    return order
