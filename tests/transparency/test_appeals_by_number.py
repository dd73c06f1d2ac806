"""Acceptance of requirements 4.4 that needs the keeper: A3, A4, A6 and A7, with a clock in hand and no network."""

from __future__ import annotations

import pytest

from filterdns.errors import LogFault
from filterdns.log.checking.verify import verify_log
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.places import public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import OUTCOME
from filterdns.tlog.bundles import read_bundle, write_bundle
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import CaseFault
from tests.keep.duties.conftest import office, site, tmp_path
from tests.keep.duties.office import Office, listed
from tests.transparency.appeals.cases import MALWARE

__all__ = ["office", "site", "tmp_path"]

CLINIC = "clinic.example"


def test_a3_past_the_deadline_the_name_resolves_and_the_log_has_a_line(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    due = case.due
    assert due is not None
    assert office.filtered(CLINIC) == {"adult"}
    office.site.when = due
    office.look()
    office.build()
    assert office.filtered(CLINIC) == set()
    (outcome,) = office.outcomes
    assert outcome["outcome"] == "suspended_late"
    words = [office.site.said(each["statement"]).get("reason", {}) for each in office.site.of("decision")]
    assert {"en": "suspended: we were late"} in words


def test_a3_what_was_late_is_listed_again_by_two_people_alone(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.keep(days=8)
    with pytest.raises(CaseFault, match="approvals of two people"):
        office.decide(case, e.UPHELD)
    office.close(case, e.UPHELD)
    office.keep(hours=1)
    assert office.filtered(CLINIC) == {"adult"}


def test_a4_malware_with_a_fresh_hit_stays_and_with_a_stale_one_goes(office: Office) -> None:
    site = office.site
    for name, list_id in (("fresh.example", "fresh"), ("stale.example", "stale")):
        site.add_list(list_id, "malware")
        site.use(list_id, [name])
        office.appeal(name, MALWARE)
    site.publish()
    site.sleep(hours=26)
    site.serve("fresh", ["fresh.example"])
    office.keep(hours=23)
    assert office.filtered("fresh.example") == {"malware"}
    assert office.filtered("stale.example") == set()
    office.keep(hours=2)
    assert office.filtered("fresh.example") == set()


def test_a6_a_feed_that_names_again_what_won_is_refused_and_reported(office: Office) -> None:
    listed(office.site, CLINIC, "casino.example")
    case = office.appeal(CLINIC)
    office.decide(case, e.REMOVED)
    office.keep(hours=1)
    office.site.use("a-list", ["casino.example"])
    office.site.publish(days=1)
    office.site.use("a-list", [CLINIC, "casino.example"])
    office.site.publish(days=10)
    office.keep(minutes=1)
    assert office.filtered(CLINIC) == set()
    assert office.filtered("casino.example") == {"adult"}
    assert office.site.refused(CLINIC) == {("pinned", "adult", "a-list")}
    (noted,) = office.told(case, e.NOTED)
    assert (noted.data["what"], noted.data["source"]) == ("pinned", "a-list")
    office.site.publish(days=1)
    office.keep(minutes=1)
    assert len(office.told(case, e.NOTED)) == 1


def test_a7_an_altered_outcome_breaks_the_verification_of_the_log(office: Office) -> None:
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC), e.REMOVED)
    office.look()
    folder = public_folder(office.site.state)
    policy = load_policy(office.site.state)
    assert policy is not None
    assert verify_log(FolderFiles(folder), policy, office.when).faults == []
    size = open_local(office.site.state).size
    path = folder / "tile" / "entries" / f"000.p/{size}"
    entries = read_bundle(path.read_bytes(), size)
    altered = [each.replace(b'"outcome":"removed"', b'"outcome":"upheld"') for each in entries]
    assert altered != entries
    assert any(b'"type":"' + OUTCOME.encode() in each for each in altered)
    path.write_bytes(write_bundle(altered))
    assert any("altered" in str(fault) for fault in verify_log(FolderFiles(folder), policy, office.when).faults)
    with pytest.raises(LogFault):
        open_local(office.site.state).entry(size - 1)
