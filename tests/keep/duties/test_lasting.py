"""Deeds that a release is made of: what is written, what is refused, what the case is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from filterdns.lists.lint import lint
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.rules import Terms
from filterdns.yaml_lines import load_yaml
from tests.keep.duties.office import Office, listed
from tests.lists.entries import own_entry, protected_entry
from tests.transparency.appeals.cases import ADULT, MALWARE

CLINIC, CASINO = "clinic.example", "casino.example"


def read(office: Office, file: str) -> list[dict[str, object]]:
    data = load_yaml((office.site.overlay / file).read_text(), file).data
    assert isinstance(data, list)
    return data


def test_what_won_is_pinned_for_its_time_with_its_case(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.decide(case, e.REMOVED)
    office.keep()
    day = office.when.date()
    assert read(office, "allow/desk.yaml") == [
        {
            "name": CLINIC,
            "scope": "subdomains",
            "kind": "pin",
            "categories": ["adult"],
            "reason": {"en": "a clinic"},
            "decided_on": day.isoformat(),
            "decided_by": f"reviewer, case {case.id}",
            "until": (day + timedelta(days=180)).isoformat(),
        }
    ]


def test_two_people_list_a_name_with_everything_that_a_reader_asks_for(office: Office) -> None:
    office.site.publish()
    case = office.propose(CASINO)
    office.sleep(hours=5)
    office.close(case, e.LISTED)
    assert office.look().build
    assert office.filtered(CASINO) == set()
    office.build()
    assert office.filtered(f"www.{CASINO}") == {"adult"}
    (entry,) = read(office, "own/adult.yaml")
    assert entry["basis"] == "reviewed"
    assert [approval["by"] for approval in entry["approvals"]] == ["rev-1", "rev-2"]  # type: ignore[attr-defined]
    assert entry["evidence"] == [{"grade": "E3", "on": str(office.when.date()), "note": "seen (case 1)", "lang": "en"}]
    assert (entry["proposed_by"], entry["listed_on"]) == ("visitor", office.when.date().isoformat())
    report = lint(office.site.shipped, office.site.overlay, office.when.date())
    assert report.faults == ()
    assert [event.data["release"] for event in office.told(case, e.IN_FORCE)] == [office.site.release.number]


def test_a_deed_that_lint_refuses_is_told_and_blocks_no_other(office: Office) -> None:
    office.site.write("protected/p2.yaml", protected_entry("help.example", "health"))
    protected, lacking, good = office.propose("help.example"), office.propose("lacking.example"), office.propose(CASINO)
    office.close(protected, e.LISTED)
    office.close(lacking, e.LISTED, scope_reason="", evidence=[])
    office.close(good, e.LISTED)
    office.keep()
    assert [entry["name"] for entry in read(office, "own/adult.yaml")] == [CASINO]
    assert office.filtered(CASINO) == {"adult"}
    assert office.waiting() == []
    words = [event.data["words"] for case in (protected, lacking) for event in office.told(case, e.NOTED)]
    assert "protected" in words[0]
    assert "scope_reason" in words[1] or "evidence" in words[1]
    assert office.told(protected, e.IN_FORCE) == []
    assert office.told(good, e.NOTED) == []


def test_a_name_that_won_is_not_listed_again_before_its_time(office: Office) -> None:
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC), e.REMOVED)
    office.keep()
    early = office.propose(CLINIC)
    office.sleep(days=20)
    office.close(early, e.LISTED)
    office.keep()
    (noted,) = office.told(early, e.NOTED)
    assert "30 days later" in noted.data["words"]
    late = office.propose(CLINIC)
    office.sleep(days=11)
    office.close(late, e.LISTED)
    office.keep()
    assert office.told(late, e.NOTED) == []
    assert office.filtered(CLINIC) == {"adult"}


def test_a_security_listing_again_ends_what_bridged_to_the_release_before(office: Office) -> None:
    listed(office.site, CLINIC, category="malware")
    office.decide(office.appeal(CLINIC, MALWARE), e.REMOVED)
    office.keep()
    office.sleep(days=1)
    case = office.propose(CLINIC, MALWARE)
    office.close(case, e.LISTED, evidence=[{"grade": "E1", "on": str(office.when.date()), "note": "seen"}])
    office.keep()
    assert office.told(case, e.NOTED) == []
    assert office.revocations == ()
    assert office.filtered(CLINIC) == {"malware"}


def test_a_hold_and_a_protection_stand_in_their_files(office: Office) -> None:
    office.site.write("protected/p2.yaml", protected_entry("www.help.example", "health"))
    held = office.propose("www.help.example", MALWARE, kind=e.HOLD)
    office.close(held, e.HELD)
    named = office.propose("clinic.example", Terms("p2", ADULT.klass, ADULT.appeal, "open"), kind=e.PROTECT)
    office.close(named, e.PROTECTED)
    office.keep()
    assert [office.told(case, e.NOTED) for case in (held, named)] == [[], []]
    (hold,) = read(office, "holds.yaml")
    assert hold["expires"] == (office.when.date() + timedelta(days=3)).isoformat()
    (protected,) = read(office, "protected/p2.desk.yaml")
    assert (protected["name"], protected["kind"]) == ("clinic.example", "health")
    assert "p2" in office.site.found("x.clinic.example")
    assert "hold" in office.site.found("www.help.example")


def test_what_people_wrote_in_a_file_of_ours_stays(office: Office) -> None:
    text = "# ours\n" + own_entry("a.example", office.when.date().isoformat()) + "# the last\n"
    office.site.write("own/adult.yaml", text)
    office.close(office.propose(CASINO), e.LISTED)
    office.keep()
    written = (office.site.overlay / "own/adult.yaml").read_text()
    assert written.startswith(text)
    assert [entry["name"] for entry in read(office, "own/adult.yaml")] == ["a.example", CASINO]


def test_a_build_that_fails_leaves_what_waits_for_the_next(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.decide(case, e.REMOVED)
    office.look()
    office.site.write("allow/broken.yaml", "- {name: x}\n")
    with pytest.raises(Exception, match="broken"):
        office.build()
    assert office.waiting() == ["open"]
    assert office.filtered(CLINIC) == set()
    (office.site.overlay / "allow/broken.yaml").unlink()
    office.build()
    assert office.waiting() == []
    assert len(office.told(case, e.IN_FORCE)) == 1
    assert len(read(office, "allow/desk.yaml")) == 1


def test_what_was_opened_just_before_is_not_listed_in_the_same_build(office: Office) -> None:
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC), e.REMOVED)
    proposal = office.propose(CLINIC)
    office.close(proposal, e.LISTED)
    office.keep()
    (note,) = office.told(proposal, e.NOTED)
    assert "won an appeal" in note.data["words"]
    assert office.told(proposal, e.IN_FORCE) == []
    assert office.filtered(CLINIC) == set()


def test_name_is_protected_though_it_was_listed_just_before(office: Office) -> None:
    office.site.publish()
    for kind, terms, outcome in (
        (e.PROPOSAL, ADULT, e.LISTED),
        (e.PROTECT, Terms("p2", ADULT.klass, ADULT.appeal, "open"), e.PROTECTED),
    ):
        case = office.propose(CLINIC, terms, kind=kind)
        office.close(case, outcome)
    office.keep()
    assert office.told(case, e.NOTED) == []
    assert len(office.told(case, e.IN_FORCE)) == 1
    assert office.site.found(CLINIC) == {"p2"}


def test_what_a_case_keeps_suspended_stays_so_when_another_lists_the_name(office: Office) -> None:
    listed(office.site, CASINO)
    late = office.appeal(CASINO)
    office.keep(days=8)
    assert office.case(late).suspended == e.WHY_LATE
    office.close(office.propose(CASINO), e.LISTED)
    office.keep()
    assert office.filtered(CASINO) == set()
    office.close(late, e.UPHELD)
    office.keep()
    assert office.filtered(CASINO) == {"adult"}


def test_what_was_suspended_after_it_was_opened_stays_suspended_while_the_build_waits(office: Office) -> None:
    listed(office.site, CASINO)
    case = office.appeal(CASINO)
    office.decide(case, e.MOVED)
    office.sleep(days=1)
    office.add(case, e.ASKED_AGAIN, e.PUBLIC, {"due": office.when.isoformat()})
    office.sleep(days=1)
    office.look()
    office.look()
    assert office.reasons[CASINO] == "suspended: we were late"
