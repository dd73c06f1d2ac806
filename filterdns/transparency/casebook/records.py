"""Rows of the tables as the values of `appeals`, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import select

from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.tables import GROUPS, cases, events

_FIELDS = tuple(field.name for field in fields(Case))

ALL_OF_A_CASE = select(*(cases.c[name] for name in _FIELDS))
ALL_OF_AN_EVENT = select(
    events.c.number, events.c.case_id, events.c.at, events.c.kind, events.c.by, events.c.organisation, events.c.data
)


def case_of(row: Iterable[Any]) -> Case:
    """A row of ALL_OF_A_CASE."""
    return Case(*row)


def event_of(row: Iterable[Any]) -> Event:
    """A row of ALL_OF_AN_EVENT."""
    return Event(*row)


def values_of(case: Case) -> dict[str, Any]:
    """A case as its row, with what is derived of it."""
    values: dict[str, Any] = {name: getattr(case, name) for name in _FIELDS}
    return values | {"kind_group": GROUPS[case.kind], "is_open": case.is_open}
