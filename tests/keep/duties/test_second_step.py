"""What three others decide otherwise: a pin ends with the win that it guards, and no other does."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from filterdns.errors import LogFault, StateFault
from filterdns.keep.duties.entries import Edit
from filterdns.keep.duties.overlay import edited
from filterdns.keep.duties.suspensions import OPENED
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.yaml_lines import load_yaml
from tests.keep.duties.office import Office, listed
from tests.transparency.appeals.cases import MALWARE

CLINIC, CASINO = "clinic.example", "casino.example"
PANEL = ("p-1", "p-2", "p-3")


def overturn(office: Office, case: Case, outcome: str, **data: object) -> Case:
    """Somebody asks again, and two of the three who are drawn decide so."""
    office.add(case, e.ASKED_AGAIN, e.PUBLIC, {"due": office.when.isoformat()})
    office.add(case, e.DRAWN, e.KEEPER, {"people": list(PANEL), "size": 9})
    said = {"outcome": outcome, "reason": {"en": "It is a casino after all."}, **data}
    for by in PANEL[:2]:
        office.add(case, e.VOTED, by, said)
    return office.add(case, e.DECIDED, PANEL[1], said)


def pins(office: Office) -> list[str]:
    text = (office.site.overlay / "allow/desk.yaml").read_text()
    return [str(each["name"]) for each in load_yaml(text, "desk.yaml").data or []]


def removed(office: Office, name: str = CASINO) -> Case:
    listed(office.site, name)
    case = office.appeal(name)
    office.decide(case, e.REMOVED)
    office.keep(hours=1)
    assert (office.filtered(name), pins(office)) == (set(), [name])
    return case


def test_a_removal_that_three_others_overturn_is_listed_again_and_its_pin_ends(office: Office) -> None:
    case = removed(office)
    office.site.publish(days=1)
    assert office.filtered(CASINO) == set()
    before = len(office.site.entries)
    overturn(office, case, e.UPHELD)
    office.keep(hours=1)
    assert pins(office) == []
    assert OPENED not in office.reasons.values()
    assert office.filtered(CASINO) == {"adult"}
    assert office.site.refused(CASINO) == set()
    assert ("allowance", "removed", CASINO) in office.site.decisions(before)
    assert [(each["step"], each["outcome"]) for each in office.outcomes] == [(1, e.REMOVED), (2, e.UPHELD)]
    told = office.told(case, e.IN_FORCE)
    assert told[-1].data["release"] == office.site.release.number
    assert office.waiting() == []
    assert office.book.check() == []


def test_what_is_overturned_before_a_release_has_it_never_opens_for_long(office: Office) -> None:
    listed(office.site, CASINO)
    case = office.appeal(CASINO)
    office.decide(case, e.REMOVED)
    office.look()
    assert office.filtered(CASINO) == set()
    overturn(office, case, e.UPHELD)
    office.look()
    office.look()
    assert office.filtered(CASINO) == {"adult"}
    office.build()
    assert (office.filtered(CASINO), pins(office), office.waiting()) == ({"adult"}, [], [])


def test_a_removal_that_three_others_confirm_keeps_its_pin(office: Office) -> None:
    case = removed(office)
    overturn(office, case, e.REMOVED)
    office.keep(hours=1)
    assert (office.filtered(CASINO), pins(office)) == (set(), [CASINO])


def test_what_another_case_has_won_stays_when_this_one_is_overturned(office: Office) -> None:
    removed(office)
    other = office.appeal(CASINO)
    office.decide(other, e.MOVED)
    office.keep(hours=1)
    assert pins(office) == [CASINO, CASINO]
    overturn(office, other, e.UPHELD)
    office.keep(hours=1)
    assert (office.filtered(CASINO), pins(office)) == (set(), [CASINO])


def test_a_removal_that_becomes_a_narrowing_leaves_the_part_open_alone(office: Office) -> None:
    case = removed(office)
    overturn(office, case, e.NARROWED, opened_names=[{"name": f"help.{CASINO}", "subdomains": True}])
    office.keep(hours=1)
    assert pins(office) == [f"help.{CASINO}"]
    assert office.filtered(CASINO) == {"adult"}
    assert office.filtered(f"www.help.{CASINO}") == set()


def test_of_a_narrowing_what_is_not_opened_again_is_closed(office: Office) -> None:
    listed(office.site, CASINO)
    case = office.appeal(CASINO)
    names = [{"name": f"{part}.{CASINO}", "subdomains": False} for part in ("help", "jobs")]
    office.decide(case, e.NARROWED, opened_names=names)
    office.keep(hours=1)
    overturn(office, case, e.NARROWED, opened_names=names[:1])
    office.keep(hours=1)
    assert pins(office) == [f"help.{CASINO}"]
    assert office.filtered(f"jobs.{CASINO}") == {"adult"}
    assert office.filtered(f"help.{CASINO}") == set()


def test_the_pin_of_another_case_stands(office: Office) -> None:
    """What won anew, after a feed had named it with good reason, is not closed by an older case."""
    listed(office.site, CASINO, category="malware")
    older = office.appeal(CASINO, MALWARE)
    office.decide(older, e.REMOVED)
    office.keep(hours=1)
    newer = office.appeal(CASINO, MALWARE)
    office.decide(newer, e.REMOVED)
    office.keep(hours=1)
    overturn(office, older, e.UPHELD)
    office.keep(hours=1)
    (pin,) = load_yaml((office.site.overlay / "allow/desk.yaml").read_text(), "desk.yaml").data
    assert pin["decided_by"].endswith(f", case {newer.id}")


def test_entries_of_people_around_a_pin_that_ends_stay_as_they_are(office: Office) -> None:
    text = (
        "# ours\n- {name: a.example, scope: exact, kind: allow, categories: [adult], reason: {en: x}, "
        "decided_on: 2030-01-01, decided_by: us}\n# about the next\n"
        "- {name: b.example, scope: exact, kind: pin, categories: [adult], reason: {en: x}, "
        "decided_on: 2030-01-01, decided_by: 'reviewer, case 12'}\n"
        "- {name: c.example, scope: exact, kind: allow, categories: [adult], reason: {en: x}, "
        "decided_on: 2030-01-01, decided_by: us}\n"
    )
    about = {"name": "b.example", "kind": "pin", "categories": ["adult"]}
    edit = Edit("allow/desk.yaml", about, tuple(about), ", case 12")
    lines = text.splitlines(keepends=True)
    assert edited(text, edit, "desk.yaml") == "".join((*lines[:3], lines[4]))
    assert edited(text, replace(edit, takes_away=", case 2"), "desk.yaml") == text
    alone = "".join(("# ours\n", lines[3]))
    gone = edited(alone, edit, "desk.yaml")
    assert gone == "# ours\n"
    assert edited(gone, edit, "desk.yaml") == gone
    flow = "[" + "{name: b.example, kind: pin, categories: [adult], decided_by: 'x, case 12'}" + "]\n"
    assert load_yaml(edited(flow, edit, "desk.yaml"), "desk.yaml").data is None


@pytest.mark.parametrize("at", ["write_edits", "record_revocations", "note_in_force"])
def test_cut_short_anywhere_it_comes_to_the_same(office: Office, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    case = removed(office)
    overturn(office, case, e.UPHELD)
    office.sleep(hours=1)
    office.look()

    def fail(*args: object, **named: object) -> None:
        raise StateFault("no more room")

    with monkeypatch.context() as broken:
        broken.setattr(f"filterdns.keep.duties.lasting.{at}", fail)
        try:
            office.build()
        except (StateFault, LogFault):
            assert at != "record_revocations"
    office.build()
    office.look()
    assert (office.filtered(CASINO), pins(office), office.waiting()) == ({"adult"}, [], [])


def test_the_work_tree_follows(office: Office, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "lists").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    office.desk = replace(office.desk, worktree=str(tree))
    case = removed(office)
    office.look()
    assert CASINO in (tree / "lists/allow/desk.yaml").read_text()
    overturn(office, case, e.UPHELD)
    office.keep(hours=1)
    office.look()
    assert CASINO not in (tree / "lists/allow/desk.yaml").read_text()
    said = subprocess.run(["git", "log", "-1", "--format=%s"], cwd=tree, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == f"Case {case.id}: unpin {CASINO} (adult)"
