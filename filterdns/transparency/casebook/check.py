"""Whether a casebook is what it must be: the file, the references, and that each case is what its events make of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, and_, func, select

from filterdns.transparency.appeals.case import Case, CaseFault, step
from filterdns.transparency.appeals.deeds import deeds_of
from filterdns.transparency.appeals.events import DECIDED, Event
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.records import ALL_OF_AN_EVENT, event_of, values_of
from filterdns.transparency.casebook.store import Store
from filterdns.transparency.casebook.tables import cases, events, metadata, outbox
from filterdns.transparency.casebook.versions import REVISIONS, version_of

_CASES_AT_ONCE = 500
_MOST_FAULTS = 100  # more say nothing new


def faults_of(store: Store, rules: Rules) -> list[str]:
    """What is wrong, in words, at most _MOST_FAULTS of it. Raises StateFault if it cannot be read at all."""
    version = version_of(store)
    if version != REVISIONS[-1]:
        return [f"tables: expected version {REVISIONS[-1]}, got {version or 'none'}"]
    with store.reading() as connection:
        return list(islice(_all_faults(connection, store.is_sqlite, rules), _MOST_FAULTS))


def _all_faults(connection: Connection, is_sqlite: bool, rules: Rules) -> Iterator[str]:
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
    last = max(connection.scalar(select(func.max(column))) or 0 for column in (cases.c.id, events.c.case_id))
    for first in range(1, last + 1, _CASES_AT_ONCE):
        these = range(first, first + _CASES_AT_ONCE)
        rows = {row.id: row for row in connection.execute(select(cases).where(_within(cases.c.id, these)))}
        asked = ALL_OF_AN_EVENT.where(_within(events.c.case_id, these)).order_by(events.c.case_id, events.c.number)
        kept: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for case_id, event, deed in connection.execute(_outbox_of(these)):
            kept[case_id].append((event, deed["do"], deed["name"]))
        histories = groupby(map(event_of, connection.execute(asked)), key=lambda event: event.case)
        for case_id, history in histories:
            yield from _faults_of_one(case_id, list(history), rows.pop(case_id, None), kept[case_id], rules)
        for case_id in rows:
            yield f"case {case_id}: there is no event of it"


def _within(column: Column[int], numbers: range) -> ColumnElement[bool]:
    return and_(column >= numbers.start, column < numbers.stop)


def _outbox_of(numbers: range) -> Select[Any]:
    asked = select(events.c.case_id, outbox.c.event, outbox.c.deed).join_from(outbox, events)
    return asked.where(_within(events.c.case_id, numbers)).order_by(outbox.c.number)


def _faults_of_one(
    case_id: int, history: list[Event], row: Row[Any] | None, kept: list[tuple[int, str, str]], rules: Rules
) -> Iterator[str]:
    case: Case | None = None
    first: Event | None = None  # its decision of the first step
    deeds: list[tuple[int, str, str]] = []
    try:
        for event in history:
            before, case = case, step(case, event)
            deeds += [(event.number, deed["do"], deed["name"]) for deed in deeds_of(before, event, case, rules, first)]
            first = event if event.kind == DECIDED and first is None else first
    except (CaseFault, KeyError, TypeError, ValueError) as fault:
        yield f"case {case_id}: its events cannot have happened: {fault}"
        return
    assert case is not None
    if row is None:
        return  # told as a reference to nothing
    for name, value in values_of(case).items():
        if row._mapping[name] != value:
            yield f"case {case_id}: {name}: its events say {_short(value)}, its row says {_short(row._mapping[name])}"
    if kept != deeds:
        yield f"case {case_id}: what is in the outbox is not what its events ask for"


def _short(value: object) -> str:
    return json.dumps(value, default=str)[:80]
