"""Tables are what they are said to be, are made in a process of their own, and never by an older program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from filterdns.config.settings import DeskSettings
from filterdns.errors import StateFault
from filterdns.transparency.casebook import migrations
from filterdns.transparency.casebook.casebook import Casebook, open_casebook
from filterdns.transparency.casebook.migrate import migrate
from filterdns.transparency.casebook.place import prepare_place, url_of
from filterdns.transparency.casebook.tables import metadata
from filterdns.transparency.casebook.versions import REVISIONS
from tests.transparency.casebook.appealing import appeal
from tests.transparency.casebook.conftest import Place
from tests.transparency.casebook.opened import casebook_file


def test_migrations_make_the_tables_that_the_code_knows(place: Place) -> None:
    with place.open()._store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_versions_are_those_of_the_files_in_their_order() -> None:
    folder = ScriptDirectory(str(Path(str(migrations.__file__)).parent))
    assert tuple(script.revision for script in folder.walk_revisions())[::-1] == REVISIONS


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, folder: Path) -> Iterator[Callable[[], Place]]:
    """`empty()` is the same place each time, in which nothing is yet."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("databases").new()
    places: list[Place] = []

    def find() -> Place:
        places.append(Place(folder, DeskSettings(url)))
        return places[-1]

    yield find
    for place in places:
        place.close()


def test_two_who_begin_at_once_begin_one_casebook(empty: Callable[[], Place]) -> None:
    places = [empty(), empty(), empty()]
    with ThreadPoolExecutor(3) as processes:
        books = list(processes.map(lambda place: place.open(), places))
    assert [appeal(book).case.id for book in books] == [1, 1, 1]
    assert books[0].check() == []


def test_every_earlier_version_is_brought_up_to_date_with_what_is_in_it(empty: Callable[[], Place]) -> None:
    place = empty()
    url = url_of(place.state, place.desk)
    prepare_place(url)
    migrate(url.render_as_string(hide_password=False), REVISIONS[0])
    first = Casebook(url)
    opened = appeal(first).case
    first.close()
    for revision in REVISIONS[1:]:
        migrate(url.render_as_string(hide_password=False), revision)
    book = place.open()
    assert book.case(opened.id) == opened
    assert book.check() == []


def test_tables_of_a_newer_program_are_left_alone(place: Place) -> None:
    book = place.open()
    with book._store._writers.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(StateFault, match="newer filterdns"):
            place.open()
        assert book.check() == [f"tables: expected version {REVISIONS[-1]}, got 9999"]
    finally:
        with book._store._writers.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{REVISIONS[-1]}'"))


def test_failed_migration_leaves_nothing_and_says_why(folder: Path) -> None:
    file = casebook_file(folder)
    file.parent.mkdir()
    file.write_bytes(b"this is no database, and it is longer than a header of one has to be" * 20)
    with pytest.raises(StateFault, match="not a database"):
        open_casebook(folder, DeskSettings())


def test_password_of_a_database_is_in_no_error() -> None:
    desk = DeskSettings("postgresql://someone:s3cret@127.0.0.1:1/nothing")
    with pytest.raises(StateFault) as caught:
        open_casebook(Path("/nowhere"), desk)
    assert "s3cret" not in f"{caught.value} {caught.value.__cause__}"
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "postgresql", "http://x"])
def test_database_that_we_do_not_know_is_told(url: str) -> None:
    with pytest.raises(StateFault, match=r"desk\.database: expected"):
        open_casebook(Path("/nowhere"), DeskSettings(url))


def test_whoever_opens_a_casebook_does_not_import_what_makes_its_tables(place: Place) -> None:
    program = """
import sys
from pathlib import Path
from filterdns.config.settings import DeskSettings
from filterdns.transparency.casebook.casebook import open_casebook
open_casebook(Path(sys.argv[1]), DeskSettings(sys.stdin.read())).count_open()
print(*sorted(name for name in sys.modules if name.partition(".")[0] in ("sqlalchemy", "alembic", "mako", "aiohttp")))
"""
    place.open()
    done = subprocess.run(
        [sys.executable, "-c", program, place.state], input=place.desk.database, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert {name.partition(".")[0] for name in done.stdout.split()} == {"sqlalchemy"}
