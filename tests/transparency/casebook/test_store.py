"""Connections: what waits, what is tried again and how often, what is told, what a killed process leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from filterdns.config.settings import DeskSettings
from filterdns.errors import StateFault
from filterdns.transparency.casebook.casebook import open_casebook
from filterdns.transparency.casebook.store import Store, StoreLimits
from filterdns.transparency.casebook.tables import cases, receipts
from tests.transparency.appeals.cases import BEGIN
from tests.transparency.casebook.appealing import appeal, digest
from tests.transparency.casebook.conftest import Place
from tests.transparency.casebook.opened import casebook_file


def test_file_and_folder_are_for_their_user_alone(folder: Path) -> None:
    state = folder / "new"
    book = open_casebook(state, DeskSettings())
    appeal(book)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (state / "desk").iterdir()}
    book.close()
    assert modes == {"cases.sqlite": 0o600, "cases.sqlite-wal": 0o600, "cases.sqlite-shm": 0o600}
    assert (state / "desk").stat().st_mode & 0o777 == 0o700


def test_each_connection_of_sqlite_is_as_it_must_be(place: Place) -> None:
    if not place.is_sqlite:
        pytest.skip("of SQLite")
    with place.open()._store.reading() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 10_000,
    }  # fmt: skip


def test_readers_see_what_was_there_while_somebody_writes(place: Place) -> None:
    book, other = place.open(), place.open()
    appeal(book)

    def work(connection: object) -> None:
        connection.execute(text("UPDATE cases SET appeals = 7"))  # type: ignore[attr-defined]
        assert other.case(1).appeals == 1

    book._store.write(work)
    assert other.case(1).appeals == 7


def test_another_process_that_writes_too_long_is_told(place: Place) -> None:
    if not place.is_sqlite:
        pytest.skip("PostgreSQL waits as long as it is told to")
    book = place.open()
    hasty = Store(book._store.url, StoreLimits(wait_seconds=0, tries=3))

    def work(connection: object) -> None:
        with pytest.raises(StateFault, match="database is locked"):
            hasty.write(lambda c: None)

    book._store.write(work)
    hasty.close()


def test_transaction_that_the_database_refuses_is_tried_again_and_not_for_ever(place: Place) -> None:
    """Under SERIALIZABLE (a server may be set so) PostgreSQL refuses what is not in a row."""
    if place.is_sqlite:
        pytest.skip("SQLite lets writers wait and refuses none")
    store = place.open()._store
    tries: list[int] = []

    def refuse(connection: object, fails: int) -> str:
        tries.append(1)
        if len(tries) <= fails:
            connection.exec_driver_sql(  # type: ignore[attr-defined]
                "DO $$ BEGIN RAISE EXCEPTION 'not in a row' USING ERRCODE = 'serialization_failure'; END $$"
            )
        return "done"

    assert store.write(lambda c: refuse(c, 3)) == "done"
    assert len(tries) == 4
    tries.clear()
    with pytest.raises(StateFault, match="not in a row"):
        store.write(lambda c: refuse(c, 99))
    assert len(tries) == StoreLimits().tries


def test_lost_connection_is_made_again(place: Place) -> None:
    if place.is_sqlite:
        pytest.skip("there is no server")
    book, other = place.open(), place.open()
    appeal(book)
    with other._store.reading() as connection:
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{end} AND pid <> pg_backend_pid()"))
    assert appeal(book).case.appeals == 2


def test_what_people_wrote_is_in_no_error(place: Place) -> None:
    book = place.open()
    appeal(book)
    secret = "something that somebody wrote"
    wrong = receipts.insert().values(
        case_id=1, digest=digest("x"), received=BEGIN.date(), appellant=None, text=secret, language="", email="",
        outdated=False,
    )  # fmt: skip
    with pytest.raises(StateFault, match="appellant") as caught:
        book._store.write(lambda connection: connection.execute(wrong))
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_writers_take_their_turn_before_they_look(place: Place) -> None:
    """What a writer reads holds until its end: the row of the turn is the first thing that it asks for."""
    book = place.open()
    asked: list[str] = []
    event.listen(book._store.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    appeal(book)
    first = next(statement for statement in asked if "SELECT" in statement)
    assert "FROM turn" in first
    assert place.is_sqlite or "FOR UPDATE" in first


_SENDER = """
import itertools, sys
from pathlib import Path
from filterdns.config.settings import DeskSettings
from filterdns.transparency.casebook.casebook import open_casebook
from tests.transparency.casebook.appealing import appeal
book = open_casebook(Path(sys.argv[1]), DeskSettings(sys.argv[2]))
for number in itertools.count():
    print(appeal(book, f"n{number}.example").case.id, flush=True)
"""


def test_killed_process_leaves_all_that_it_has_answered_and_nothing_half(place: Place) -> None:
    place.open()
    child = subprocess.Popen(
        [sys.executable, "-c", _SENDER, place.state, place.desk.database], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    answered = [int(child.stdout.readline()) for _ in range(25)][-1]
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().split()
    child.wait()
    child.stdout.close()
    book = place.open()
    with book._store.reading() as connection:
        kept = len(connection.execute(select(cases.c.id)).all())
    assert kept >= max([answered, *map(int, rest)])
    assert book.check() == []
    assert appeal(book, "after.example").case.id == kept + 1
    if place.is_sqlite:
        assert casebook_file(place.state).exists()
