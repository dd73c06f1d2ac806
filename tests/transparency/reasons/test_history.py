"""What is known of a name besides its listings, from real releases of half a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from filterdns.lists.curate.name_rules import WORDS
from filterdns.lists.revocations import EMERGENCY, KINDS, Revocation, revocations_file, store_revocations
from filterdns.lists.set_aside import Refusal
from filterdns.lists.sightings import Sighting
from filterdns.names import parse_name
from filterdns.transparency.reasons.history import EXPIRED, MOST_NAMES, NAMED_BEFORE, SET_ASIDE, Event, know
from filterdns.transparency.reasons.history_words import ENGLISH as HISTORY
from filterdns.transparency.reasons.history_words import LEADS, RULES
from filterdns.transparency.reasons.listing import Listing
from filterdns.transparency.reasons.listing_words import ENGLISH as LISTING
from filterdns.transparency.reasons.listing_words import REVOKED
from filterdns.transparency.reasons.statement import Statement, make_statement
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.find import Reasons
from tests.transparency.fetched import NOW, Fetched, half_a_year
from tests.transparency.lists import SETTINGS, StoppedClock, taxonomy

Ask = Callable[[str], Statement]
JUNE, SEPTEMBER = date(2026, 6, 1), date(2026, 9, 1)


def asking(at: Fetched) -> Ask:
    current = CurrentRelease(at.state, print)
    current.follow()
    reasons = Reasons(SETTINGS, current, taxonomy(), StoppedClock(NOW))

    def ask(typed: str) -> Statement:
        statement = reasons.get(typed)
        assert statement is not None
        return statement

    return ask


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asking(half_a_year(tmp_path_factory.mktemp("half")))


def words(statement: Statement) -> list[str]:
    return [HISTORY.event(event, statement.name) for event in statement.history]


def test_an_import_is_told_with_its_list_its_keeper_and_its_licence(ask: Ask) -> None:
    listing = ask("www.bets.example").listings[0]
    named = listing.public_list
    assert named is not None
    assert (named.id, named.title, named.called_there) == ("uni-bets", "Bets of a university", "jeux")
    assert (named.keeper, named.contact) == ("University", "https://lists.example/contact")
    assert (named.licence, named.licence_url) == ("CC BY-SA 4.0", "https://licence.example/by-sa")
    assert named.complain_at == "https://lists.example/remove"
    assert LISTING.complaint(named) == "Ask the keeper to remove it:"
    assert LISTING.basis(listing) == "Imported from a public list; no person has checked this entry."
    assert not listing.of_household


def test_each_source_tells_since_when_it_has_named_the_name(ask: Ask) -> None:
    first_seen = {each.source: each.first_seen for each in ask("bets.example").listings}
    assert first_seen == {"uni-bets": JUNE, "aunt": SEPTEMBER}
    (late,) = ask("late.example").listings
    assert (late.first_seen, late.confirmed_on) == (SEPTEMBER, date(2026, 11, 30))
    assert (late.review_due, late.expires) == (date(2027, 11, 30), date(2028, 5, 30))
    assert LISTING.end(late) == "30 May 2028, unless its list is seen to have it again before."


def test_a_list_of_the_household_is_told_as_such(ask: Ask) -> None:
    (aunt,) = ask("aunt.example").listings
    (play,) = ask("play.example").listings
    for listing, title in ((aunt, "What our aunt noted"), (play, "games.txt")):
        assert listing.of_household
        assert listing.public_list
        assert listing.public_list.title == title
        assert LISTING.basis(listing).startswith(
            "Imported from a list that this household added; no person has checked"
        )


@pytest.mark.parametrize(
    ("name", "rule", "because"),
    [
        ("clinic.example", "protected", "it is help, health or learning, which no list can close"),
        ("cdn.example", "shared_host", "many strangers share it"),
        ("shop.example", "allowed", "people took it off the list"),
        ("won.example", "pinned", "it won an appeal, and no list may bring it back yet"),
    ],
)
def test_a_name_that_a_rule_kept_off_says_which_list_named_it_and_why_it_is_not_listed(
    ask: Ask, name: str, rule: str, because: str
) -> None:
    statement = ask(name)
    assert not statement.is_listed
    (event,) = [event for event in statement.history if event.what == SET_ASIDE]
    assert (event.source, event.categories, event.since, event.rule) == ("uni-bets", ("gambling",), JUNE, rule)
    assert HISTORY.event(event, name) == (
        "Named by “Bets of a university” as gambling. First seen there on 1 June 2026. "
        f"It is not listed, because {because}."
    )


def test_a_category_that_needs_two_keepers_says_so(ask: Ask) -> None:
    statement = ask("doubt.example")
    assert not statement.listings
    assert words(statement) == [
        "Named by “Shops that cheat” as fraud. First seen there on 1 December 2026. "
        "It is not listed, because one keeper alone names it, and here two are needed."
    ]
    assert [each.source for each in ask("cheat.example").listings] == ["uni-fraud", "watch-fraud"]
    assert ask("cheat.example").history == ()


def test_a_name_that_lists_named_once_says_which_and_until_when(ask: Ask) -> None:
    assert words(ask("gone.example")) == [
        "Was named by “Bets of a university” as gambling until 1 June 2026. First seen there on 1 June 2026."
    ]
    (off,) = ask("once.example").history  # the list is no longer used, and its title is still known
    assert (off.what, off.title, off.until) == (NAMED_BEFORE, "A list of old", JUNE)
    (hers,) = ask("hers.example").history
    assert hers.household
    assert "“What our aunt noted” (a list that this household added)" in HISTORY.event(hers, "hers.example")


def test_what_was_decided_is_told_with_its_reason_and_its_days(ask: Ask) -> None:
    assert words(ask("www.shop.example"))[0] == (
        "shop.example: Taken off the list (nearly all categories). On 1 November 2026: It sells books."
    )
    assert words(ask("won.example"))[0] == (
        "Won an appeal (gambling). On 2 November 2026: It reports on sports. "
        "No list may bring it back before 1 May 2027."
    )


def test_suspensions_are_told_also_after_they_have_ended(tmp_path: Path) -> None:
    at = half_a_year(tmp_path)
    over = Revocation(b"bets.example", True, (), "2026-07-01T10:00:00+00:00", "2026-08-01", "We were late.")
    now = Revocation(b"late.example", True, ("gambling",), "2026-11-20", "2027-01-01", "an error", EMERGENCY)
    store_revocations(revocations_file(at.state), [over, now])
    ask = asking(at)
    statement = ask("bets.example")
    assert statement.is_listed
    assert words(statement)[0] == "Was suspended. From 1 July 2026 until 1 August 2026: We were late."
    statement = ask("late.example")
    assert words(statement)[0] == (
        "Taken off at once (gambling). Since 20 November 2026: an error. Until 1 January 2027."
    )
    assert statement.listings[0].revoked
    assert statement.besides == []  # it stands with the listing


def test_what_is_said_of_a_name_above_is_told_unless_strangers_live_below_it(ask: Ask) -> None:
    assert words(ask("a.www.gone.example"))[0].startswith("gone.example: Was named by “Bets of a university”")
    assert ask("www.cdn.example").history == ()
    assert ask("example").history == ()
    assert ask("nothing.example").history == ()


def test_an_entry_of_the_household_against_what_is_protected_says_so(tmp_path: Path) -> None:
    at = half_a_year(tmp_path)
    entry = (
        "- {name: www.clinic.example, scope: exact, definition: '1.0', basis: starter, reason: {en: seen},"
        " listed_on: 2026-11-24}\n"
    )
    at.write(at.overlay / "own" / "adult.yaml", entry)
    at.build(NOW)
    first = asking(at)("www.clinic.example").history[0]
    assert (first.source, first.household, first.rule) == ("overlay/own/adult.yaml", True, "protected")
    assert HISTORY.event(first, "www.clinic.example") == (
        "Named by an entry of this household in overlay/own/adult.yaml as adult. "
        "It is not listed, because it is help, health or learning, which no list can close."
    )


def test_there_are_words_for_every_rule_and_every_decision() -> None:
    assert RULES.keys() == WORDS.keys() | {EXPIRED}
    assert set(KINDS) == LEADS.keys() == REVOKED.keys()


@dataclass
class Told:
    """A memory that names everything and counts how often it is asked."""

    category: str
    confirmed: date
    asked: list[bytes] = field(default_factory=list)

    def matches(self, qname: bytes) -> list[tuple[int, int, int]]:
        return []

    def named(self, name: bytes) -> list[Sighting]:
        self.asked.append(name)
        return [Sighting(name, "list", "List", self.category, False, JUNE, None, self.confirmed)]

    def refused(self, name: bytes) -> list[Refusal]:
        return []

    def events(self, name: str) -> tuple[Event, ...]:
        day = date(2026, 12, 1)
        return know(parse_name(name), self, lambda number: [], self, taxonomy(), (), day).events


def test_a_list_that_was_not_confirmed_for_too_long_is_told_as_such() -> None:
    (event,) = Told("malware", date(2026, 12, 1) - timedelta(days=30)).events("a.example")
    assert event.rule == EXPIRED
    (event,) = Told("no_such_category", JUNE).events("a.example")
    assert "because a rule keeps it off" in HISTORY.event(event, "a.example")


def test_a_name_of_many_labels_costs_no_more_than_one_of_few() -> None:
    told = Told("malware", JUNE)
    told.events(".".join("a" * 100))
    assert len(told.asked) == MOST_NAMES
    assert told.asked[0] == b".".join([b"a"] * 100)
    assert told.asked[-1] == b"a.a"


@pytest.mark.parametrize(("category", "told"), [("restricted_legal", 0), ("gambling", 1)])
def test_restricted_names_leave_no_trace_in_a_history(current: CurrentRelease, category: str, told: int) -> None:
    assert current.shown
    index, rows, memory = current.shown.index, current.shown.listings.find, Told(category, JUNE)
    statement = make_statement(
        parse_name("x.test"), index, rows, taxonomy(), SETTINGS.profiles, NOW.date(), memory=memory
    )
    assert len(statement.history) == told


def test_a_listing_that_people_wrote_has_no_list(ask: Ask) -> None:
    (listing,) = ask("clinic.example").listings
    assert isinstance(listing, Listing)
    assert (listing.public_list, listing.first_seen, listing.confirmed_on) == (None, None, None)
