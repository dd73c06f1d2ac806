"""A casebook with a year of work in it, as a publisher's may look: for pages that are looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from filterdns.categories import Class
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Terms
from filterdns.transparency.casebook.casebook import Casebook
from tests.transparency.casebook.appealing import appeal

TERMS = (
    *(Terms("adult", Class.CONTENT, timedelta(days=7), "open"), Terms("gambling", Class.CONTENT, timedelta(7), "open")),
    *(Terms("malware", Class.SECURITY, timedelta(1), "open"), Terms("fraud", Class.SECURITY, timedelta(2), "open")),
    *(Terms("social", Class.OVERUSE, timedelta(14), "open"), Terms("legal_order", Class.LEGAL, timedelta(3), "open")),
)
PEOPLE = (("rev-1", "school association"), ("rev-2", "university"), ("rev-3", "health board"))
OUTCOMES = (e.UPHELD, e.UPHELD, e.REMOVED, e.NARROWED, e.MOVED)


def decide(book: Casebook, case: Case, outcome: str, when: datetime, who: tuple[str, str] = PEOPLE[0]) -> Case:
    """One person decides, where one is enough."""
    data: dict[str, Any] = {"outcome": outcome, "reason": {"en": "Looked at."}, "cause": "import_error"}
    if outcome == e.NARROWED:
        data["opened_names"] = [{"name": f"www.{case.name}", "subdomains": False}]
    if outcome == e.MOVED:
        data["to_category"] = "social"
    return book.append(case.id, e.DECIDED, *who, data, when, expected_last=case.last)


def fill(book: Casebook, until: datetime, count: int = 260, seed: int = 5) -> None:
    """So many appeals over a year, most of them decided in time."""
    draw = Random(seed)
    begin = until - timedelta(days=330)
    for number in range(count):
        at = begin + (until - begin) * number / count
        terms = draw.choices(TERMS, (9, 5, 3, 1, 4, 1))[0]
        case = appeal(book, f"site{number}.example", terms, days=terms.appeal.days, when=at).case
        if draw.random() < 0.2:
            case = appeal(book, case.name, terms, days=terms.appeal.days, when=at).case
        answered = at + timedelta(hours=draw.uniform(2, terms.appeal.days * 30))
        if answered > until or terms.klass is Class.LEGAL:
            continue
        if case.due is not None and answered > case.due:
            case = book.append(
                case.id, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_LATE}, case.due, expected_last=case.last
            )
            outcome = e.REMOVED
        else:
            outcome = draw.choice(OUTCOMES)
        decide(book, case, outcome, answered, draw.choices(PEOPLE, (6, 3, 2))[0])
