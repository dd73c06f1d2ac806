"""The desk from the command line: what is decided there is signed, and refused for the same reasons as on a page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from filterdns.cli.main import commands
from filterdns.clock import Clock
from filterdns.config.settings import DeskSettings
from filterdns.errors import LogFault
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.casebook import Casebook, find_casebook
from filterdns.transparency.casebook.people import Person
from filterdns.transparency.desk.signed import SIG, action_text, check_action
from tests.transparency.appeals.cases import ADULT, LEGAL
from tests.transparency.casebook.appealing import a_receipt, appeal
from tests.transparency.casebook.opened import casebook_file, new_casebook

Run = Callable[..., Result]
SEEN = ("--grade", "E2", "--seen-on", f"{Clock().when():%Y-%m-%d}", "--note", "front page")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*words: str) -> Result:
        return CliRunner().invoke(commands, ["desk", *words, "--state", str(tmp_path)])

    return run


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    book = new_casebook(tmp_path)
    yield book
    book.close()


@pytest.fixture
def seat(book: Casebook, tmp_path: Path) -> Callable[..., Path]:
    """`seat("rev-1", "school")` gives somebody a seat; the file with their secret key."""

    def seat(pseudonym: str, organisation: str, partner: str = "maintainer", duties: tuple[str, ...] = ()) -> Path:
        file = tmp_path / f"{pseudonym}.key"
        made = CliRunner().invoke(commands, ["desk", "key", "make", str(file), "--as", pseudonym])
        assert made.exit_code == 0, made.output
        duties = duties or ("panel", "review", "triage")
        book.people.add(
            Person(pseudonym, organisation, partner, duties, (), "", "", made.output.strip(), Clock().when())
        )
        return file

    return seat


def an_appeal(book: Casebook, **fields: object) -> int:
    return appeal(book, "clinic.example", when=Clock().when(), **fields).case.id  # type: ignore[arg-type]


def decide(run: Run, case: int, outcome: str, who: str, key: Path, *more: str) -> Result:
    return run("decide", str(case), outcome, "--as", who, "--key", str(key), "--reason", "It is a clinic.", *more)


def test_a_key_is_for_its_owner_alone_and_never_written_over(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rev.key"
    made = CliRunner().invoke(commands, ["desk", "key", "make", str(file), "--as", "rev-1"])
    assert made.output.startswith("rev-1+")
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    again = CliRunner().invoke(commands, ["desk", "key", "make", str(file), "--as", "rev-1"])
    assert (again.exit_code, file.read_bytes()) == (1, before)
    assert made.output.strip().encode() in before


def test_one_person_opens_a_name_and_the_event_keeps_their_signature(
    run: Run, book: Casebook, seat: Callable[..., Path], tmp_path: Path
) -> None:
    number, key = an_appeal(book), seat("rev-1", "school")
    done = decide(run, number, "removed", "rev-1", key, "--cause", "import_error")
    assert done.exit_code == 0, done.output
    decided, before = last_two(book.events(number))
    assert (decided.kind, decided.by, decided.data["outcome"]) == (e.DECIDED, "rev-1", e.REMOVED)
    vkey = book.people.all()[0].vkey
    text = action_text(number, before.number, decided.data, decided.at.date().isoformat())
    check_action(vkey, text, decided.data[SIG])
    changed = {**decided.data, "reason": {"en": "Something else."}}
    with pytest.raises(LogFault):
        check_action(
            vkey, action_text(number, before.number, changed, decided.at.date().isoformat()), decided.data[SIG]
        )
    with pytest.raises(LogFault):
        check_action(
            vkey, action_text(number, before.number + 1, decided.data, f"{decided.at:%Y-%m-%d}"), decided.data[SIG]
        )


def last_two(history: list[Event]) -> tuple[Event, Event]:
    return history[-1], history[-2]


def test_two_people_list_a_site_and_both_signatures_stand_in_its_approvals(
    run: Run, book: Casebook, seat: Callable[..., Path]
) -> None:
    number = an_appeal(book, kind=e.PROPOSAL)
    keys = [seat("rev-1", "school"), seat("rev-2", "university")]
    more = (*SEEN, "--scope-reason", "all of it is the shop")
    first = decide(run, number, "listed", "rev-1", keys[0], *more)
    assert "others are needed" in first.output, first.output
    again = decide(run, number, "listed", "rev-1", keys[0], *more)
    assert again.exit_code == 1
    second = decide(run, number, "listed", "rev-2", keys[1], *more)
    assert "decided, listed" in second.output, second.output
    (listing,) = [row.deed for row in book.pending() if row.deed["do"] == "list"]
    approvals = listing["approvals"]
    assert [approval["by"] for approval in approvals] == ["rev-1", "rev-2"]
    assert all(approval[SIG].startswith(f"{approval['by']} ") and len(approval[SIG]) <= 400 for approval in approvals)


def test_a_key_that_is_not_the_registered_one_decides_nothing(
    run: Run, book: Casebook, seat: Callable[..., Path], tmp_path: Path
) -> None:
    number = an_appeal(book)
    seat("rev-1", "school")
    other = tmp_path / "other.key"
    CliRunner().invoke(commands, ["desk", "key", "make", str(other), "--as", "rev-1"])
    refused = decide(run, number, "removed", "rev-1", other, "--cause", "import_error")
    assert refused.exit_code == 1
    assert "expected the key rev-1+" in refused.output
    assert decide(run, number, "removed", "nobody", other, "--cause", "other").exit_code == 1
    other.chmod(0o644)
    assert "0600" in decide(run, number, "removed", "rev-1", other, "--cause", "other").output
    assert len(book.events(number)) == 1


def test_who_may_not_do_it_on_a_page_may_not_do_it_here(run: Run, book: Casebook, seat: Callable[..., Path]) -> None:
    key = seat("rev-1", "school", "school", ("triage",))
    auditor = seat("aud-1", "uni", "academia", ("audit",))
    number = an_appeal(book)
    assert "duty" in decide(run, number, "removed", "rev-1", key, "--cause", "other").output
    assert "close none" in decide(run, number, "upheld", "aud-1", auditor).output
    legal = appeal(book, "ordered.example", LEGAL, when=Clock().when()).case.id
    assert "office outside" in decide(run, legal, "removed", "aud-1", auditor, "--cause", "other").output
    assert len(book.events(number)) == len(book.events(legal)) == 1


def test_what_is_missing_is_told_by_its_option(run: Run, book: Casebook, seat: Callable[..., Path]) -> None:
    number, key = an_appeal(book), seat("rev-1", "school")
    assert "--cause: " in decide(run, number, "removed", "rev-1", key).output
    assert (
        "--open: " in decide(run, number, "narrowed", "rev-1", key, "--cause", "too_wide", "--open", "x.other").output
    )
    assert "--to: " in decide(run, number, "moved", "rev-1", key, "--cause", "wrong_category", "--to", "adult").output
    assert "does not end with" in decide(run, number, "listed", "rev-1", key).output
    assert decide(run, 999, "removed", "rev-1", key, "--cause", "other").exit_code == 1
    narrowed = decide(
        run, number, "narrowed", "rev-1", key, "--cause", "too_wide", "--open", "www.clinic.example", "--below"
    )
    assert narrowed.exit_code == 0, narrowed.output
    assert book.case(number).outcome == e.NARROWED


def test_the_queue_and_a_case_show_what_a_reviewer_needs(run: Run, book: Casebook) -> None:
    when = Clock().when()
    first = an_appeal(book, receipt=a_receipt(text="This is our clinic.", appellant="owner"), days=6)
    appeal(book, "help.example", ADULT, claim=True, when=when, days=1)
    appeal(book, "late.example", ADULT, when=when - timedelta(days=9), days=7)
    lines = run("queue").output.splitlines()
    assert ["help.example" in lines[0], "late.example" in lines[1], "clinic.example" in lines[2]] == [True] * 3
    assert "late" in lines[1]
    shown = run("show", str(first)).output
    assert "owner: This is our clinic." in shown
    assert "opened as appeal" in shown
    assert run("show", "77").exit_code == 1


def test_a_casebook_that_is_damaged_is_told_and_not_decided_in(
    run: Run, book: Casebook, seat: Callable[..., Path], tmp_path: Path
) -> None:
    number, key = an_appeal(book), seat("rev-1", "school")
    book.close()
    with sqlite3.connect(casebook_file(tmp_path)) as connection:
        connection.execute("DROP TABLE outbox")
    refused = decide(run, number, "removed", "rev-1", key, "--cause", "other")
    assert refused.exit_code == 1
    assert len(find_casebook(tmp_path, DeskSettings()).events(number)) == 1
