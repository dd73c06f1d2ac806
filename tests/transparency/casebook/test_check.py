"""What is wrong with a casebook is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from filterdns.errors import StateFault
from filterdns.transparency.appeals import events as e
from filterdns.transparency.casebook.casebook import Casebook
from tests.transparency.appeals.cases import BEGIN
from tests.transparency.casebook.appealing import appeal
from tests.transparency.casebook.conftest import Place
from tests.transparency.casebook.opened import casebook_file, new_casebook


@pytest.fixture
def lived(book: Casebook) -> Casebook:
    """Two cases, one of them suspended and decided."""
    case = appeal(book).case
    appeal(book, "other.example")
    case = book.append(case.id, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE}, BEGIN, expected_last=case.last)
    book.append(case.id, e.DECIDED, "ada", "uni", {"outcome": e.REMOVED}, BEGIN, expected_last=case.last)
    assert book.check() == []
    return book


def change(book: Casebook, *statements: str) -> None:
    """Behind the casebook's back."""
    with book._store._writers.connect() as connection:
        if book._store.is_sqlite:
            connection.exec_driver_sql("COMMIT")  # the pragma does nothing in a transaction
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
        connection.invalidate()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE cases SET state = 'closed' WHERE id = 2", 'case 2: state: its events say "received", its row'),
        ("UPDATE cases SET is_open = NOT is_open WHERE id = 1", "case 1: is_open: its events say false, its row"),
        ("UPDATE cases SET due = due + 1 WHERE id = 2", "case 2: due: its events say"),
        ("UPDATE cases SET deciders = '[\"eve\"]' WHERE id = 1", 'its events say ["ada"], its row says ["eve"]'),
        ("UPDATE events SET data = '{}' WHERE number = 4", "case 1: its events cannot have happened"),
        ("UPDATE events SET kind = 'voted' WHERE number = 4", "case 1: its events cannot have happened"),
        ("DELETE FROM events WHERE number = 2", "events: expected 4 rows, numbered from 1 without a gap, got 3"),
        ("DELETE FROM events WHERE number = 2", "case 2: there is no event of it"),
        ("DELETE FROM events WHERE number = 4", "case 1: state: its events say"),
        ("DELETE FROM outbox WHERE number = 2", "outbox: expected 5 rows"),
        ("DELETE FROM outbox WHERE number = 5", "case 1: what is in the outbox is not what its events ask for"),
        ("DELETE FROM cases WHERE id = 2", "events: case_id 2 is in no row of cases"),
        ("DELETE FROM cases WHERE id = 2", "receipts: case_id 2 is in no row of cases"),
        ("UPDATE sessions SET pseudonym = 'eve'", "sessions: pseudonym eve is in no row of persons"),
    ],
)  # fmt: skip
def test_damage_is_told(lived: Casebook, statement: str, words: str) -> None:
    if "sessions" in statement:
        change(lived, "INSERT INTO sessions (digest, pseudonym, begun, used) VALUES ('x', 'ada', 0, 0)")
    change(lived, statement)
    faults = lived.check()
    assert any(words in fault for fault in faults), faults


def test_a_casebook_full_of_faults_is_told_in_a_hundred_lines(book: Casebook) -> None:
    for number in range(110):
        appeal(book, f"n{number}.example")
    change(book, "UPDATE cases SET reason = 'because'")
    assert len(book.check()) == 100


def test_damaged_pages_of_the_file_are_told(folder: Path) -> None:
    book = new_casebook(folder)
    for number in range(300):
        appeal(book, f"n{number}.example")
    book.close()
    file = casebook_file(folder)
    octets = bytearray(file.read_bytes())
    for page in range(20, len(octets) // 4096 - 1, 3):
        octets[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    file.write_bytes(octets)
    book = Casebook(book._store.url)
    try:
        faults = book.check()
    except StateFault as fault:
        faults = [str(fault)]
    finally:
        book.close()
    assert any("file: " in fault or "malformed" in fault for fault in faults), faults


def test_copy_that_stands_beside_a_running_one_is_whole(place: Place, tmp_path: Path) -> None:
    book, writer = place.open(), place.open()
    appeal(book)
    copy = tmp_path / "copy"
    if not place.is_sqlite:
        with pytest.raises(StateFault, match="pg_dump"):
            book.backup(copy)
        return
    session = writer._store.engine.connect()  # somebody reads and somebody writes while it is made
    session.execute(text("SELECT count(*) FROM cases"))
    appeal(writer, "other.example")
    book.backup(copy)
    session.close()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    state = tmp_path / "restored"
    new_casebook(state).close()
    casebook_file(state).write_bytes(copy.read_bytes())
    restored = Place(state, place.desk).open()
    assert restored.check() == []
    assert [case.name for case in restored.open_cases()] == ["clinic.example", "other.example"]
    assert appeal(restored, "next.example").case.id == 3
    restored.close()


def test_backup_is_never_written_over(book: Casebook, tmp_path: Path) -> None:
    if not book._store.is_sqlite:
        pytest.skip("of SQLite")
    copy = tmp_path / "copy"
    copy.write_text("yesterday's")
    with pytest.raises(StateFault, match="not there yet"):
        book.backup(copy)
    assert copy.read_text() == "yesterday's"


def test_backup_that_cannot_be_written_leaves_nothing(book: Casebook, tmp_path: Path) -> None:
    if not book._store.is_sqlite:
        pytest.skip("of SQLite")
    with pytest.raises(StateFault, match="could not be written"):
        book.backup(tmp_path / "nowhere" / "copy")
    assert list(tmp_path.iterdir()) == []
