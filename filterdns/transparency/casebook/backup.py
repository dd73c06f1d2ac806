"""A copy of a casebook in one file, while it is in use."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.transparency.casebook.place import FILE_MODE
from filterdns.transparency.casebook.store import Store

_PAGES_AT_ONCE = 1_000  # 4 MiB, then a writer may come in between
_NAP_SECONDS = 0.01


def back_up(store: Store, file: Path) -> None:
    """Copy an SQLite casebook into a new file, mode 0600, by SQLite's own means. Raises StateFault.

    The copy is whole: it is checked, and has its name only when it is.
    """
    if not store.is_sqlite:
        raise StateFault(f"{store}: PostgreSQL is backed up by its own tools, such as: pg_dump --format=custom")
    if file.exists():
        raise StateFault(f"{file}: expected a file that is not there yet; a backup is never written over")
    part = file.with_name(file.name + ".part")
    try:
        _make_private(part)
        _copy(store, part)
        os.link(part, file)  # fails if somebody has made it in the meantime
        _sync_folder(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise StateFault(f"{file}: the backup could not be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _make_private(part: Path) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, FILE_MODE))


def _copy(store: Store, part: Path) -> None:
    copy = sqlite3.connect(part)
    try:
        with store.reading() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.rollback()  # a copy needs no state of its own to begin with
            source.backup(copy, pages=_PAGES_AT_ONCE, sleep=_NAP_SECONDS)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged: {verdict}")
    finally:
        copy.close()
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
