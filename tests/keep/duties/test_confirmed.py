"""A listing that was looked at again and stays: its days begin anew, its first day stays what it was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from filterdns.keep.duties.life import _dated
from filterdns.lists.own_data import load_own_data
from filterdns.lists.parse.own import STARTER_DAYS
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.life import due_listings
from filterdns.yaml_lines import load_yaml
from tests.keep.duties.office import Office, listed
from tests.lists.entries import own_entry

CASINO = "casino.example"


def own_listing(office: Office, name: str = CASINO) -> tuple[date, date | None, date, date]:
    """Of the one that counts: listed, looked at, to be looked at, end."""
    own = load_own_data(office.site.shipped, office.site.overlay)
    (found,) = (listing for listed, listing in own.listings if listed.decode() == name)
    assert found.listed_on
    assert found.review_due
    assert found.expires
    return found.listed_on, found.reviewed_on, found.review_due, found.expires


def is_due(office: Office) -> bool:
    own = load_own_data(office.site.shipped, office.site.overlay)
    return any(due.name == CASINO for due in due_listings(_dated(own), office.when.date()))


def test_a_review_that_upholds_gives_the_next_day_by_the_interval_of_the_category(office: Office) -> None:
    office.site.publish()
    office.close(office.propose(CASINO), e.LISTED)
    office.keep()
    listed_on, _, review_due, expires = own_listing(office)
    office.site.publish(days=(review_due - listed_on).days)
    assert is_due(office)
    case = office.appeal(CASINO, kind=e.REVIEW, due=None)
    before = len(office.site.entries)
    office.decide(case, e.UPHELD)
    office.keep(hours=1)
    today = office.when.date()
    interval, life = review_due - listed_on, expires - listed_on
    assert own_listing(office) == (listed_on, today, today + interval, today + life)
    assert not is_due(office)
    assert ("listing", "changed", CASINO) in office.site.decisions(before)
    assert len(office.told(case, e.IN_FORCE)) == 1
    assert office.waiting() == []
    office.sleep(days=life.days - 1)
    office.site.publish()
    assert office.filtered(CASINO) == {"adult"}, "it lives on past its first end"
    office.site.publish(days=1)
    assert office.filtered(CASINO) == set()


def test_a_starter_entry_that_is_upheld_lives_as_long_again_and_stays_one(office: Office) -> None:
    begin = office.when.date()
    office.site.write("own/adult.yaml", "# ours\n" + own_entry(CASINO, begin.isoformat()))
    office.site.publish(days=80)
    office.decide(office.appeal(CASINO), e.UPHELD)
    office.keep(hours=1)
    _, looked, _, expires = own_listing(office)
    assert looked == office.when.date()
    assert expires == looked + timedelta(days=STARTER_DAYS)
    text = (office.site.overlay / "own/adult.yaml").read_text()
    assert text.startswith("# ours\n")
    assert "basis: starter" in text


def test_what_is_shipped_is_dated_anew_in_the_overlay_and_counts_once(office: Office) -> None:
    shipped = office.site.shipped / "own/adult.yaml"
    shipped.parent.mkdir(exist_ok=True)
    kept = shipped.read_text() if shipped.exists() else ""
    shipped.write_text(kept + own_entry(CASINO, office.when.date().isoformat()))
    office.site.publish(days=40)
    before = shipped.read_bytes()
    office.decide(office.appeal(CASINO), e.UPHELD)
    office.keep(hours=1)
    assert shipped.read_bytes() == before
    (entry,) = load_yaml((office.site.overlay / "own/adult.yaml").read_text(), "adult.yaml").data
    assert entry["reviewed_on"] == office.when.date().isoformat()
    assert own_listing(office)[1] == office.when.date()
    office.decide(office.appeal(CASINO), e.REMOVED)
    office.keep(hours=1)
    assert office.filtered(CASINO) == set(), "both are off"


def test_an_import_that_is_upheld_stays_an_import_and_nothing_is_built(office: Office) -> None:
    listed(office.site, CASINO)
    case = office.appeal(CASINO)
    office.decide(case, e.UPHELD)
    assert not office.look().build
    assert office.waiting() == []
    assert not (office.site.overlay / "own").exists()
    assert office.told(case, e.NOTED) == []


def test_an_import_lives_by_the_days_of_its_list(office: Office) -> None:
    """A person who looked does not take the place of a list that serves it still: without the list it goes."""
    listed(office.site, CASINO)
    office.decide(office.appeal(CASINO), e.UPHELD)
    office.keep(hours=1)
    office.site.use("a-list", ["other.example"])
    office.site.publish(days=1)
    assert office.filtered(CASINO) == set()


def test_what_was_removed_and_listed_again_by_three_others_is_dated_anew(office: Office) -> None:
    office.site.publish()
    office.close(office.propose(CASINO), e.LISTED)
    office.keep(days=1)
    case = office.appeal(CASINO)
    office.decide(case, e.REMOVED)
    office.keep(days=1)
    assert office.filtered(CASINO) == set()
    office.add(case, e.ASKED_AGAIN, e.PUBLIC, {"due": office.when.isoformat()})
    office.add(case, e.DRAWN, e.KEEPER, {"people": ["a", "b", "c"], "size": 9})
    said = {"outcome": e.UPHELD, "reason": {"en": "It is one."}}
    for by in ("a", "b"):
        office.add(case, e.VOTED, by, said)
    office.add(case, e.DECIDED, "b", said)
    office.keep(hours=1)
    assert office.filtered(CASINO) == {"adult"}
    assert own_listing(office)[1] == office.when.date()


@pytest.mark.parametrize("more", ["  reviewed_on: 2026-01-01\n", "  reviewed_on: soon\n"])
def test_a_day_before_the_first_is_refused(office: Office, more: str) -> None:
    office.site.write("own/adult.yaml", own_entry(CASINO, office.when.date().isoformat(), more))
    with pytest.raises(Exception, match="reviewed_on"):
        load_own_data(office.site.shipped, office.site.overlay)


def test_an_entry_that_is_dated_anew_in_the_same_minute_is_the_newer_one(office: Office) -> None:
    office.site.write("own/adult.yaml", own_entry(CASINO, office.when.date().isoformat()))
    office.site.publish(days=1)
    office.close(office.propose(CASINO), e.LISTED)
    office.decide(office.appeal(CASINO), e.UPHELD)
    office.keep()
    (entry,) = load_yaml((office.site.overlay / "own/adult.yaml").read_text(), "adult.yaml").data
    assert (entry["basis"], entry["reviewed_on"]) == ("reviewed", office.when.date().isoformat())
