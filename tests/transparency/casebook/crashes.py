"""A process that ends between two statements, as far as a transaction can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.tables import metadata


class Crash(Exception):
    """What the test throws."""


@contextmanager
def crash_at(book: Casebook, statement: int, *, at_commit: bool = False) -> Iterator[list[int]]:
    """The n-th statement from here on crashes, before it runs; or the commit does. Gives the count so far."""
    seen = [0]

    def before_statement(*_: Any) -> None:
        seen[0] += 1
        if seen[0] == statement and not at_commit:
            raise Crash

    def before_commit(connection: Any) -> None:
        if at_commit:
            raise Crash

    engine = book._store.engine
    event.listen(engine, "before_cursor_execute", before_statement)
    event.listen(engine, "commit", before_commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", before_statement)
        event.remove(engine, "commit", before_commit)


def all_rows(book: Casebook) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is kept."""
    with book._store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }
