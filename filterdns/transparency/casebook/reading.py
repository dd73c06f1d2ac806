"""Cases as they stand: one, by name, and those that wait for an answer."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Text, and_, desc, func, or_, select, type_coerce

from filterdns.transparency.appeals.case import DECIDED, Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.priority import queue_key
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.controls import PROVEN
from filterdns.transparency.casebook.records import ALL_OF_A_CASE, ALL_OF_AN_EVENT, case_of, event_of
from filterdns.transparency.casebook.tables import cases, events


def events_of(connection: Connection, case_id: int) -> list[Event]:
    """All of a case, in order."""
    found = connection.execute(ALL_OF_AN_EVENT.where(events.c.case_id == case_id).order_by(events.c.number))
    return [event_of(row) for row in found]


def open_cases(
    connection: Connection,
    offset: int,
    limit: int,
    states: Collection[str] | None,
    category: str | None,
    kinds: Collection[str] | None,
    whose: str | None,
    due_before: datetime | None,
) -> list[Case]:
    """A page of the queue, in the order of `appeals.priority.queue_key`. `whose`: "" is nobody's."""
    asked = ALL_OF_A_CASE.where(cases.c.is_open)
    if states is not None:
        asked = asked.where(cases.c.state.in_(states))
    if category is not None:
        asked = asked.where(cases.c.category == category)
    if kinds is not None:
        asked = asked.where(cases.c.kind.in_(kinds))
    if whose:
        drawn = type_coerce(cases.c.drawn, Text).contains(json.dumps(whose), autoescape=True)
        asked = asked.where(or_(cases.c.taken_by == whose, drawn))
    elif whose is not None:
        asked = asked.where(cases.c.taken_by == "", cases.c.drawn == ())
    if due_before is not None:
        asked = asked.where(cases.c.due <= due_before)
    first = list(map(case_of, connection.execute(asked.where(cases.c.id.in_(PROVEN)))))
    return _with_first(connection, asked, sorted(first, key=queue_key), offset, limit)


def _with_first(connection: Connection, asked: Select[Any], first: list[Case], offset: int, limit: int) -> list[Case]:
    """A page of these cases: claims that come first, other claims, what comes first besides, and the others.

    What comes first is little, and known; the others are read in the order of an index, as there may be very many.
    """
    rest = asked.where(cases.c.id.not_in([case.id for case in first])) if first else asked
    claims = 0
    if first:
        claims = connection.scalar(rest.where(cases.c.claim).with_only_columns(func.count())) or 0
    ahead = sum(case.claim for case in first)
    begin = max(0, offset - len(first))
    in_order = rest.order_by(desc(cases.c.claim), cases.c.due, cases.c.id)
    others = map(case_of, connection.execute(in_order.offset(begin).limit(limit + len(first))))
    places = {at if at < ahead else at + claims: case for at, case in enumerate(first)}
    places |= {(ahead if at < claims else len(first)) + at: case for at, case in enumerate(others, begin)}
    return [places[at] for at in range(offset, offset + limit) if at in places]


def count_open(connection: Connection) -> dict[tuple[str, str], int]:
    """How many cases wait, of each kind and category."""
    found = connection.execute(
        select(cases.c.kind, cases.c.category, func.count())
        .where(cases.c.is_open)
        .group_by(cases.c.kind, cases.c.category)
    )
    return {(kind, category): number for kind, category, number in found}


def cases_about(connection: Connection, name: str, category: str | None) -> list[Case]:
    """All cases on a listed name, decided ones too, the oldest first."""
    asked = ALL_OF_A_CASE.where(cases.c.name == name)
    if category is not None:
        asked = asked.where(cases.c.category == category)
    return [case_of(row) for row in connection.execute(asked.order_by(cases.c.id))]


def names_after(connection: Connection, case_id: int) -> list[tuple[int, str]]:
    """The later cases, by number, and the name of each."""
    asked = select(cases.c.id, cases.c.name).where(cases.c.id > case_id).order_by(cases.c.id)
    return [(number, name) for number, name in connection.execute(asked)]


def due_before(connection: Connection, when: datetime, rules: Rules) -> list[Case]:
    """What `appeals.lateness.due_events` has to look at: past their deadline, or past the time to ask again."""
    missed = and_(cases.c.is_open, cases.c.due <= when, cases.c.suspended == "")
    over = and_(cases.c.state == DECIDED, cases.c.decided_at <= when - rules.second_step_open)
    found = connection.execute(ALL_OF_A_CASE.where(or_(missed, over)).order_by(cases.c.id))
    return [case_of(row) for row in found]


def late_since(connection: Connection, begin: datetime) -> list[Case]:
    """Cases whose deadline was missed since then: for the notice that hands are missing."""
    found = connection.execute(ALL_OF_A_CASE.where(cases.c.late_at >= begin).order_by(cases.c.id))
    return [case_of(row) for row in found]
