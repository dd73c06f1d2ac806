"""The log's entry of each outcome: what it has, what it hides, and that it is there once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from filterdns.keep.duties.remembered import outcomes_file, store_values
from filterdns.log.checking.verify import verify_log
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.places import public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import entries_about
from filterdns.transparency.appeals import events as e
from tests.keep.duties.office import Office, listed
from tests.transparency.appeals.cases import ADULT
from tests.transparency.casebook.appealing import a_receipt

CLINIC = "clinic.example"


def test_an_outcome_has_everything_that_is_published_and_nobody_who_sent_it(office: Office) -> None:
    listed(office.site, CLINIC)
    office.sleep(days=41)
    office.site.serve("a-list", [CLINIC])
    case = office.appeal(CLINIC, receipt=a_receipt(appellant="professional", text="we help", email="n@clinic.example"))
    office.add(case, e.DRAWN, e.KEEPER, {"people": ["rev-1"], "size": 9, "root": "00", "qualified": ["rev-1"]})
    office.sleep(days=2)
    office.decide(case, e.REMOVED)
    office.look()
    (outcome,) = office.outcomes
    statement = outcome.pop("statement")
    assert outcome == {
        "case": case.id,
        "name": CLINIC,
        "scope": "subdomains",
        "category": "adult",
        "received": case.opened.date().isoformat(),
        "decided": office.when.date().isoformat(),
        "outcome": "removed",
        "cause": "import_error",
        "days_wrong": 43,
        "appellant": "professional",
        "step": 1,
        "drawn": {"size": 9, "people": ["rev-1"]},
    }
    said = office.site.said(statement)
    assert (said["reason"], said["decided_by"]) == ({"en": "a clinic"}, ["rev-1"])
    assert entries_about(office.site.state, CLINIC)
    policy = load_policy(office.site.state)
    assert policy is not None
    assert verify_log(FolderFiles(public_folder(office.site.state)), policy, office.when).faults == []
    assert b"n@clinic" not in b"".join(path.read_bytes() for path in public_folder(office.site.state).rglob("*.json"))


def test_a_name_that_is_hashed_stands_in_no_entry_and_in_no_public_statement(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC, replace(ADULT, publication="hashed"))
    office.decide(case, e.REMOVED)
    office.look()
    (outcome,) = office.outcomes
    assert not {"name", "scope"} & outcome.keys()
    assert office.site.said(outcome["statement"])["name"] == CLINIC
    statements = public_folder(office.site.state) / "statements" / outcome["statement"][:2]
    assert not (statements / f"{outcome['statement']}.json").exists()


def test_a_second_step_has_an_outcome_of_its_own(office: Office) -> None:
    listed(office.site, CLINIC)
    case = office.appeal(CLINIC)
    office.decide(case, e.UPHELD, cause="")
    office.look()
    office.add(case, e.ASKED_AGAIN, e.PUBLIC, {"due": office.when.isoformat()})
    office.add(case, e.DRAWN, e.KEEPER, {"people": ["a", "b", "c"], "size": 12})
    for by in ("a", "b"):
        office.add(case, e.VOTED, by, {"outcome": e.REMOVED})
    office.decide(case, e.REMOVED, "b")
    office.keep()
    assert [(each["step"], each["outcome"], each["drawn"]["people"]) for each in office.outcomes] == [
        (1, "upheld", []),
        (2, "removed", ["a", "b", "c"]),
    ]
    assert "days_wrong" not in office.outcomes[0]
    (allowance,) = [each for each in office.site.of("decision") if each["kind"] == "allowance"]
    assert office.site.said(allowance["statement"])["decided_by"] == f"panel of three, case {case.id}"


def test_what_a_crash_left_in_the_log_is_not_appended_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(office.site, CLINIC)
    office.decide(office.appeal(CLINIC), e.UPHELD)
    monkeypatch.setattr(type(office.book), "done", lambda *_: pytest.fail("the machine stops here"))
    with pytest.raises(pytest.fail.Exception):
        office.look()
    assert outcomes_file(office.site.state).exists()
    monkeypatch.undo()
    office.keep(hours=1)
    assert len(office.outcomes) == 1
    assert not outcomes_file(office.site.state).exists()


def test_a_note_of_where_to_look_that_is_damaged_is_no_hindrance(office: Office) -> None:
    listed(office.site, CLINIC)
    store_values(outcomes_file(office.site.state), {"from": -7})
    office.decide(office.appeal(CLINIC), e.UPHELD)
    office.look()
    assert len(office.outcomes) == 1


def test_the_day_has_the_totals_of_the_days_before(office: Office) -> None:
    listed(office.site, CLINIC)
    office.end_day()
    for _ in range(3):
        office.appeal(CLINIC)
    office.propose("other.example")
    office.sleep(days=1)
    office.appeal(CLINIC)
    office.end_day()
    office.sleep(days=2)
    office.end_day()
    assert [each["appeals"] for each in office.site.of("day")] == [{}, {"adult": 3}, {"adult": 1}]
