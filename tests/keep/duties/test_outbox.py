"""Deeds at once: suspensions, their ends, and what is open until a release says so."""

from __future__ import annotations

from filterdns.lists.revocations import SUSPENDED, Revocation, revise_revocations
from filterdns.log.places import public_folder
from filterdns.transparency.appeals import events as e
from tests.keep.duties.office import Office, listed

CLINIC, OTHER = "clinic.example", "other.example"


def test_a_decision_to_remove_counts_before_any_build_and_lasts_after_it(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.sleep(hours=1)
    office.decide(case, e.REMOVED)
    report = office.look()
    assert office.filtered(CLINIC) == set()
    assert office.reasons == {CLINIC: "opened by a decision"}
    assert report.build > 0
    assert report.look
    assert office.waiting() == ["open"]
    before = office.site.release.number
    office.build()
    assert office.site.release.number == before + 1
    assert office.site.found(CLINIC) == set()
    assert office.waiting() == []
    (told,) = office.told(case, e.IN_FORCE)
    assert told.data["release"] == before + 1
    assert office.site.entries[told.data["entry"]].fields["number"] == before + 1


def test_the_bridge_to_a_release_ends_by_itself(office: Office) -> None:
    listed(office.site, CLINIC, OTHER)
    office.decide(office.appeal(CLINIC), e.REMOVED)
    office.keep()
    assert office.reasons == {CLINIC: "opened by a decision"}
    office.decide(office.appeal(OTHER), e.REMOVED)
    office.keep(days=9)
    assert office.reasons == {OTHER: "opened by a decision"}
    assert office.filtered(CLINIC) == set()


def test_what_a_reviewer_suspends_is_open_at_once_and_recorded(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.add(case, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.look()
    assert office.reasons == {CLINIC: "suspended by a reviewer"}
    assert office.filtered(CLINIC) == set()
    said = [office.site.said(fields["statement"]) for fields in office.site.of("decision")]
    assert [each["reason"] for each in said if each["kind"] == "revocation"] == [{"en": "suspended by a reviewer"}]
    assert (public_folder(office.site.state) / "revocations.head").exists()
    assert office.waiting() == []


def test_two_people_end_a_suspension_and_it_counts_again_at_once(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.add(case, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.look()
    office.close(case, e.UPHELD)
    report = office.look()
    assert (office.revocations, report.build) == ((), 0)
    assert office.filtered(CLINIC) == {"adult"}


def test_a_suspension_that_was_narrowed_ends_with_the_release_that_replaces_it(office: Office) -> None:
    listed(office.site, "portal.example")
    case = office.appeal("portal.example")
    office.add(case, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.look()
    office.decide(case, e.NARROWED, opened_names=[{"name": "clinic.portal.example", "subdomains": True}])
    office.look()
    assert office.filtered("casino.portal.example") == set()
    assert office.waiting() == ["open", "lift"]
    office.build()
    assert office.filtered("casino.portal.example") == {"adult"}
    assert office.filtered("x.clinic.portal.example") == set()
    assert office.waiting() == []


def test_what_somebody_suspended_at_the_command_line_is_left_alone(office: Office) -> None:
    listed(office.site, CLINIC)
    theirs = Revocation(CLINIC.encode(), True, ("adult",), "", "", "I say so", SUSPENDED)
    revise_revocations(office.site.state, lambda rows: [*rows, theirs])
    case = office.appeal(CLINIC)
    office.add(case, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.look()
    assert len(office.revocations) == 2
    office.close(case, e.UPHELD)
    office.look()
    assert office.revocations == (theirs,)


def test_a_suspension_of_another_case_about_the_same_listing_stays(office: Office) -> None:
    listed(office.site, CLINIC)
    first = office.appeal(CLINIC)
    office.add(first, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.close(first, e.UPHELD)
    second = office.appeal(CLINIC)
    office.add(second, e.SUSPENDED, "rev-3", {"why": e.WHY_PERSON})
    office.look()
    assert office.reasons == {CLINIC: "suspended by a reviewer"}


def test_looking_twice_changes_nothing(office: Office) -> None:
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC), e.REMOVED)
    office.look()
    size, rows = office.site.size, office.revocations
    report = office.look()
    assert (office.site.size, office.revocations) == (size, rows)
    assert not report.worked


def test_a_name_that_nothing_can_revoke_stops_no_other(office: Office) -> None:
    listed(office.site, CLINIC)
    odd = office.appeal("localhost")
    office.add(odd, e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.add(office.appeal(CLINIC), e.SUSPENDED, "rev-1", {"why": e.WHY_PERSON})
    office.look()
    assert office.reasons == {CLINIC: "suspended by a reviewer"}
    (noted,) = office.told(odd, e.NOTED)
    assert "two labels" in noted.data["words"]
