"""What waits for an answer, as a page shows it: claims of protection first, then proven keepers, then by deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.casebook.casebook import Casebook

PAGE = 50  # cases on a page
MOST_PAGES = 400  # that one turns: 20,000 cases

MINE, FREE, OVERDUE, ALL = WHOSE = ("mine", "free", "overdue", "all")

KINDS: Mapping[str, str] = {
    e.APPEAL: "Appeal",
    e.PROPOSAL: "Proposal to list",
    e.REVIEW: "Second look",
    e.HOLD: "Security hold",
    e.PROTECT: "Protection",
}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks of the queue; "" is all. `page` from 0."""

    whose: str = ALL
    kind: str = ""
    category: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the queue."""

    case: Case
    kind: str
    due: str
    is_overdue: bool
    whose: str  # in words
    signs: tuple[str, ...]  # what is to be noticed


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`waiting`: how many wait in all; `counts`: by category."""

    rows: tuple[Row, ...]
    waiting: int
    counts: Mapping[str, int]
    has_more: bool


def read_page(casebook: Casebook, wanted: Wanted, who: str, when: datetime) -> QueuePage:
    """A page of the queue for somebody."""
    counts: dict[str, int] = {}
    for (_, category), number in casebook.count_open().items():
        counts[category] = counts.get(category, 0) + number
    found = casebook.open_cases(
        offset=wanted.page * PAGE,
        limit=PAGE + 1,
        category=wanted.category or None,
        kinds=(wanted.kind,) if wanted.kind else None,
        whose={MINE: who, FREE: ""}.get(wanted.whose),
        due_before=when if wanted.whose == OVERDUE else None,
    )
    proven = casebook.controls.proven([case.id for case in found])
    rows = tuple(row_of(case, who, when, is_proven=case.id in proven) for case in found[:PAGE])
    return QueuePage(rows, sum(counts.values()), dict(sorted(counts.items())), len(found) > PAGE)


def row_of(case: Case, who: str, when: datetime, *, is_proven: bool) -> Row:
    """A case as a row for somebody."""
    return Row(
        case,
        KINDS[case.kind],
        due_words(case.due, when),
        case.due is not None and case.due <= when,
        whose_words(case, who),
        tuple(signs_of(case, is_proven=is_proven)),
    )


def due_words(due: datetime | None, when: datetime) -> str:
    """A deadline as one says it: "due in 3 hours", "2 days late"."""
    if due is None:
        return "no deadline"
    if due > when:
        return f"due in {span_words(due - when)}"
    return f"{span_words(when - due)} late"


def span_words(span: timedelta) -> str:
    """How long, in the largest unit of which there are two, rounded down."""
    seconds = int(span.total_seconds())
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= 2 * unit or (seconds >= unit and unit == _MINUTE):
            number = seconds // unit
            return f"{number} {name}{'s' if number != 1 else ''}"
    return "less than a minute"


def whose_words(case: Case, who: str) -> str:
    """Who has it."""
    if who in (case.taken_by, *case.drawn):
        return "yours" if case.taken_by in ("", who) else f"yours, with {case.taken_by}"
    if case.taken_by:
        return f"with {case.taken_by}"
    return f"drawn: {', '.join(case.drawn)}" if case.drawn else "nobody’s yet"


def signs_of(case: Case, *, is_proven: bool) -> list[str]:
    """What is to be noticed about a case. `is_proven`: somebody who asks has proved control of the name."""
    signs = []
    if case.claim:
        signs.append("says it is help")
    if is_proven:
        signs.append("asked by its keeper")
    if case.step == 2:
        signs.append("second step")
    if case.suspended:
        signs.append("suspended: late" if case.suspended == e.WHY_LATE else "suspended")
    if case.late:
        signs.append("late, stays for now")
    if case.appeals > 1:
        signs.append(f"{case.appeals} have asked")
    if case.approvals:
        signs.append(f"{len(case.approvals)} of 2 agree" if len(case.approvals) < 2 else "2 agree")
    if case.votes:
        signs.append(f"{len(case.votes)} of {len(case.drawn) or 3} have voted")
    return signs
