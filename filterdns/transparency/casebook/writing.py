"""An event, what its case becomes and what is to be done of it: together, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, func, insert, select, update

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import UNDER_REVIEW, Case, CaseFault, step
from filterdns.transparency.appeals.deeds import deeds_of
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.lateness import Due
from filterdns.transparency.appeals.rules import Rules, Terms
from filterdns.transparency.casebook.faults import Changed, Missing
from filterdns.transparency.casebook.plain import check_text, plain_data
from filterdns.transparency.casebook.receipts import NewReceipt, add_receipt
from filterdns.transparency.casebook.records import ALL_OF_A_CASE, ALL_OF_AN_EVENT, case_of, event_of, values_of
from filterdns.transparency.casebook.tables import GROUPS, cases, events, outbox

MOST_NAME = 253  # characters of a name in the DNS (RFC 1035 section 2.3.4)
MOST_PSEUDONYM, MOST_ORGANISATION = 64, 200  # characters


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was opened, or that was open already and was joined. `receipt_id`: None if nobody asked for one."""

    case: Case
    receipt_id: int | None
    joined: bool


@dataclass(frozen=True, slots=True)
class NewCase:
    """What somebody brings forward about a name in a category."""

    terms: Terms
    kind: str
    name: str
    subdomains: bool
    claim: bool
    due: datetime | None
    by: str = e.PUBLIC
    organisation: str = ""


def open_or_join(
    connection: Connection, new: NewCase, receipt: NewReceipt | None, when: datetime, rules: Rules
) -> Opened:
    """The open case on a name and category, opened if there is none. Raises CaseFault."""
    check_text("name", new.name, MOST_NAME)
    row = connection.execute(
        ALL_OF_A_CASE.where(
            cases.c.is_open,
            cases.c.kind_group == GROUPS[new.kind],
            cases.c.name == new.name,
            cases.c.category == new.terms.category,
        )
    ).first()
    case = _open(connection, new, when, rules) if row is None else _join(connection, case_of(row), new, when, rules)
    receipt_id = add_receipt(connection, case.id, receipt, when) if receipt is not None else None
    return Opened(case, receipt_id, joined=row is not None)


def _open(connection: Connection, new: NewCase, when: datetime, rules: Rules) -> Case:
    data = {
        "kind": new.kind,
        "name": new.name,
        "subdomains": new.subdomains,
        "category": new.terms.category,
        "class": new.terms.klass.value,
        "publication": new.terms.publication,
        "claim": new.claim,
    }
    if new.due is not None:
        data["due"] = new.due.isoformat()
    number = _next(connection, cases.c.id)
    return record(connection, None, number, e.OPENED, new.by, new.organisation, data, when, rules)


def _join(connection: Connection, case: Case, new: NewCase, when: datetime, rules: Rules) -> Case:
    due = {} if new.due is None else {"due": new.due.isoformat()}
    if new.claim and not case.claim:
        case = record(connection, case, case.id, e.CLAIMED, new.by, new.organisation, due, when, rules)
    asked_first = case.kind == e.REVIEW and case.step == 1 and new.by == e.PUBLIC
    data = {"claim": new.claim, **(due if asked_first else {})}
    return record(connection, case, case.id, e.JOINED, new.by, new.organisation, data, when, rules)


def append(
    connection: Connection,
    case_id: int,
    kind: str,
    by: str,
    organisation: str,
    data: Mapping[str, Any],
    when: datetime,
    rules: Rules,
    *,
    expected_last: int,
) -> Case:
    """A case after one more event. Raises Changed if it has another behind `expected_last`, CaseFault if refused."""
    case = find_case(connection, case_id)
    if case.last != expected_last:
        raise Changed(f"case {case_id}: expected event {expected_last} as its last, got {case.last}; look at it again")
    return record(connection, case, case_id, kind, by, organisation, data, when, rules)


def append_due(connection: Connection, dues: Iterable[Due], when: datetime, rules: Rules) -> int:
    """How many of these events were appended; those whose case has moved on since they were found are left out."""
    appended = 0
    for due in dues:
        case = find_case(connection, due.case)
        if not _is_due_still(case, due, when):
            continue
        try:
            record(connection, case, case.id, due.kind, e.CLOCK, "", due.data, when, rules)
        except CaseFault:
            continue
        appended += 1
    return appended


def _is_due_still(case: Case, due: Due, when: datetime) -> bool:
    if due.kind == e.ENDED:
        return not case.is_open
    if not case.is_open or case.due is None or when < case.due or case.suspended:
        return False
    if due.kind == e.LATE and due.data.get("why") == case.late:
        return False
    return not (due.data.get("outcome") == e.NOT_EXAMINED and case.state == UNDER_REVIEW)


def find_case(connection: Connection, case_id: int) -> Case:
    """A case by its number. Raises Missing."""
    row = connection.execute(ALL_OF_A_CASE.where(cases.c.id == case_id)).first()
    if row is None:
        raise Missing(f"case {case_id}: there is none of this number")
    return case_of(row)


def record(
    connection: Connection,
    before: Case | None,
    case_id: int,
    kind: str,
    by: str,
    organisation: str,
    data: Mapping[str, Any],
    when: datetime,
    rules: Rules,
) -> Case:
    """One event, if it can happen: the case's row and the outbox follow it. Raises CaseFault."""
    check_text("by", by, MOST_PSEUDONYM)
    check_text("organisation", organisation, MOST_ORGANISATION)
    event = Event(_next(connection, events.c.number), case_id, when, kind, by, organisation, plain_data(data))
    after = step(before, event)
    if before is None:
        connection.execute(insert(cases).values(values_of(after)))
    else:
        _check_reopening(connection, before, after)
        connection.execute(update(cases).where(cases.c.id == case_id).values(values_of(after)))
    connection.execute(
        insert(events).values(
            number=event.number,
            case_id=case_id,
            at=when,
            kind=kind,
            by=by,
            organisation=organisation,
            data=event.data,
        )
    )
    first = _first_decision(connection, case_id) if kind == e.DECIDED and before and before.step == 2 else None
    for deed in deeds_of(before, event, after, rules, first):
        number = _next(connection, outbox.c.number)
        connection.execute(insert(outbox).values(number=number, event=event.number, deed=deed, at=when, result=""))
    return after


def _first_decision(connection: Connection, case_id: int) -> Event | None:
    """The decision of a case's first step."""
    asked = ALL_OF_AN_EVENT.where(events.c.case_id == case_id, events.c.kind == e.DECIDED).order_by(events.c.number)
    row = connection.execute(asked.limit(1)).first()
    return event_of(row) if row is not None else None


def _check_reopening(connection: Connection, before: Case, after: Case) -> None:
    """One open case on a name: a decided one is not opened again beside a newer one."""
    if before.is_open or not after.is_open:
        return
    other = connection.scalar(
        select(cases.c.id).where(
            cases.c.is_open,
            cases.c.kind_group == GROUPS[after.kind],
            cases.c.name == after.name,
            cases.c.category == after.category,
        )
    )
    if other is not None:
        raise CaseFault(f"case {after.id}: case {other} about the same listing is open; it goes on there")


def _next(connection: Connection, column: Column[int]) -> int:
    """The next number of a column. Without a gap, since writers come one after the other and nothing is deleted."""
    return (connection.scalar(select(func.max(column))) or 0) + 1
