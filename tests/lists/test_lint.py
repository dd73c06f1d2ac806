"""Each thing that can be wrong is told at its line, and nothing else is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.lint import LintReport, lint
from filterdns.lists.shipped import shipped_folder
from tests.lists.entries import own_entry, protected_entry
from tests.lists.planted import ACROSS, REFUSED
from tests.lists.written import ALLOWANCE, REVIEWED, entry_to_try, write, write_right_folder

TODAY = date(2026, 11, 24)


@pytest.fixture
def right(folder: Path, table: CategoryTable) -> Path:
    write_right_folder(folder, table)
    return folder


def told(report: LintReport, folder: Path) -> list[str]:
    """`own/games.yaml:9: what: got` of each fault, then of each warning with a `?`."""
    lines = [f"{fault.where}: {fault.path}: {fault.got}" for fault in report.faults]
    lines += [f"? {warning.where}: {warning.path}: {warning.got}" for warning in report.warnings]
    return [line.replace(f"{folder}/", "") for line in lines]


def append(folder: Path, file: str, text: str) -> None:
    path = folder / f"{file}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + text, encoding="utf-8")


def test_right_folder_has_nothing_to_tell(right: Path) -> None:
    report = lint(right, None, TODAY)
    assert told(report, right) == []
    assert report.notes == ("4 protected names that nobody has checked yet (checked_on is empty)",)
    assert report.entries[str(right / "own" / "gambling.yaml")] == 2
    assert sum(report.entries.values()) == 36


def test_shipped_lists_have_nothing_to_mend() -> None:
    report = lint(shipped_folder(), None, TODAY)
    assert [str(fault) for fault in report.faults] == []
    assert [str(warning) for warning in report.warnings] == []


@pytest.mark.parametrize(("file", "text", "expected"), REFUSED)
def test_what_a_build_refuses_is_told(right: Path, file: str, text: str, expected: str) -> None:
    append(right, file, text)
    assert told(lint(right, None, TODAY), right) == [expected]


@pytest.mark.parametrize(("file", "text", "expected"), ACROSS)
def test_what_stands_across_files_is_told(right: Path, file: str, text: str, expected: str) -> None:
    append(right, file, text)
    assert told(lint(right, None, TODAY), right) == [expected]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 2, 8), ["? own/adult.yaml:8: a.example: expires: 2027-02-22"]),
        (date(2027, 2, 22), ["own/adult.yaml:8: a.example: expires: 2027-02-22"]),
        (date(2027, 2, 7), []),
    ],
)
def test_content_that_nobody_reviewed_is_told_two_weeks_before_it_ends(
    folder: Path, table: CategoryTable, today: date, expected: list[str]
) -> None:
    for row in table.categories[1:]:
        write(folder, **{f"own__{row.id}": entry_to_try(row.id)})
    write(
        folder,
        protected__p1=protected_entry("helpline.filterdns.test", "crisis"),
        protected__p2=protected_entry("health.filterdns.test", "health"),
    )
    append(folder, "own/adult", own_entry("a.example"))
    assert told(lint(folder, None, today), folder) == expected


def test_late_reviews_and_ended_entries_are_told(right: Path) -> None:
    assert told(lint(right, None, date(2027, 11, 25)), right) == [
        "holds.yaml:7: help.example: expires: 2026-11-27",
        "? own/gambling.yaml:8: casino.example: review_due: 2027-11-24",
        "? own/games.yaml:8: play.example: review_due: 2027-11-24",
    ]
    assert told(lint(right, None, date(2028, 6, 1)), right)[:3] == [
        "holds.yaml:7: help.example: expires: 2026-11-27",
        "own/gambling.yaml:8: casino.example: expires: 2028-05-24",
        "own/games.yaml:8: play.example: expires: 2028-05-24",
    ]


def test_missing_test_names_are_told(right: Path) -> None:
    (right / "own" / "adult.yaml").unlink()
    (right / "protected" / "p2.yaml").write_text("")
    assert told(lint(right, None, TODAY), right) == [
        "own/adult.yaml: adult.filterdns.test: none",
        "protected/p2.yaml: health.filterdns.test: none",
    ]


def test_every_fault_of_every_file_is_told_at_once(right: Path) -> None:
    append(right, "own/adult", own_entry("a.example") + own_entry("a.example"))
    append(right, "own/adult", own_entry("x"))
    append(right, "protected/p1", "- a: [\n")
    (right / "own" / "adult.csv").write_text("a.example\n")
    wheres = [Path(fault.where).name for fault in lint(right, None, TODAY).faults]
    assert wheres == ["adult.csv", "adult.yaml:15", "adult.yaml:22", "p1.yaml", "p1.yaml:4"]


def test_broken_taxonomy_is_told_alone(right: Path) -> None:
    (right / "categories.yaml").write_text("version: 1\n")
    report = lint(right, None, TODAY)
    assert report.faults
    assert {Path(fault.where).name for fault in report.faults} == {"categories.yaml:1"}
    (right / "categories.yaml").unlink()
    assert [Path(fault.where).name for fault in lint(right, None, TODAY).faults] == ["categories.yaml"]


def test_power_of_one_organisation_is_told(right: Path) -> None:
    entries = [
        REVIEWED.replace("casino", f"casino{n}")
        .replace("org: school", f"org: s{n}")
        .replace("org: university", f"org: u{n}")
        for n in range(20)
    ]
    for n in range(7):
        entries[n] = entries[n].replace(f"org: s{n}", "org: busy")
    (right / "own" / "gambling.yaml").write_text(entry_to_try("gambling") + "".join(entries))
    warned = lint(right, None, TODAY)
    assert told(warned, right) == ["? own/gambling.yaml:88: casino6.example: approvals: busy in 7 of 20"]
    for n in range(7, 11):
        entries[n] = entries[n].replace(f"org: s{n}", "org: busy")
    (right / "own" / "gambling.yaml").write_text(entry_to_try("gambling") + "".join(entries))
    refused = lint(right, None, TODAY)
    assert told(refused, right) == ["own/gambling.yaml:136: casino10.example: approvals: busy in 11 of 20"]
    (right / "own" / "gambling.yaml").write_text(entry_to_try("gambling") + "".join(entries[:19]))
    assert told(lint(right, None, TODAY), right) == []


def test_signatures_are_counted_and_not_believed(right: Path) -> None:
    append(right, "own/adult", REVIEWED.replace("on: 2026-11-22", "on: 2026-11-22, sig: abc"))
    assert (
        "1 approvals are signed; `filterdns desk check` verifies them where the casebook is"
        in lint(right, None, TODAY).notes
    )


def test_clock_that_is_behind_is_told_once(right: Path) -> None:
    notes = lint(right, None, date(2020, 1, 1)).notes
    assert "25 listings are dated after today, 2020-01-01: is the clock right?" in notes


def test_what_an_installation_wrote_is_set_aside_and_told(right: Path, overlay: Path) -> None:
    write(
        overlay,
        own__adult=own_entry("www.help.example") + own_entry("blogspot.com") + own_entry("cdn.example"),
        own__games=own_entry("play.example") + own_entry("social.example") + own_entry("safe.search.example"),
        allow__mine=ALLOWANCE.replace("shop.example", "casino.example"),
        sources__choices="uni-gambling: on\ngone: off\n",
    )
    assert told(lint(right, overlay, TODAY), overlay) == [
        "? own/adult.yaml:1: www.help.example: protected",
        "? own/adult.yaml:8: blogspot.com: shared by many, at or above a public suffix",
        "? own/adult.yaml:15: cdn.example: shared by many (cdn)",
        f"? own/games.yaml:1: play.example: it again (first at {right}/own/games.yaml:8)",
        "? own/games.yaml:8: social.example: popular, and not approved for games",
        "? own/games.yaml:15: safe.search.example: a safe-search target",
        '? sources/choices.yaml:2: choice: "gone"',
    ]


def test_one_file_or_folder_can_be_asked_for(right: Path, overlay: Path) -> None:
    append(right, "own/adult", own_entry("x"))
    append(right, "own/games", own_entry("x"))
    write(overlay, own__adult=own_entry("porn.example"))
    report = lint(right, overlay, TODAY)
    adult = right / "own" / "adult.yaml"
    assert [fault.where for fault in report.about(adult).faults] == [f"{adult}:8"]
    assert report.about(adult).entries == {str(adult): 1}
    assert report.about(overlay).faults == ()
    assert report.about(overlay).entries == {str(overlay / "own" / "adult.yaml"): 1}
