"""What figures need of the casebook: each decision with the list that was wrong, and since when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from filterdns.categories import Class
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import APPEAL, LISTED, REVIEW
from filterdns.transparency.appeals.lateness import lacks_hands
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.figures import Decision
from filterdns.transparency.desk.facts import deciders_of, organisations_of
from filterdns.transparency.numbers.figures import begin_of
from filterdns.transparency.numbers.rows import OWN, Answer, Cases, LateCase, Waiting

_LACKING = timedelta(days=30)  # `lateness.lacks_hands` looks back so far
UNKNOWN = "unknown"  # kind of a partner whom the casebook does not have
_LATER = timedelta(days=1)  # clocks of writers differ by less


@dataclass(frozen=True, slots=True)
class Origin:
    """Which list named a name in a category, and since when; None where that cannot be known any more."""

    source: str = OWN
    since: date | None = None


FindOrigin = Callable[[Case], Origin]
"""Where the listing came from that a case is about."""


class Gathering:
    """Of one casebook. Where a listing came from is looked up once for each decision."""

    def __init__(self, rules: Rules, legal: frozenset[str]) -> None:
        """`legal`: categories that an office outside decides."""
        self._rules, self._legal = rules, legal
        self._origins: dict[int, Origin] = {}
        self._partners: dict[str, str] = {}

    def cases(self, book: Casebook, when: datetime, find_origin: FindOrigin) -> Cases:
        """All that the figures of this moment are made of. Raises StateFault."""
        begin = begin_of(when)
        late = book.late_since(begin)
        recent = [case for case in late if case.late_at is not None and case.late_at > when - _LACKING]
        lacking = lacks_hands(recent, when, self._rules)
        self._partners = {person.pseudonym: person.partner for person in book.people.all(removed=True)}
        counts, oldest = book.count_open(), book.oldest_open()
        answers = [self._answer(each, find_origin) for each in book.decided_between(begin, when + _LATER)]
        self._origins = {each.case: self._origins[each.case] for each in answers if each.case in self._origins}
        return Cases(
            answers=answers,
            received=dict(_received(book, begin, when)),
            late=[_late(case) for case in late],
            waiting=[Waiting(*key, counts[key], oldest[key]) for key in counts if key in oldest],
            lacking_hands={name: sum(case.category == name for case in recent) for name in lacking},
            legal=self._legal,
        )

    def _answer(self, decision: Decision, find_origin: FindOrigin) -> Answer:
        before, after, event = decision.before, decision.after, decision.event
        asked = before.kind == APPEAL or (before.kind == REVIEW and before.appeals > 1)
        origin = self._origin(before, find_origin) if before.challenges_listing else Origin()
        opened = before.suspended_at if before.suspended else None
        received = before.opened
        if before.step == 2 and before.due is not None:
            received = before.due - self._rules.second_step
        return Answer(
            case=before.id,
            kind=before.kind,
            category=before.category,
            asked=asked,
            step=before.step,
            received=received,
            decided=event.at,
            in_time=before.due is None or event.at <= before.due,
            outcome=after.outcome,
            source=origin.source,
            wrong_since=origin.since,
            until=(opened or event.at).date(),
            organisations=organisations_of(decision),
            partners=tuple(self._partners.get(by) or UNKNOWN for by in deciders_of(decision)),
            counts_at=decision.in_force if after.outcome == LISTED else decision.seen,
        )

    def _origin(self, case: Case, find_origin: FindOrigin) -> Origin:
        if case.id not in self._origins:
            self._origins[case.id] = find_origin(case)
        return self._origins[case.id]


def _received(book: Casebook, begin: datetime, when: datetime) -> Iterator[tuple[tuple[date, str, str], int]]:
    while begin <= when:
        after = (begin + timedelta(days=32)).replace(day=1)
        for (kind, category), number in book.received_between(begin, after).items():
            yield (begin.date(), kind, category), number
        begin = after


def _late(case: Case) -> LateCase:
    assert case.late_at is not None
    opened = case.suspended_at is not None and case.suspended_at >= case.late_at
    return LateCase(case.category, case.late_at, opened, case.is_open, case.klass == Class.LEGAL.value)
