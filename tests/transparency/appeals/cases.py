"""Cases by their events, for tests: `history(opened(...), (kind, by, organisation, data), ...)`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from filterdns.categories import Class
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules, Terms

BEGIN = datetime(2030, 3, 4, 9, 0, tzinfo=UTC)
RULES = Rules()

ADULT = Terms("adult", Class.CONTENT, timedelta(days=7), "open")
MALWARE = Terms("malware", Class.SECURITY, timedelta(hours=24), "open")
LEGAL = Terms("legal_order", Class.LEGAL, timedelta(hours=72), "open")
FRAUD = Terms("fraud", Class.SECURITY, timedelta(hours=48), "open")

Row = tuple[str, str, str, dict[str, Any]]


def opened(
    terms: Terms = ADULT,
    kind: str = e.APPEAL,
    *,
    case: int = 1,
    number: int = 1,
    name: str = "clinic.example",
    claim: bool = False,
    days: float = 7,
    at: datetime = BEGIN,
) -> Event:
    data = {
        "kind": kind,
        "name": name,
        "subdomains": True,
        "category": terms.category,
        "class": terms.klass.value,
        "publication": terms.publication,
        "due": (at + timedelta(days=days)).isoformat(),
        "claim": claim,
    }
    return Event(number, case, at, e.OPENED, e.PUBLIC, "", data)


def history(first: Event, *rows: Row, hours: float = 1) -> list[Event]:
    """Events behind the first, so many hours apart."""
    return [
        first,
        *(
            Event(first.number + n, first.case, first.at + timedelta(hours=hours * n), kind, by, organisation, data)
            for n, (kind, by, organisation, data) in enumerate(rows, 1)
        ),
    ]
