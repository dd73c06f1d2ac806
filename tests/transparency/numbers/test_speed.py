"""How soon a decision counts, how much of a list is right, which kinds of partners decide: M7, M5 and M14."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path

import pytest
from click.testing import CliRunner

from filterdns.cli.main import commands
from filterdns.log.record.entries import write_entry
from filterdns.transparency.appeals import events as e
from filterdns.transparency.numbers import rows as r
from filterdns.transparency.numbers.counting import Counting
from filterdns.transparency.numbers.figures import compute
from filterdns.transparency.numbers.notes import FailedSample, Notes, load_notes, store_notes
from filterdns.transparency.numbers.recorded import CameOut, Recorded
from filterdns.transparency.numbers.rows import Answer, Cases, Lists, Row
from filterdns.transparency.numbers.samples import (
    Sampled,
    add_samples,
    load_samples,
    precision_of,
    read_sample,
    samples_file,
)
from filterdns.transparency.numbers.words import FIGURES, hours_text, value_text
from tests.keep.duties.conftest import office, site, tmp_path
from tests.keep.duties.office import Office, listed
from tests.transparency.desk.desk_site import person

__all__ = ["office", "site", "tmp_path"]

ENGLISH = NullTranslations()
NOW = datetime(2031, 5, 17, 13, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)


def answer(
    case: int, outcome: str, hours: float | None, *, category: str = "adult", partners: tuple[str, ...] = ()
) -> Answer:
    decided = NOW - timedelta(days=40)
    counts_at = decided + hours * HOUR if hours is not None else None
    return Answer(
        case, e.APPEAL, category, True, 1, decided, decided, True, outcome, partners=partners, counts_at=counts_at
    )


def figure(rows: tuple[Row, ...], name: str, by: str = r.TOTAL, key: str = "") -> Row:
    (found,) = (row for row in rows if (row.figure, row.by, row.key) == (name, by, key))
    return found


def test_m7_hours_from_a_decision_to_the_name_that_resolves() -> None:
    answers = [answer(n, e.REMOVED, hours) for n, hours in enumerate([*[1.0] * 10, *[2.0] * 9, 30.0])]
    answers += [answer(90, e.NARROWED, None), answer(91, e.UPHELD, 900.0), answer(92, e.LISTED, 5.0)]
    rows = compute(Cases(answers), Lists(), NOW)
    assert figure(rows, "removal_median").value == 1.5
    assert figure(rows, "removal_p95").value == 2.0
    in_day = figure(rows, "removal_in_day")
    assert (in_day.part, in_day.of) == (19, 21), "one took longer, one was never seen"
    assert figure(rows, "add_p95").value == 5.0
    assert figure(rows, "add_p95", r.CATEGORY, "adult").mark == r.HIDDEN


def test_m7_what_was_decided_today_is_not_late_yet() -> None:
    young = Answer(1, e.APPEAL, "adult", True, 1, NOW, NOW - HOUR, True, e.REMOVED)
    assert figure(compute(Cases([young]), Lists(), NOW), "removal_in_day").value is None


def test_m7_hours_from_a_list_to_the_release_with_it_each_new_name_once() -> None:
    log = [
        write_entry("import", NOW, **imported("a-list", NOW - 3 * HOUR, 900)),
        write_entry("import", NOW, **imported("b-list", NOW - 9 * HOUR, 100)),
        write_entry("import", NOW, **imported("c-list", NOW - 90 * HOUR, 0)),
        b'{"type":"import"}',  # cannot be read: what follows is read the next time
    ]
    recorded = Recorded()
    recorded.follow(ALog(log[:3]))
    assert recorded.came_out == []
    more = [*log[:3], write_entry("release", NOW, **released(4))]
    recorded.follow(ALog(more))
    recorded.follow(ALog(more))
    assert [(each.source, each.added) for each in recorded.came_out] == [("a-list", 900), ("b-list", 100)]
    rows = compute(Cases(), Lists(), NOW, recorded.came_out)
    assert figure(rows, "import_p95").value == 9.0
    assert figure(rows, "import_p95", r.SOURCE, "a-list").value == 3.0
    old = [CameOut("a-list", NOW - timedelta(days=500), NOW - timedelta(days=499), 5)]
    assert not [row for row in compute(Cases(), Lists(), NOW, old) if row.figure == "import_p95"]


class ALog:
    def __init__(self, entries: list[bytes]) -> None:
        self._entries, self.size = entries, len(entries)

    def entries(self, begin: int, end: int):  # type: ignore[no-untyped-def]
        return iter(self._entries[begin:end])


def imported(source: str, fetched: datetime, added: int) -> dict[str, object]:
    return {
        "source": source, "sha256": "0" * 64, "octets": 9, "names": 9, "rejected": 0, "added": added, "dropped": 0,
        "expired": 0, "fetched_at": f"{fetched:%Y-%m-%dT%H:%M:%SZ}", "licence": "", "redistribute": True,
    }  # fmt: skip


def released(number: int) -> dict[str, object]:
    return {
        "number": number, "built_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "tool": "filterdns", "manifest": "0" * 64,
        "inputs": "0" * 64, "salt": "0" * 64, "trees": [],
    }  # fmt: skip


def test_m14_kinds_of_partners_share_what_they_decided_together() -> None:
    answers = [answer(1, e.LISTED, 1, partners=("school", "health")), answer(2, e.REMOVED, 1, partners=("school",))]
    rows = compute(Cases([*answers, answer(3, e.DECLINED, None)]), Lists(), NOW)
    shares = {row.key: row.value for row in rows if row.figure == "partners"}
    assert shares == {"school": 0.75, "health": 0.25}


def test_m14_orders_that_were_entered_are_counted_besides_those_in_force() -> None:
    lists = Lists(ordered=(NOW.date(), NOW.date() - timedelta(days=40), NOW.date() - timedelta(days=700)))
    rows = compute(Cases(), lists, NOW)
    assert (figure(rows, "orders_received").value, figure(rows, "orders").value) == (2, 0)


# M5

HEAD = "name,categories,sources,first_seen,still_right,note\n"


def category_of(source: str) -> str:
    return {"a-list": "adult", "b-list": "gambling", "own/adult.yaml": "adult"}.get(source, "")


def test_m5_a_sample_is_counted_for_every_list_that_has_the_name() -> None:
    text = HEAD + (
        "a.example,adult,a-list b-list,,yes,\nb.example,adult,a-list,,NO,a clinic\nc.example,adult,a-list,,,\n"
        "d.example,adult,own/adult.yaml household-1,,no,\n"
    )
    assert read_sample(text, category_of) == {
        ("a-list", "adult"): (2, 1),
        ("b-list", "gambling"): (1, 0),
        (r.OWN, "adult"): (1, 1),
    }


@pytest.mark.parametrize("text", ["", "name,note\na.example,x\n", HEAD + "a.example,adult,a-list,,perhaps,\n", "\0"])
def test_m5_what_is_no_sample_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_sample(text, category_of)


def sampled(source: str, looked_at: int, wrong: int, days: int = 1, file: str = "f") -> Sampled:
    return Sampled(file, NOW.date() - timedelta(days=days), "rev-1", "adult", source, looked_at, wrong)


def test_m5_a_list_fails_with_more_than_one_wrong_in_twenty_and_ours_in_fifty() -> None:
    samples = [
        *(sampled("a-list", 50, 3), sampled("a-list", 50, 3), sampled("b-list", 100, 5), sampled("c-list", 19, 19)),
        *(sampled(r.OWN, 100, 3), sampled("old", 100, 90, days=92)),
    ]
    found = precision_of(samples, NOW.date())
    assert {each.source: each.fails for each in found} == {
        "a-list": True, "b-list": False, "c-list": False, r.OWN: True,
    }  # fmt: skip
    rows = compute(Cases(), Lists(), NOW, (), found)
    assert figure(rows, "precision").of == 319
    row = figure(rows, "precision", r.SOURCE, "a-list")
    assert (row.value, row.mark) == (0.94, r.REVIEW)
    assert row.low is not None
    assert row.low < 0.94
    assert figure(rows, "precision", r.SOURCE, "b-list").mark == ""
    assert figure(rows, "precision", r.CATEGORY, "adult").part == 319 - 33


def test_m5_what_is_handed_in_is_kept_once_and_for_a_year(tmp_path: Path) -> None:
    today = NOW.date()
    (tmp_path / "desk").mkdir()
    assert add_samples(tmp_path, [sampled("a-list", 10, 1), sampled("b-list", 9, 1)], today)
    assert not add_samples(tmp_path, [sampled("a-list", 10, 1)], today)
    assert add_samples(tmp_path, [sampled("a-list", 4, 0, file="g")], today)
    assert [each.looked_at for each in load_samples(tmp_path)] == [10, 9, 4]
    assert add_samples(tmp_path, [sampled("a-list", 5, 0, file="h")], today + timedelta(days=500))
    assert [each.looked_at for each in load_samples(tmp_path)] == [5]
    samples_file(tmp_path).write_text("{")
    assert load_samples(tmp_path) == ()


def test_m5_a_list_that_fails_its_sample_is_switched_off_and_the_desk_is_told(office: Office) -> None:
    names = [f"n{number}.example" for number in range(30)]
    listed(office.site, *names)
    office.book.people.add(person("rev-1", "school"))
    state = office.site.state
    drawn = CliRunner().invoke(commands, ["lists", "sample", "--seed", "7", "--count", "25", "--state", str(state)])
    lines = drawn.output.splitlines()
    assert len(lines) == 26
    answered = [line[:-1] + ("no,wrong" if number < 2 else "yes,") for number, line in enumerate(lines[1:])]
    file = state / "sample.csv"
    file.write_text("\n".join([lines[0], *(line.replace(",,no", ",no").replace(",,yes", ",yes") for line in answered)]))

    def hand_in(who: str = "rev-1") -> str:
        words = ["desk", "checked", str(file), "--as", who, "--state", str(state)]
        return CliRunner().invoke(commands, words).output

    assert "expected somebody of the desk" in hand_in("nobody")
    said = hand_in()
    assert "a-list (adult): 2 of 25 wrong" in said
    assert "a-list: more than one name in twenty is wrong" in said
    assert "counts once" in hand_in()
    assert office.filtered("n1.example") == set()
    counted = Counting(state, office.book, None).count(None, load_samples_day(state))
    assert figure(counted.rows, "precision", r.SOURCE, "a-list").part == 23


def load_samples_day(state: Path) -> datetime:
    (day,) = {each.on for each in load_samples(state)}
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def test_notes_with_samples_are_read_again_and_older_ones_without(tmp_path: Path) -> None:
    notes = Notes(date(2031, 5, 1), samples=(FailedSample("a-list", 100, 7),))
    store_notes(tmp_path, notes)
    assert load_notes(tmp_path) == notes
    path = tmp_path / "desk" / "notes.json"
    values = json.loads(path.read_text())
    del values["samples"]
    path.write_text(json.dumps(values))
    assert load_notes(tmp_path) == Notes(date(2031, 5, 1))


def test_every_figure_has_words_and_hours_read_well() -> None:
    assert {"removal_p95", "import_p95", "precision", "partners", "orders_received"} <= set(FIGURES)
    assert [hours_text(value, ENGLISH) for value in (0.0, 1 / 60, 0.5, 1.9, 2.0, 26.4)] == [
        "1 minute", "1 minute", "30 minutes", "114 minutes", "2 hours", "26 hours",
    ]  # fmt: skip
    row = Row("removal_p95", r.TOTAL, "", NOW.date(), NOW.date(), r.HOURS, 0.5)
    assert value_text(row, ENGLISH) == "30 minutes"


def test_the_product_fills_them(office: Office) -> None:
    listed(office.site, "clinic.example")
    office.book.people.add(person("rev-1", "school", "school"))
    case = office.appeal("clinic.example")
    office.decide(case, e.REMOVED)
    office.keep(hours=1)
    office.add(case, e.SEEN, e.KEEPER, {"release": 2})
    counted = Counting(office.site.state, office.book, None).count(None, office.when)
    assert figure(counted.rows, "removal_p95").value == 1.0
    assert figure(counted.rows, "partners", r.PARTNER, "school").value == 1.0
    assert figure(counted.rows, "import_p95", r.SOURCE, "a-list").of == 1
