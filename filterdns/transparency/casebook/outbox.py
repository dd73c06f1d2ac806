"""What is to be done because of events, in their order, until `keep` says that it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from filterdns.transparency.casebook.tables import outbox

MOST_RESULT = 1_000  # characters


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One deed (`appeals.deeds`) that waits. Numbers grow with those of events."""

    number: int
    event: int
    deed: dict[str, Any]
    at: datetime


def pending(connection: Connection, limit: int) -> list[OutboxRow]:
    """The first deeds that were not done."""
    found = connection.execute(
        select(outbox.c.number, outbox.c.event, outbox.c.deed, outbox.c.at)
        .where(outbox.c.done_at.is_(None))
        .order_by(outbox.c.number)
        .limit(limit)
    )
    return [OutboxRow(*row) for row in found]


def done(connection: Connection, number: int, when: datetime, result: str) -> bool:
    """A deed was done; whether it was not yet. The first result stays."""
    changed = connection.execute(
        update(outbox)
        .where(outbox.c.number == number, outbox.c.done_at.is_(None))
        .values(done_at=when, result=result[:MOST_RESULT])
    )
    return changed.rowcount == 1
