"""What is counted: appeals received, decisions as they were made, how far the overload valve is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, takewhile

from sqlalchemy import Connection, func, select

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, fold, step
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.lateness import Valve
from filterdns.transparency.casebook.records import ALL_OF_AN_EVENT, event_of
from filterdns.transparency.casebook.tables import cases, events, valves


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision with the case before and after it: its deadline, voices and suspension stand in `before`.

    `in_force`, `seen`: when a release had it, and when our own test resolver saw it, if nothing else came in between.
    """

    before: Case
    event: Event
    after: Case
    in_force: datetime | None = None
    seen: datetime | None = None


def decided_between(connection: Connection, begin: datetime, end: datetime) -> Iterator[Decision]:
    """Every decision of [begin, end), case by case; one case may have two."""
    concerned = select(events.c.case_id).where(events.c.kind == e.DECIDED, events.c.at >= begin, events.c.at < end)
    asked = ALL_OF_AN_EVENT.where(events.c.case_id.in_(concerned)).order_by(events.c.case_id, events.c.number)
    found = connection.execution_options(yield_per=1_000).execute(asked)
    for _, history in groupby(map(event_of, found), key=lambda event: event.case):
        case: Case | None = None
        all_of_it = list(history)
        for at, event in enumerate(all_of_it, 1):
            before, case = case, step(case, event)
            if before is not None and event.kind == e.DECIDED and begin <= event.at < end:
                later = all_of_it[at:]
                yield Decision(before, event, case, _first(later, e.IN_FORCE), _first(later, e.SEEN))


def _first(later: Iterable[Event], kind: str) -> datetime | None:
    """When this came of a decision: before another one, and before it was opened for another reason."""
    of_it = takewhile(lambda event: event.kind not in (e.DECIDED, e.SUSPENDED), later)
    return next((event.at for event in of_it if event.kind == kind), None)


def received_between(connection: Connection, begin: datetime, end: datetime) -> dict[tuple[str, str], int]:
    """How many appeals, proposals and so on the public sent in [begin, end), by kind of case and category."""
    found = connection.execute(
        select(cases.c.kind, cases.c.category, func.count())
        .join_from(events, cases)
        .where(
            events.c.kind.in_((e.OPENED, e.JOINED)), events.c.by == e.PUBLIC, events.c.at >= begin, events.c.at < end
        )
        .group_by(cases.c.kind, cases.c.category)
    )
    return {(kind, category): number for kind, category, number in found}


def oldest_open(connection: Connection) -> dict[tuple[str, str], datetime]:
    """When the oldest case that waits was opened, by kind and category."""
    found = connection.execute(
        select(cases.c.kind, cases.c.category, func.min(cases.c.opened))
        .where(cases.c.is_open)
        .group_by(cases.c.kind, cases.c.category)
    )
    return {(kind, category): opened for kind, category, opened in found}


def newest_event(connection: Connection) -> int:
    """The number of the last event of all, 0 before the first: the casebook says the same while it is the same."""
    return connection.scalar(select(func.max(events.c.number))) or 0


def _was_claim(connection: Connection, case_id: int, number: int) -> bool:
    """Whether a case was one of protection before an event: one that says so later does not make room."""
    before = ALL_OF_AN_EVENT.where(events.c.case_id == case_id, events.c.number < number)
    return fold(map(event_of, connection.execute(before.order_by(events.c.number)))).claim


def valve_at(connection: Connection, when: datetime, listings: Mapping[str, int]) -> Valve:
    """The overload valve at a moment: what lateness has opened on this day in UTC, and what an auditor has said."""
    day = when.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = connection.execute(
        select(events.c.case_id, events.c.number, cases.c.category, cases.c.claim, events.c.data)
        .join_from(events, cases)
        .where(events.c.kind == e.SUSPENDED, events.c.at >= day, events.c.at < day + timedelta(days=1))
    ).all()
    opened: dict[str, int] = {}
    for case_id, number, category, claim, data in found:
        if data["why"] == e.WHY_LATE and not (claim and _was_claim(connection, case_id, number)):
            opened[category] = opened.get(category, 0) + 1
    extended = {row.category: row.until for row in connection.execute(select(valves)) if row.until > when}
    return Valve(listings, opened, extended)
