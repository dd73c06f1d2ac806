"""What the clock brings up for people to look at: never more than a case or a note, each once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from filterdns.categories import Class
from filterdns.keep.duties import life
from filterdns.keep.duties.life import Life
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Rules, Terms
from filterdns.transparency.numbers.notes import AilingSource, Incident, load_notes
from tests.architecture.source import ROOT
from tests.transparency.casebook.appealing import appeal
from tests.transparency.casebook.opened import new_casebook
from tests.transparency.kept_lists import Installation, names
from tests.transparency.lists import WHEN
from tests.transparency.numbers.full import decide

DAY = timedelta(days=1)
GAMBLING = Terms("gambling", Class.CONTENT, 7 * DAY, "open")
ADULT = Terms("adult", Class.CONTENT, 7 * DAY, "open")
SHORT = (
    "- {name: short.example, scope: exact, basis: starter, definition: '1.0', reason: {en: Bets.}, "
    "listed_on: 2026-11-20, review_due: 2026-12-08, expires: 2026-12-10}\n"
    "- {name: due.example, scope: subdomains, scope_reason: all, basis: starter, definition: '1.0', "
    "reason: {en: Bets.}, listed_on: 2026-11-20, review_due: 2026-12-01, expires: 2027-02-10}\n"
    "- {name: later.example, scope: exact, basis: starter, definition: '1.0', reason: {en: Bets.}, "
    "listed_on: 2026-11-20, review_due: 2027-01-10, expires: 2027-02-10}\n"
)
CLINICS = names("clinic-number-", 150)  # a word in common, and more of them than anybody looks at


class Place(Installation):
    """A publisher with a list, listings of its own, and a casebook."""

    def __init__(self, folder: Path, made: Path) -> None:
        shutil.copytree(made / "state", folder / "state")
        super().__init__(folder, made / "shipped")
        self.book = new_casebook(self.state)
        self.life = Life(self.state, self.shipped, self.book, Rules())

    def go(self, *, is_believed: bool = True) -> tuple[str, ...]:
        return self.life.go(self.clock, is_believed).lines

    def reviews(self) -> dict[str, Case]:
        return {case.name: case for case in self.book.open_cases(kinds=(e.REVIEW,), limit=500)}

    def open(self, name: str, outcome: str = e.REMOVED, *, claim: bool = False) -> Case:
        """An appeal on a name, decided at once."""
        case = appeal(self.book, name, GAMBLING, when=self.when, claim=claim).case
        return decide(self.book, case, outcome, self.when)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders with what is shipped and a state, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    home = Installation(folder)
    own = home.state / "lists" / "own" / "gambling.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(SHORT, encoding="utf-8")
    home.switch("uni-gambling", True)
    home.switch("uni-vpn", True)
    wrong = ("family-clinic.example", "poker.example", "a.host.example", "b.host.example", *CLINICS)
    home.serve("uni-gambling", names("bet", 60, *wrong))
    home.serve("uni-vpn", names("tunnel", 20, "tunnel-clinic.example"))
    home.build()
    return folder


@pytest.fixture
def place(tmp_path: Path, made: Path) -> Iterator[Place]:
    place = Place(tmp_path, made)
    yield place
    place.book.close()


def test_what_is_due_or_runs_out_becomes_one_case_without_a_deadline(place: Place) -> None:
    (line,) = place.go()
    assert line == "desk: 2 listings are due for a second look"
    found = place.reviews()
    assert sorted(found) == ["due.example", "short.example"]
    assert all((case.due, case.category, case.appeals) == (None, "gambling", 1) for case in found.values())
    assert found["due.example"].subdomains
    assert not found["short.example"].subdomains
    (receipt,) = place.book.receipts(found["short.example"].id)
    assert receipt.text == "Our own listing: it ends on 2026-12-10."
    assert place.book.pending() == [], "nothing opens or closes by it"
    assert place.go() == ()
    for _ in range(3):
        place.clock.at += DAY
        assert place.go() == (), "an open case is not opened again"


def test_what_was_looked_at_is_not_asked_for_again_each_day(place: Place) -> None:
    place.go()
    case = place.reviews()["due.example"]
    decide(place.book, case, e.UPHELD, place.when)
    place.clock.at += DAY
    assert place.go() == ()
    assert sorted(place.reviews()) == ["short.example"]


def test_a_clock_in_doubt_opens_no_reviews(place: Place) -> None:
    place.clock.at += 60 * DAY
    assert place.go(is_believed=False) == ()
    assert place.reviews() == {}


def test_what_has_run_out_is_past_looking_at(place: Place) -> None:
    place.go()
    place.clock.at = WHEN + 9 * DAY
    (line,) = place.go()
    assert line.startswith("desk: short.example (gambling) has run out")
    assert sorted(place.reviews()) == ["due.example"]


def test_whoever_asks_about_a_case_of_ours_has_a_deadline_and_it_is_not_closed_by_the_clock(place: Place) -> None:
    place.go()
    joined = appeal(place.book, "short.example", GAMBLING, when=place.when)
    assert (joined.joined, joined.case.due) == (True, place.when + 7 * DAY)
    place.clock.at = WHEN + 9 * DAY
    assert place.go() == ()
    assert "short.example" in place.reviews()


def test_many_are_opened_over_days_the_first_to_end_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life, "MOST_A_DAY", 1)
    place.go()
    assert list(place.reviews()) == ["due.example"]
    place.clock.at += DAY
    place.go()
    assert sorted(place.reviews()) == ["due.example", "short.example"]


def test_j6_f_names_like_one_that_was_wrong_become_cases_at_most_100_and_once(place: Place) -> None:
    place.open("family-clinic.example", claim=True)
    lines = place.go(is_believed=False)
    assert lines == ("desk: 100 names are like family-clinic.example of case 1",)
    found = place.reviews()
    assert len(found) == 100
    assert set(found) <= {*CLINICS}, "no other list's, nothing without a word in common, never itself"
    assert all(case.due is None and not case.suspended for case in found.values())
    (receipt,) = place.book.receipts(next(iter(found.values())).id)
    assert receipt.text.startswith("Looks like family-clinic.example of case 1, which uni-gambling named by mistake")
    assert place.go(is_believed=False) == ()
    place.clock.at += DAY
    assert not any("are like" in line for line in place.go())


def test_j6_f_names_below_the_same_name_are_like_it_and_a_name_that_stays_is_no_error(place: Place) -> None:
    place.open("a.host.example", e.NARROWED)
    place.open("poker.example", e.UPHELD)
    assert place.go(is_believed=False) == ("desk: 1 names are like a.host.example of case 1",)
    assert list(place.reviews()) == ["b.host.example"]


def test_j6_f_a_listing_of_our_own_is_looked_for_in_no_list(place: Place) -> None:
    place.open("short.example")
    assert place.go(is_believed=False) == ()


def test_a_walk_that_takes_too_long_ends_and_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.open("family-clinic.example")
    ticks = iter(range(0, 10**9, 30))
    monkeypatch.setattr(place.clock, "now", lambda: float(next(ticks)))
    (line,) = place.go(is_believed=False)
    assert line.endswith("there was no time to look at all names")


def test_a_list_that_errs_too_often_and_missing_hands_are_noted(place: Place) -> None:
    for number in range(24):
        place.open(f"bet{number}.example", e.REMOVED if number < 6 else e.UPHELD)
    for number in range(3):
        late = appeal(place.book, f"bet{30 + number}.example", GAMBLING, when=place.when - 9 * DAY).case
        place.book.append(late.id, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE}, place.when, expected_last=late.last)
    place.go()
    notes = load_notes(place.state)
    assert notes is not None
    assert notes.sources == (AilingSource("uni-gambling", 24, 6),)
    assert notes.lacking_hands == (("gambling", 3),)


def test_j6_e_a_name_of_help_that_was_wrongly_closed_is_told_within_a_week(place: Place) -> None:
    place.open("family-clinic.example", claim=True)
    place.open("poker.example")
    place.go()
    notes = load_notes(place.state)
    assert notes is not None
    assert notes.incidents == (Incident(1, "family-clinic.example", place.when.date() + 7 * DAY),)
    place.clock.at += 8 * DAY
    place.go()
    notes = load_notes(place.state)
    assert notes is not None
    assert notes.incidents == ()
    template = (ROOT / "deploy" / "incident-note.md").read_text(encoding="utf-8")
    assert re.findall("^## (.*)$", template, re.MULTILINE) == [
        "What happened", "Which names", "Since when", "Who noticed", "What the effect was", "What was done",
        "What changes",
    ]  # fmt: skip
    assert "within seven days" in template


def test_notes_that_cannot_be_read_are_none_and_are_written_anew(place: Place) -> None:
    place.go()
    (place.state / "desk" / "notes.json").write_text("{", encoding="utf-8")
    assert load_notes(place.state) is None
    assert place.go() == ()
    assert load_notes(place.state) is not None
