from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from filterdns.categories import HOLD, number_categories
from filterdns.config.settings import Action, ProfileSettings
from filterdns.lists.revocations import Revocation
from filterdns.names import parse_name
from filterdns.transparency.reasons.listing import read_listing
from filterdns.transparency.reasons.listing_words import ENGLISH as LISTING
from filterdns.transparency.reasons.statement import Effect, Statement, make_statement
from filterdns.transparency.reasons.wording import ENGLISH
from tests.transparency.lists import StoppedClock

Ask = Callable[[str], Statement]


def effects(statement: Statement) -> dict[str, Effect]:
    return {fate.profile.id: fate.effect for fate in statement.fates}


def test_every_listing_is_told_with_who_decided_and_when_it_ends(ask: Ask) -> None:
    statement = ask("casino.example")
    reviewed = next(listing for listing in statement.listings if listing.basis == "reviewed")
    assert [listing.basis for listing in statement.listings].count("imported") == 1
    assert reviewed.approvals == ("school association", "university")
    assert reviewed.reason["en"] == "Roulette for money on the front page."
    assert (reviewed.evidence[0].grade, reviewed.evidence[0].on) == ("E2", date(2026, 11, 3))
    assert reviewed.listed_on == date(2026, 11, 5)
    assert reviewed.listed_on < (reviewed.review_due or date.min) < (reviewed.expires or date.min)


def test_a_subdomain_shows_the_name_above_it_that_is_listed(ask: Ask) -> None:
    statement = ask("deep.www.casino.example")
    assert {listing.name for listing in statement.listings} == {"casino.example"}
    assert effects(statement) == {"small": Effect.FILTERED, "adult": Effect.OPEN}


def test_a_listing_of_the_name_alone_does_not_reach_below(ask: Ask) -> None:
    assert ask("short.example").is_listed
    assert not ask("www.short.example").is_listed


def test_both_forms_of_an_international_name_are_one(ask: Ask) -> None:
    assert ask("BÜCHER.example") == ask("xn--bcher-kva.example")
    assert ask("bücher.example").shown == "bücher.example"


def test_a_listing_ends_on_its_day(ask: Ask, clock: StoppedClock) -> None:
    clock.at = clock.at.replace(day=19)
    assert ask("short.example").is_listed
    clock.at = clock.at.replace(day=20)
    assert not ask("short.example").listings


def test_a_clock_that_jumps_by_a_year_ends_no_listing(ask: Ask, clock: StoppedClock) -> None:
    assert ask("short.example").is_listed
    clock.at = clock.at.replace(year=2027)
    assert ask("short.example").is_listed


def test_the_strongest_class_decides_and_comes_first(ask: Ask) -> None:
    statement = ask("both.example")
    assert [listing.category for listing in statement.listings] == ["gambling", "video"]
    fate = statement.fates[0]
    assert fate.listing is statement.listings[0]
    assert statement.fates_by(statement.listings[1]) == []


def test_protected_names_are_always_open(ask: Ask) -> None:
    statement = ask("www.clinic.example")
    assert statement.is_protected
    assert not statement.is_listed
    assert set(effects(statement).values()) == {Effect.PROTECTED}
    assert ENGLISH.verdict(statement) == "Protected: always open"


def test_a_name_by_time_is_told_as_such_only_where_times_are_set(ask: Ask) -> None:
    assert effects(ask("stream.example")) == {"small": Effect.TIMED, "adult": Effect.OPEN}
    index, rows = one_listing("video", "overuse", Action.TIME)
    statement = make_statement(
        QNAME, index, rows, None, [ProfileSettings("p", {"video": Action.TIME})], date(2026, 12, 1)
    )
    assert statement.fates[0].effect is Effect.FILTERED


def test_a_rule_of_the_household_is_told(ask: Ask) -> None:
    statement = ask("www.ruled.example")
    assert statement.fates[0].rule == "ruled.example"
    assert ENGLISH.verdict(statement) == "Not listed, and filtered here for some"


def test_defaults_by_age_come_from_the_category_table(ask: Ask) -> None:
    told = {fate.profile.id: fate.effect for fate in ask("casino.example").ages}
    assert told == dict.fromkeys(("age0-7", "age8-12", "age13-15", "age16-17"), Effect.FILTERED) | {
        "adult": Effect.OPEN
    }


@pytest.mark.parametrize("typed", ["restricted-legal.filterdns.test", "www.restricted-legal.filterdns.test"])
def test_a_restricted_name_is_like_one_that_nobody_listed(ask: Ask, typed: str) -> None:
    statement, other = ask(typed), ask("nothing-at-all.filterdns.test")
    assert (statement.listings, statement.fates, statement.ages) == (other.listings, other.fates, other.ages)


def test_a_hold_filters_a_protected_name() -> None:
    index, rows = one_listing("hold", "", Action.ALLOW)
    statement = make_statement(QNAME, index, rows, None, [ProfileSettings("p")], date(2026, 12, 1))
    assert statement.fates[0].effect is Effect.FILTERED
    assert ENGLISH.verdict(statement) == "A protected site, closed for a short time"


def test_fields_of_another_shape_read_as_not_said() -> None:
    row = {"category": 7, "reason": ["x"], "evidence": "none", "approvals": [3], "expires": "soon", "about": None}
    listing = read_listing(row, "a.example", "a.example", 0)
    assert (listing.category, listing.reason, listing.evidence, listing.approvals) == ("", {}, (), ())
    assert listing.expires is None


SUSPENDED = Revocation(b"site.example", True, (), "2026-11-30T10:00:00+00:00", "2027-01-01", "We were late.")


def test_a_suspended_listing_is_told_and_decides_nothing() -> None:
    index, rows = one_listing("gambling", "content", Action.FILTER)
    profiles = [ProfileSettings("p", {"gambling": Action.FILTER})]
    listed = make_statement(QNAME, index, rows, None, profiles, date(2026, 12, 1))
    assert listed.fates[0].effect is Effect.FILTERED
    assert not listed.is_revoked
    statement = make_statement(QNAME, index, rows, None, profiles, date(2026, 12, 1), [SUSPENDED])
    assert statement.fates[0].effect is Effect.OPEN
    assert statement.fates[0].listing is None
    assert statement.is_revoked
    assert not statement.is_listed
    assert statement.leading is None
    (listing,) = statement.listings
    assert listing.revoked is not None
    assert (listing.revoked.since, listing.revoked.until) == (date(2026, 11, 30), date(2027, 1, 1))
    assert ENGLISH.verdict(statement) == "Listed, but that does not count now, and open here"
    assert LISTING.revoked(listing.revoked) == (
        "Suspended since 30 November 2026. Until 1 January 2027 this listing does not count."
    )


def test_an_order_from_outside_is_not_suspended() -> None:
    index, rows = one_listing("legal_order", "legal", Action.FILTER)
    profiles = [ProfileSettings("p", {"legal_order": Action.FILTER})]
    statement = make_statement(QNAME, index, rows, None, profiles, date(2026, 12, 1), [SUSPENDED])
    assert statement.fates[0].effect is Effect.FILTERED
    assert statement.listings[0].revoked is None


QNAME = parse_name("site.example")


class OneListing:
    """An index with one listing of QNAME."""

    number = 1

    def __init__(self, mask: int, rows: list[tuple[str, str, int]]) -> None:
        self.categories = number_categories(rows)
        self._mask = mask

    def matches(self, qname: bytes) -> list[tuple[int, int, int]]:
        return [(0, self._mask, 1)]


def one_listing(
    category: str, klass: str, action: Action
) -> tuple[OneListing, Callable[[int], list[dict[str, object]]]]:
    table = [(category, klass, 17)] if klass else []
    mask = number_categories(table)[0].mask if table else HOLD
    return OneListing(mask, table), lambda number: [{"category": category, "scope": "subdomains"}]
