"""What the clock does by itself, within a minute: lateness, its exceptions, trusted signals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from filterdns.transparency.appeals import events as e
from tests.keep.duties.office import Office, listed
from tests.transparency.appeals.cases import ADULT, LEGAL, MALWARE

CLINIC = "clinic.example"


def test_late_is_suspended_by_itself_with_a_line_in_the_log_and_never_before(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.sleep(days=7, seconds=-1)
    office.look()
    assert office.filtered(CLINIC) == {"adult"}
    office.sleep(seconds=1)
    office.look()
    assert office.filtered(CLINIC) == set()
    assert office.reasons == {CLINIC: "suspended: we were late"}
    assert office.case(case).suspended == e.WHY_LATE
    (outcome,) = office.outcomes
    assert (outcome["outcome"], outcome["name"], outcome["case"]) == ("suspended_late", CLINIC, case.id)
    assert office.site.said(outcome["statement"])["reason"] == {"en": "suspended: we were late"}


def test_a_clock_that_is_not_believed_makes_nobody_late(office: Office) -> None:
    listed(office.site, CLINIC)
    office.appeal(CLINIC)
    office.sleep(days=400)
    office.look(believed=False)
    assert office.revocations == ()
    assert office.look().worked


def test_the_issuers_answer_is_not_ours_to_be_late_with(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC, LEGAL)
    office.sleep(days=30)
    office.look()
    assert office.revocations == ()
    assert office.case(case).late == e.BY_ISSUER


@pytest.mark.parametrize(("confirmed_before", "stays"), [(timedelta(hours=23), True), (timedelta(hours=25), False)])
def test_malware_stays_while_a_feed_has_seen_it_within_a_day(
    office: Office, confirmed_before: timedelta, stays: bool
) -> None:
    listed(office.site, CLINIC, category="malware", list_id="feed")
    office.appeal(CLINIC, MALWARE)
    office.sleep(hours=48)
    office.site.when -= confirmed_before
    office.site.serve("feed", [CLINIC])  # nothing has changed, and no release is built of it
    office.site.when += confirmed_before
    office.look()
    assert (office.filtered(CLINIC) == {"malware"}) == stays


def test_a_proposal_that_nobody_looked_at_is_closed_and_its_name_stays_unknown(office: Office) -> None:
    office.site.publish()
    case = office.propose("somebody.example")
    office.sleep(days=3)
    office.look()
    assert office.case(case).outcome == e.NOT_EXAMINED
    (outcome,) = office.outcomes
    assert (outcome["outcome"], "name" in outcome) == ("closed_not_examined", False)


@pytest.mark.parametrize("name", ["clinic.gov", "www.health.gov.my", "library.ac.th"])
def test_a_claim_that_a_trusted_signal_supports_opens_an_import_at_once(office: Office, name: str) -> None:
    listed(office.site, name)
    case = office.appeal(name, claim=True)
    office.look()
    assert office.filtered(name) == set()
    assert office.reasons == {name: "suspended on a trusted signal"}
    assert office.case(case).due is not None  # a person looks all the same
    assert office.outcomes == []


def test_a_claim_below_a_listed_name_opens_that_name_alone(office: Office) -> None:
    listed(office.site, "portal.gov")
    office.appeal("clinic.portal.gov", claim=True, subdomains=False)
    office.look()
    assert office.filtered("clinic.portal.gov") == set()
    assert office.filtered("casino.portal.gov") == {"adult"}


def test_no_signal_opens_what_a_person_has_listed_or_looked_at(office: Office) -> None:
    listed(office.site, "looked.gov")
    case = office.appeal("looked.gov", claim=True)
    office.look()
    office.close(case, e.UPHELD)
    office.look()
    office.appeal("looked.gov", claim=True)
    office.close(office.propose("ours.gov"), e.LISTED)
    office.keep()
    office.appeal("ours.gov", claim=True)
    office.appeal("strangers.example", claim=True)
    office.look()
    assert office.filtered("looked.gov") == office.filtered("ours.gov") == {"adult"}
    assert office.revocations == ()


def test_no_signal_opens_malware_that_a_feed_saw_today(office: Office) -> None:
    listed(office.site, "clinic.gov", category="malware", list_id="feed")
    office.appeal("clinic.gov", MALWARE, claim=True)
    office.look()
    assert office.filtered("clinic.gov") == {"malware"}


def test_the_valve_keeps_a_script_from_emptying_a_list_but_no_claim_waits(office: Office) -> None:
    names = [f"n{number}.example" for number in range(70)]
    listed(office.site, *names, CLINIC)
    for name in names:
        office.appeal(name)
    office.appeal(CLINIC, claim=True)
    office.sleep(days=7)
    office.look()
    opened = [name for name in names if not office.filtered(name)]
    assert len(opened) == 50
    assert office.filtered(CLINIC) == set()
    office.sleep(days=1)
    office.look()
    assert all(not office.filtered(name) for name in names)


def test_500_that_are_late_at_once_are_one_append_each_and_quick(office: Office) -> None:
    listed(office.site, CLINIC)
    for _ in range(500):
        office.appeal(CLINIC, ADULT)
    office.sleep(days=7)
    office.look()
    assert len(office.outcomes) == 1
