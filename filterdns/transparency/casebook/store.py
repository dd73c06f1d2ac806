"""Connections to the database: how each is prepared, how one writer follows the other, what is tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from filterdns.errors import StateFault
from filterdns.transparency.casebook.tables import turn

Result = TypeVar("Result")

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_DRIVERS = {"sqlite": SQLITE, "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
_WRITES = "filterdns_writes"

_TRY_AGAIN = {"40001", "40P01"}  # PostgreSQL: serialization_failure, deadlock_detected
_BUSY = "database is locked"  # SQLite


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """Bounds of what a database is asked for at once."""

    connections: int = 4  # a desk is a few people; each costs SQLite 2 MiB of cache at most
    wait_seconds: int = 10  # for a connection, or for another process that writes; a writer needs milliseconds
    tries: int = 5  # of a transaction that the database refused because of another


class Refused(StateFault):
    """The database did not do it. `may_be_tried_again`: another transaction was in the way."""

    def __init__(self, text: str, *, may_be_tried_again: bool) -> None:
        super().__init__(text)
        self.may_be_tried_again = may_be_tried_again


class Store:
    """One database. Threads may share it."""

    def __init__(self, url: str | URL, limits: StoreLimits = StoreLimits()) -> None:
        """Opens nothing yet. Raises StateFault for an address that is of no database we know."""
        self.url = known_url(url)
        self._limits = limits
        self.engine = _engine(self.url, limits)
        self._writers = self.engine.execution_options(**{_WRITES: True})
        # SQLite lets one write at a time and polls for it; threads of one process wait in line instead.
        self._turn = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == SQLITE

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database. Raises StateFault."""
        with self._told(), self.engine.connect() as connection:
            yield connection

    def write(self, work: Callable[[Connection], Result], *, in_turn: bool = True) -> Result:
        """What `work` returns, in a transaction that is kept if it returns and undone if it raises.

        `in_turn`: no other such transaction runs at the same time, in any process, so that what it reads holds until
        its end.  It may be run again if the database refuses it because of another.  Raises StateFault.
        """
        for tried in range(1, self._limits.tries + 1):
            try:
                with self._told(), self._in_line(), self._writers.begin() as connection:
                    if in_turn:
                        connection.execute(select(turn.c.id).with_for_update())
                    return work(connection)
            except Refused as fault:
                if tried == self._limits.tries or not fault.may_be_tried_again:
                    raise
        raise AssertionError

    def overwrite_what_was_deleted(self) -> None:
        """Move what is in SQLite's write-ahead log into the file, so that no older writing of a row is left in it.

        If somebody reads at this moment, the next time does it.
        """
        if self.is_sqlite:
            with self._told(), self._in_line(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=self._limits.wait_seconds):
            raise StateFault(f"{self}: waited {self._limits.wait_seconds} s for another writer; try again")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the database cannot do is told without the values it was asked with."""
        try:
            yield
        except DBAPIError as error:
            # The first line alone, and not the error itself: what follows it can hold a whole row.
            raise Refused(f"{self}: {_first_line(error)}", may_be_tried_again=_is_passing(error)) from None

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)


def known_url(url: str | URL) -> URL:
    """The address of a database with the driver that we use. Raises StateFault for others."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    driver = _DRIVERS.get(parsed.drivername.partition("+")[0]) if parsed is not None else None
    if parsed is None or driver is None:
        raise StateFault(
            "desk.database: expected sqlite:////folder/file or postgresql://user@host/name, got neither of them"
        )
    return parsed.set(drivername=driver)


def _engine(url: URL, limits: StoreLimits) -> Engine:
    bounds = {"pool_size": limits.connections, "max_overflow": 0, "pool_timeout": limits.wait_seconds}
    try:
        # Parameters are texts and addresses of people: they are in no error.
        if url.drivername != SQLITE:
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, **bounds)
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": limits.wait_seconds}, **bounds)
    except ImportError as error:
        raise StateFault("PostgreSQL: expected its driver, got none; pip install 'filterdns[postgresql]'") from error
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    """A connection of SQLite as we need it."""
    connection.isolation_level = None  # we begin transactions ourselves, see _begin
    connection.execute("PRAGMA journal_mode = WAL")  # readers do not wait for a writer
    connection.execute("PRAGMA synchronous = FULL")  # what was answered is on the disk
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # an address that is deleted is overwritten
    connection.execute("PRAGMA trusted_schema = OFF")


def _begin(connection: Connection) -> None:
    # A transaction that reads before it writes would otherwise fail when another has written in between.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_passing(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in _TRY_AGAIN or _BUSY in str(error.orig)


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]
