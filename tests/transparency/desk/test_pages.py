from __future__ import annotations

from filterdns.transparency.appeals import events as e
from tests.transparency.desk.desk_site import LISTING, REMOVING, DeskSite, ask


def test_one_person_opens_a_name(desk: DeskSite) -> None:
    case = ask(desk.casebook, text="We are a clinic.")
    page = desk.as_("ada").press(case.id, "remove", **REMOVING)
    assert page.status == 200
    assert "It is decided." in page.words
    after = desk.casebook.case(case.id)
    assert (after.state, after.outcome, after.deciders) == ("decided", e.REMOVED, ("ada",))
    assert (after.reason, after.cause) == ("A clinic, and no casino.", "import_error")
    assert [row.deed["do"] for row in desk.casebook.pending()] == ["open", "tell"]


def test_two_people_of_two_organisations_close_one(desk: DeskSite) -> None:
    case = ask(desk.casebook, "new.example", kind=e.PROPOSAL)
    asked = desk.as_("ada").press(case.id, "approve", **LISTING)
    assert "Nothing changes yet" in asked.words
    assert desk.casebook.case(case.id).approvals == ()
    assert "Your word is there" in desk.confirm(case.id, "approve", **LISTING).words
    same = desk.as_("dee").get(f"/desk/case/{case.id}")
    assert "the second is of another organisation" in same.words
    done = desk.as_("bo").confirm(case.id, "approve", **LISTING)
    assert "It is decided." in done.words
    (deed, _) = [row.deed for row in desk.casebook.pending()]
    assert deed["do"] == "list"
    assert [approval["by"] for approval in deed["approvals"]] == ["ada", "bo"]
    assert deed["reason"] == {"en": LISTING["reason"]}
    assert deed["evidence"] == [{"grade": "E2", "on": "2026-12-01", "note": "front page, no account made"}]
    assert desk.casebook.check() == []
