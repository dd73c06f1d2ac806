"""Whether a casebook is what it must be: the file, the references, and that each case is what its events make of it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import groupby, islice

from sqlalchemy import Connection, func, select

from filterdns.transparency.appeals.case import Case, CaseFault, step
from filterdns.transparency.appeals.deeds import deeds_of
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.records import ALL_OF_AN_EVENT, event_of, values_of
from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import cases, events, metadata, outbox
from filterdns.transparency.casebook.versions import REVISIONS, version_of

_ROWS_AT_ONCE = 1_000
_MOST_FAULTS = 100  # more say nothing new


def faults_of(store: Store, rules: Rules) -> list[str]:
    """What is wrong, in words, at most _MOST_FAULTS of it. Raises StateFault if it cannot be read at all."""
    version = version_of(store)
    if version != REVISIONS[-1]:
        return [f"tables: expected version {REVISIONS[-1]}, got {version or 'none'}"]
    with store.reading() as connection:
        connection = connection.execution_options(yield_per=_ROWS_AT_ONCE)
        with closing(_all_faults(connection, store.is_sqlite, rules)) as faults:
            return list(islice(faults, _MOST_FAULTS))


def _all_faults(connection: Connection, is_sqlite: bool, rules: Rules) -> Generator[str, None, None]:
    if is_sqlite:
        yield from _file_faults(connection)
    yield from _reference_faults(connection)
    yield from _number_faults(connection)
    yield from _case_faults(connection, rules)


def _file_faults(connection: Connection) -> Iterator[str]:
    for (verdict,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if verdict != "ok":
            yield f"file: {verdict}"


def _reference_faults(connection: Connection) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column
            there = select(target).where(target == key.parent).exists()
            for (value,) in connection.execute(select(key.parent).where(~there).distinct()):
                yield f"{table.name}: {key.parent.name} {value} is in no row of {target.table.name}"


def _number_faults(connection: Connection) -> Iterator[str]:
    for column in (events.c.number, outbox.c.number, cases.c.id):
        count, last = connection.execute(select(func.count(), func.max(column))).one()
        if count and count != last:
            yield f"{column.table.name}: expected {last} rows, numbered from 1 without a gap, got {count}"


def _case_faults(connection: Connection, rules: Rules) -> Iterator[str]:
    """Each case beside its events, and what is in the outbox beside what they ask for."""
    asked = ALL_OF_AN_EVENT.order_by(events.c.case_id, events.c.number)
    with connection.execute(asked) as rows:  # closed as well when enough is known
        for case_id, history in groupby(map(event_of, rows), key=lambda event: event.case):
            yield from _faults_of_one(connection, case_id, list(history), rules)
    without = ~select(events.c.number).where(events.c.case_id == cases.c.id).exists()
    for (case_id,) in connection.execute(select(cases.c.id).where(without)):
        yield f"case {case_id}: there is no event of it"


def _faults_of_one(connection: Connection, case_id: int, history: list[Event], rules: Rules) -> Iterator[str]:
    case: Case | None = None
    deeds: list[tuple[int, str, str]] = []
    try:
        for event in history:
            before, case = case, step(case, event)
            deeds += [(event.number, deed["do"], deed["name"]) for deed in deeds_of(before, event, case, rules)]
    except (CaseFault, KeyError, TypeError, ValueError) as fault:
        yield f"case {case_id}: its events cannot have happened: {fault}"
        return
    assert case is not None
    row = connection.execute(select(cases).where(cases.c.id == case_id)).first()
    if row is None:
        return  # told as a reference to nothing
    for name, value in values_of(case).items():
        if row._mapping[name] != value:
            yield f"case {case_id}: {name}: its events say {_short(value)}, its row says {_short(row._mapping[name])}"
    numbers = [event.number for event in history]
    kept = connection.execute(
        select(outbox.c.event, outbox.c.deed).where(outbox.c.event.in_(numbers)).order_by(outbox.c.number)
    )
    if [(number, deed["do"], deed["name"]) for number, deed in kept] != deeds:
        yield f"case {case_id}: what is in the outbox is not what its events ask for"


def _short(value: object) -> str:
    return json.dumps(value, default=str)[:80]
