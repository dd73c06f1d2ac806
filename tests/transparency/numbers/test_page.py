"""The page of numbers and its files, as a publisher and a home have them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from filterdns.config.settings import DeskSettings
from filterdns.transparency.casebook.casebook import Casebook, find_casebook
from filterdns.transparency.numbers.notes import Notes, notes_file, store_notes
from filterdns.transparency.numbers.rows import COUNT, HIDDEN, SOURCE, Row
from filterdns.transparency.numbers.words import FIGURES
from filterdns.transparency.numbers.written import write_csv
from filterdns.transparency.web.current import CurrentRelease
from tests.transparency.casebook.appealing import appeal
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.lists import WHEN, StoppedClock
from tests.transparency.numbers.full import TERMS, decide, fill
from tests.transparency.published import PUBLISHER, SUBSCRIBER, publish
from tests.transparency.web.served import Site


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = publish(tmp_path_factory.mktemp("numbers"))
    book = new_casebook(state)
    fill(book, WHEN, 60)
    book.close()
    return state


@pytest.fixture
def numbers(state: Path, clock: StoppedClock) -> Site:
    current = CurrentRelease(state, print)
    current.follow()
    return Site(current, clock, settings=PUBLISHER)


@pytest.fixture
def book(state: Path) -> Iterator[Casebook]:
    book = find_casebook(state, DeskSettings())
    yield book
    book.close()


def test_page_json_and_csv_have_the_same_figures_and_a_licence(numbers: Site) -> None:
    page, of_json, of_csv = numbers.each(["/numbers", "/numbers.json", "/numbers.csv"])
    assert [reply.status for reply in (page, of_json, of_csv)] == [200, 200, 200]
    values = json.loads(of_json.text)
    assert values["licence"] == "CC BY 4.0"
    licence, *lines = of_csv.text.splitlines()
    assert "CC BY 4.0" in licence
    table = list(csv.DictReader(io.StringIO("\n".join(lines))))
    assert [(row["figure"], row["by"], row["key"]) for row in table] == [
        (row["figure"], row["by"], row["key"]) for row in values["rows"]
    ]
    received = next(row for row in values["rows"] if (row["figure"], row["by"]) == ("received", "total"))
    shown = re.search(r'data-figure="received"><b>([0-9,]+)</b>', page.text)
    assert shown is not None
    assert int(shown[1].replace(",", "")) == received["value"] > 60


def test_every_figure_says_how_it_was_counted_and_for_which_time(numbers: Site) -> None:
    page, of_json = numbers.each(["/numbers", "/numbers.json"])
    values = json.loads(of_json.text)
    assert {row["figure"] for row in values["rows"]} <= set(FIGURES)
    assert all(row["begin"] <= row["end"] and values["figures"][row["figure"]]["how"] for row in values["rows"])
    for what in FIGURES.values():
        assert what.how.replace("'", "&#39;") in page.text


def test_a_hidden_row_has_no_number_anywhere(numbers: Site) -> None:
    values = json.loads(numbers.get("/numbers.json").text)
    hidden = [row for row in values["rows"] if row["mark"] == HIDDEN]
    assert hidden
    assert all(row[name] is None for row in hidden for name in ("value", "part", "of", "low", "high"))


def test_charts_need_no_script_and_no_style_of_their_own_and_have_a_table_behind_them(numbers: Site) -> None:
    page = numbers.get("/numbers").text
    assert "<svg" in page
    assert not any(word in page for word in ("<script", " style=", "<style"))
    pictures = sum(page.count(f'class="{kind}" aria-hidden="true"') for kind in ("bars", "months"))
    assert 0 < pictures <= page.count("<table")


def test_figures_are_counted_once_until_something_changes(numbers: Site, clock: StoppedClock, book: Casebook) -> None:
    first = numbers.get("/numbers.json")
    tag = first.headers["ETag"]
    assert numbers.get("/numbers.json", If_None_Match=tag).status == 304
    case = appeal(book, "another.example", TERMS[0], when=WHEN).case
    decide(book, case, "removed", WHEN)
    after = json.loads(numbers.get("/numbers.json").text)
    total = [row["value"] for row in after["rows"] if (row["figure"], row["by"]) == ("received", "total")]
    before = [
        row["value"] for row in json.loads(first.text)["rows"] if (row["figure"], row["by"]) == ("received", "total")
    ]
    assert total == [before[0] + 1]


def test_within_a_minute_nothing_is_looked_at_again(
    numbers: Site, book: Casebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    real = Casebook.newest_event

    def noted(self: Casebook) -> int:
        looked.append(1)
        return real(self)

    monkeypatch.setattr(Casebook, "newest_event", noted)
    numbers.each(["/numbers"] * 5 + ["/numbers.csv"])
    assert len(looked) == 1


def test_a_home_says_where_its_publishers_numbers_are(current: CurrentRelease, clock: StoppedClock) -> None:
    page, of_json = Site(current, clock, settings=SUBSCRIBER).each(["/numbers", "/numbers.json"])
    assert (page.status, of_json.status) == (200, 404)
    assert 'href="https://lists.example/numbers"' in page.text


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    row = Row("overturned", SOURCE, "=cmd()", date(2030, 1, 1), date(2030, 2, 1), COUNT, 1)
    assert "'=cmd()" in write_csv([row], 1, "now").decode()


def test_front_page_says_that_hands_are_missing(numbers: Site, state: Path) -> None:
    assert "We lack hands" not in numbers.get("/").text
    store_notes(state, Notes(WHEN.date(), lacking_hands=(("adult", 3),)))
    front = numbers.get("/").text
    assert "We lack hands" in front
    assert '<span class="id">adult</span>' in front
    notes_file(state).unlink()
    assert "We lack hands" not in numbers.get("/").text
