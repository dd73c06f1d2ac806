"""Every test here that takes `place` or `book` runs on both databases."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from filterdns.config.settings import DeskSettings
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook, open_casebook
from filterdns.transparency.casebook.tables import metadata
from tests.conftest import REQUIRE_PEERS
from tests.postgresql import Cluster, find_binaries
from tests.transparency.casebook.opened import RULES, new_casebook

_MEMORY = Path("/dev/shm")  # a file there is as durable as a test needs it


class Place:
    """A database with the tables of a casebook, empty. `state`: the state folder, `url`: of the database."""

    def __init__(self, state: Path, desk: DeskSettings, databases: Databases | None = None) -> None:
        self.state, self.desk = state, desk
        self._databases = databases
        self._opened: list[Casebook] = []

    @property
    def is_sqlite(self) -> bool:
        return not self.desk.database

    def open(self, rules: Rules = RULES) -> Casebook:
        """One more casebook on the same database, as another process would have it."""
        casebook = open_casebook(self.state, self.desk, rules)
        self._opened.append(casebook)
        return casebook

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()
        if self._databases is not None:
            self._databases.give_back(self.desk.database)
            self._databases = None


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        reason = "PostgreSQL (Debian's package postgresql) is not installed"
        if os.environ.get(REQUIRE_PEERS) == "1":
            pytest.fail(f"{reason}, and {REQUIRE_PEERS}=1")
        pytest.skip(reason)
    cluster = Cluster(binaries)
    try:
        yield cluster.start()
    finally:
        cluster.stop()


class Databases:
    """Databases of a cluster: new ones, and some with a casebook's tables that are emptied when they are used again."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._made = 0
        self._kept: list[str] = []

    def new(self) -> str:
        """The URL of a new one, without tables."""
        self._made += 1
        name = f"test_{self._made}"
        self._run("postgres", f"CREATE DATABASE {name}")
        return self._cluster.url(name)

    def take(self) -> str:
        """The URL of one with the tables, empty; it is given back with `give_back`."""
        if not self._kept:
            url = self.new()
            open_casebook(Path("/nowhere"), DeskSettings(url)).close()
            return url
        url = self._kept.pop()
        tables = ", ".join(table.name for table in metadata.sorted_tables if table.name != "turn")
        self._run(str(make_url(url).database), f"TRUNCATE {tables} RESTART IDENTITY")
        return url

    def give_back(self, url: str) -> None:
        self._kept.append(url)

    def _run(self, database: str, statement: str) -> None:
        url = make_url(self._cluster.url(database))
        host = str(url.query["host"])
        with psycopg.connect(user=url.username, dbname=database, host=host, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def databases(cluster: Cluster) -> Databases:
    return Databases(cluster)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A state folder where writing is quick."""
    path = Path(tempfile.mkdtemp(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None))
    yield path
    shutil.rmtree(path)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, folder: Path) -> Iterator[Callable[[], Place]]:
    """`new_place()` is one more empty casebook's place."""
    made: list[Place] = []

    def make() -> Place:
        state = folder / str(len(made))
        if request.param == "sqlite":
            new_casebook(state).close()
            made.append(Place(state, DeskSettings()))
        else:
            databases = request.getfixturevalue("databases")
            made.append(Place(state, DeskSettings(databases.take()), databases))
        return made[-1]

    yield make
    for place in made:
        place.close()


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return new_place()


@pytest.fixture
def book(place: Place) -> Casebook:
    return place.open()
