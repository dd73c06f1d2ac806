"""From a folder of lists to a release that answers, and every fault of the folder at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from filterdns.categories import ALLOWED_BELOW, EXACT, HOLD, P1, P2
from filterdns.clock import day_number
from filterdns.errors import DataFault, StateFault
from filterdns.lists.build import build_release
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.curate.name_rules import PROTECTED, WORDS
from filterdns.lists.index import hashing
from filterdns.lists.inspect import inspect_release
from filterdns.lists.own_data import load_own_data
from filterdns.lists.release import open_current
from filterdns.lists.sources import MOST_OCTETS
from filterdns.names import parse_name
from tests.lists.entries import own_entry, protected_entry

WHEN = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOLD_ENTRY = """
- name: held.example
  scope: exact
  reason: {en: compromised}
  contact: phone
  approvals: [{by: a, org: b, on: 2026-11-24}, {by: c, org: d, on: 2026-11-24}]
  listed_on: 2026-11-24
  expires: 2026-11-27
"""


def mask_of(table: CategoryTable, category: str) -> int:
    return next(row.mask for row in table.numbered() if row.id == category)


def found(state: Path, name: str, when: datetime = WHEN) -> int:
    return open_current(state).open_index(day_number(when)).find(parse_name(name))


def test_release_answers_for_everything_that_was_written(
    folder: Path, overlay: Path, tmp_path: Path, table: CategoryTable
) -> None:
    (folder / "own" / "adult.yaml").write_text(own_entry("porn.example") + own_entry("wide.example"))
    (folder / "own" / "malware.feed.txt").write_text("# source: a feed\nbad.example\nhelp.wide.example\nno name\n")
    (folder / "own" / "adult.more.hosts").write_text("0.0.0.0 host.example\n")
    (folder / "protected" / "p1.yaml").write_text(protected_entry("help.wide.example", "crisis"))
    (folder / "protected" / "p2.school.yaml").write_text(protected_entry("school.example", "education"))
    (overlay / "own" / "gambling.yaml").write_text(own_entry("porn.example"))
    (overlay / "holds.yaml").write_text(HOLD_ENTRY)
    state = tmp_path / "state"
    report = build_release(folder, overlay, state, WHEN)
    adult, gambling, malware = (mask_of(table, id_) for id_ in ("adult", "gambling", "malware"))
    assert found(state, "www.porn.example") == adult | gambling
    assert found(state, "wide.example") == adult | ALLOWED_BELOW
    assert found(state, "x.help.wide.example") == adult | ALLOWED_BELOW | P1
    assert found(state, "x.bad.example") == malware
    assert found(state, "host.example") == adult | EXACT
    assert found(state, "x.host.example") == 0
    assert found(state, "x.school.example") == P2
    assert found(state, "held.example") == HOLD | EXACT
    assert found(state, "example") == 0
    assert (report.number, report.built, report.names, report.listings) == (1, True, 7, 8)
    assert (report.rejected, report.set_aside) == (1, 1)
    release = open_current(state)
    inspect_release(release)
    assert release.manifest.names_by_category == {
        "adult": 3, "gambling": 1, "malware": 1, "p1": 1, "p2": 1, "hold": 1,
    }  # fmt: skip
    rows = release.open_listings()
    ((_, _, set_number),) = release.open_index().matches(parse_name("bad.example"))
    (row,) = rows.find(set_number)
    assert row["source"] == "own/malware.feed.txt"
    assert (row["about"]["source"], row["about"]["keeper"]) == ("a feed", "this project")
    assert (row["basis"], row["about"]["fetched_on"], row["expires"]) == ("imported", "2026-11-24", "2026-12-01")


def test_expired_listing_stops_counting_on_its_day(folder: Path, tmp_path: Path, table: CategoryTable) -> None:
    (folder / "own" / "malware.txt").write_text("# fetched_on: 2026-11-20\nbad.example\n")
    (folder / "own" / "adult.yaml").write_text(own_entry("porn.example"))
    build_release(folder, None, tmp_path, WHEN)
    malware, adult = mask_of(table, "malware"), mask_of(table, "adult")
    assert found(tmp_path, "bad.example", datetime(2026, 11, 26, 23, 59, tzinfo=UTC)) == malware
    assert found(tmp_path, "bad.example", datetime(2026, 11, 27, tzinfo=UTC)) == 0
    assert found(tmp_path, "porn.example", WHEN + timedelta(days=89)) == adult
    assert found(tmp_path, "porn.example", WHEN + timedelta(days=90)) == 0


def test_two_years_without_a_look_leave_only_what_is_protected(folder: Path, tmp_path: Path) -> None:
    (folder / "own" / "games.yaml").write_text(own_entry("games.example"))
    (folder / "protected" / "p1.yaml").write_text(protected_entry("help.example", "crisis"))
    build_release(folder, None, tmp_path, WHEN)
    later = WHEN + timedelta(days=730)
    assert found(tmp_path, "games.example", later) == 0
    assert found(tmp_path, "help.example", later) == P1


def test_build_of_unchanged_inputs_keeps_the_release(folder: Path, tmp_path: Path) -> None:
    (folder / "own" / "adult.yaml").write_text(own_entry("porn.example"))
    assert build_release(folder, None, tmp_path, WHEN).built
    again = build_release(folder, None, tmp_path, WHEN + timedelta(days=1))
    assert (again.number, again.built, again.names) == (1, False, 1)
    (folder / "own" / "adult.yaml").write_text(own_entry("other.example"))
    changed = build_release(folder, None, tmp_path, WHEN)
    assert (changed.number, changed.built) == (2, True)
    assert found(tmp_path, "porn.example") == 0


def test_damaged_release_is_built_again(folder: Path, tmp_path: Path) -> None:
    (folder / "own" / "adult.yaml").write_text(own_entry("porn.example"))
    build_release(folder, None, tmp_path, WHEN)
    path = open_current(tmp_path).folder / "index"
    octets = bytearray(path.read_bytes())
    octets[-30] ^= 1
    path.write_bytes(octets)
    assert build_release(folder, None, tmp_path, WHEN).number == 2
    inspect_release(open_current(tmp_path))


def test_build_without_xxhash_gives_the_same_answers(
    folder: Path, tmp_path: Path, table: CategoryTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "xxh32_intdigest", None)
    (folder / "own" / "adult.txt").write_text("".join(f"n{number}.example\n" for number in range(200)))
    build_release(folder, None, tmp_path, WHEN)
    assert all(found(tmp_path, f"www.n{number}.example") == mask_of(table, "adult") for number in range(200))
    assert found(tmp_path, "n200.example") == 0


def test_faults_of_all_files_are_told_at_once(folder: Path, overlay: Path, tmp_path: Path) -> None:
    (folder / "own" / "adult.yaml").write_text(own_entry("porn.example") + own_entry("porn.example") + own_entry("x"))
    (folder / "own" / "politics.yaml").write_text(own_entry("party.example"))
    (folder / "own" / "restricted_legal.yaml").write_text(own_entry("a.example"))
    (folder / "protected" / "p1.yaml").write_text("- a: [\n")
    (overlay / "own" / "games.yaml").write_text("games.example\n")
    with pytest.raises(DataFault) as caught:
        build_release(folder, overlay, tmp_path / "state", WHEN)
    wheres = [Path(fault.where).name for fault in caught.value.faults]
    assert wheres == [
        "p1.yaml:2", "adult.yaml:8", "adult.yaml:15", "politics.yaml", "restricted_legal.yaml", "games.yaml:1",
    ]  # fmt: skip
    assert not (tmp_path / "state" / "current").exists()


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("own/politics.txt", "a.example", "a category among"),
        ("own/restricted_legal.txt", "a.example", "no list of restricted names"),
        ("own/legal_order.txt", "a.example", "orders as entries"),
        ("own/hate.txt", "a.example", "no import for hate"),
        ("own/adult.csv", "a.example", "<category>[.<label>].yaml, .txt or .hosts"),
        ("own/adult.txt", "# fetched_on: long ago\na.example", "a date such as"),
        ("protected/p3.yaml", "", "p1.yaml, p2.yaml"),
        ("own/adult.yaml", own_entry("x.help.example"), "a name that is not protected"),
        ("own/adult.yaml", own_entry("co.uk"), "a third approval"),
        ("own/adult.yaml", own_entry("amazonaws.com"), "a third approval"),
    ],
)
def test_lists_that_must_not_be_are_refused(folder: Path, tmp_path: Path, file: str, text: str, expected: str) -> None:
    (folder / "protected" / "p1.yaml").write_text(protected_entry("help.example", "crisis"))
    (folder / file).write_text(text)
    with pytest.raises(DataFault) as caught:
        build_release(folder, None, tmp_path / "state", WHEN)
    assert len(caught.value.faults) == 1
    assert expected in caught.value.faults[0].expected


def test_overlay_cannot_bring_a_taxonomy(folder: Path, overlay: Path, tmp_path: Path) -> None:
    (overlay / "categories.yaml").write_bytes((folder / "categories.yaml").read_bytes())
    with pytest.raises(DataFault):
        build_release(folder, overlay, tmp_path / "state", WHEN)


def test_household_may_import_where_the_project_may_not(folder: Path, overlay: Path, tmp_path: Path) -> None:
    (overlay / "own" / "hate.txt").write_text("a.example\n")
    assert build_release(folder, overlay, tmp_path / "state", WHEN).names == 1


def test_endless_line_and_binary_rubbish_are_rejected(folder: Path, tmp_path: Path) -> None:
    (folder / "own" / "adult.txt").write_bytes(b"x" * 3_000_000 + b"\n" + bytes(range(256)) * 10 + b"\nok.example\n")
    report = build_release(folder, None, tmp_path, WHEN)
    assert report.names == 1
    assert report.rejected == 1 + 11  # the octets hold a line feed and a carriage return ten times


def test_state_that_cannot_be_written_is_a_fault(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StateFault):
        build_release(folder, None, tmp_path / "state", WHEN)


def test_lists_that_change_while_they_are_read_make_no_release(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_and_change(*arguments: Any, **named: Any) -> Any:
        loaded = load_own_data(*arguments, **named)
        (folder / "own" / "adult.yaml").write_text(own_entry("other.example"))
        return loaded

    (folder / "own" / "adult.yaml").write_text(own_entry("porn.example"))
    monkeypatch.setattr("filterdns.lists.build.load_own_data", load_and_change)
    with pytest.raises(StateFault, match="while it was read"):
        build_release(folder, None, tmp_path / "state", WHEN)
    assert not (tmp_path / "state" / "current").exists()


def test_own_listing_of_a_name_that_became_protected_is_set_aside(folder: Path, overlay: Path, tmp_path: Path) -> None:
    (folder / "protected" / "p2.yaml").write_text(protected_entry("clinic.example", "health"))
    (overlay / "own" / "adult.yaml").write_text(own_entry("x.clinic.example") + own_entry("porn.example"))
    report = build_release(folder, overlay, tmp_path / "state", WHEN)
    assert (report.names, report.set_aside) == (2, 1)
    assert found(tmp_path / "state", "x.clinic.example") == P2
    examples = open_current(tmp_path / "state").manifest.set_aside_examples
    assert examples == [f"overlay/own/adult.yaml: x.clinic.example: {WORDS[PROTECTED]}"]


def test_file_of_absurd_size_is_refused(folder: Path, tmp_path: Path) -> None:
    with (folder / "own" / "adult.txt").open("wb") as file:
        file.truncate(MOST_OCTETS + 1)  # a hole: takes no room
    with pytest.raises(DataFault, match="at most"):
        build_release(folder, None, tmp_path / "state", WHEN)
