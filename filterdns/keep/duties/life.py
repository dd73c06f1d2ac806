"""What the clock and the outcomes of appeals bring up for people to look at, once a day and after each decision.

Nothing is closed or opened by it: a listing that nobody looks at runs out as its dates say, in the build.  What it
finds becomes a case of our own making, without a deadline until somebody asks about it, or a note (`numbers.notes`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from filterdns.categories import Class
from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.keep.duties.similar import Mistake, find_similar
from filterdns.keep.duty import DutyReport
from filterdns.lists.categories_file import CategoryRow
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.release import Release, open_current
from filterdns.lists.sightings import Sightings
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.life import (
    OVERTURNING,
    REVIEW_DUE,
    WARNING,
    Dated,
    Due,
    due_listings,
    error_rates,
)
from filterdns.transparency.appeals.rules import Rules, Terms
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.figures import Decision
from filterdns.transparency.casebook.receipts import DIGEST_OCTETS, NewReceipt
from filterdns.transparency.numbers.answered import decided_against, last_of_each_case
from filterdns.transparency.numbers.entries import origin_of
from filterdns.transparency.numbers.gathered import Gathering, Origin
from filterdns.transparency.numbers.notes import AilingSource, FailedSample, Incident, Notes, load_notes, store_notes
from filterdns.transparency.numbers.rows import OWN
from filterdns.transparency.numbers.samples import load_samples, precision_of

MOST_A_DAY = 200  # reviews opened by their dates: more than a desk does, and the rest of the queue is still seen
MOST_DECISIONS = 10  # whose like is looked for at a time; each walks the names of the release
_LOOK_BACK = timedelta(days=7)  # for decisions that were not looked at: a keeper that was away for longer is rare
INCIDENT_NOTE = timedelta(days=7)
SECONDS = 3_600.0  # between two times

_WHY = {REVIEW_DUE: "its review is due since {on}", "running_out": "it ends on {on}", "starter_ends": "it ends on {on}"}


class Life:
    """Over a state folder and its casebook. `shipped`: the lists that come with the program or the publisher's."""

    def __init__(self, state: Path, shipped: Path, book: Casebook, rules: Rules) -> None:
        self._state, self._shipped, self._book, self._rules = state, shipped, book, rules

    def go(self, clock: Clock, is_believed: bool) -> DutyReport:
        """One time. A clock that is in doubt opens no reviews: it might be years ahead. Raises FilterdnsError."""
        when = clock.when()
        lines: list[str] = []
        notes = load_notes(self._state) or Notes(date.min)
        release = _get_release(self._state)
        looked = self._look_for_like(release, notes.looked, clock, lines)
        if is_believed and notes.on != when.date():
            own = self._load_own()
            opened = self._open_reviews(own, when)
            lines += [f"desk: {opened} listings are due for a second look"] if opened else []
            lines += self._end_reviews(own, when)
            notes = self._notes(release, when)
        store_notes(self._state, replace(notes, looked=looked))
        return DutyReport(SECONDS, worked=bool(lines), lines=tuple(lines))

    def _load_own(self) -> OwnData:
        return load_own_data(self._shipped, self._state / "lists")

    # By the days of our own listings

    def _open_reviews(self, own: OwnData, when: datetime) -> int:
        """A case for each listing that is due or running out, the first to end first; how many are new."""
        below = {(name.decode(), listing.category): listing.subdomains for name, listing in own.listings}
        count = 0
        for due in sorted(due_listings(_dated(own), when.date()), key=lambda due: (due.on, due.name)):
            row = own.table.get(due.category)
            if row is None or row.klass is Class.LEGAL or self._was_looked_at(due):
                continue  # an order is its issuer's to renew
            note = f"Our own listing: {_WHY[due.why].format(on=due.on)}."
            self._open(row, due.name, below[due.name, due.category], note, when)
            count += 1
            if count == MOST_A_DAY:
                break
        return count

    def _was_looked_at(self, due: Due) -> bool:
        """Whether a case is open, or was opened since it was due: a decision is not asked for again each day."""
        since = due.on if due.why == REVIEW_DUE else due.on - WARNING
        return any(
            case.challenges_listing and (case.is_open or case.opened.date() >= since)
            for case in self._book.find(due.name, due.category)
        )

    def _end_reviews(self, own: OwnData, when: datetime) -> Iterable[str]:
        """Close cases of ours whose own listing counts no more, unless somebody outside has asked about it."""
        alive = {
            (name.decode(), listing.category)
            for name, listing in own.listings
            if listing.expires is None or listing.expires > when.date()
        }
        for case in self._book.open_cases(kinds=(e.REVIEW,), limit=10 * MOST_A_DAY):
            is_ours = case.appeals == 1 and not case.suspended and not case.approvals and case.due is None
            if is_ours and (case.name, case.category) not in alive and self._is_by_date(case):
                self._book.append(case.id, e.WITHDRAWN, e.CLOCK, "", {}, when, expected_last=case.last)
                yield f"desk: {case.name} ({case.category}) has run out; case {case.id} is closed"

    def _is_by_date(self, case: Case) -> bool:
        return any(receipt.text.startswith("Our own listing: ") for receipt in self._book.receipts(case.id, 1))

    # By one error to others like it

    def _look_for_like(self, release: Release | None, looked: int, clock: Clock, lines: list[str]) -> int:
        """Cases for names like those that were opened since; the last decision that was looked at."""
        when = clock.when()
        decisions = sorted(
            (
                each
                for each in self._book.decided_between(when - _LOOK_BACK, when + timedelta(days=1))
                if each.event.number > looked and each.before.challenges_listing
            ),
            key=lambda each: each.event.number,
        )[:MOST_DECISIONS]
        wrong = [each for each in decisions if each.after.outcome in OVERTURNING]
        table = self._load_own().table if wrong and release is not None else None
        for decision in wrong:
            row = table.get(decision.before.category) if table else None
            if release is not None and row is not None:
                lines += self._open_like(decision, row, release, clock)
        return decisions[-1].event.number if decisions else looked

    def _open_like(self, decision: Decision, row: CategoryRow, release: Release, clock: Clock) -> list[str]:
        case, when = decision.before, clock.when()
        mistake = Mistake(case.name, case.category, _source_of(release, case))
        if mistake.source == OWN:
            return []
        found, is_whole = find_similar(release, mistake, clock.now)
        opened = 0
        for name in found:
            if any(other.is_open or other.opened >= case.opened for other in self._book.find(name, case.category)):
                continue
            note = (
                f"Looks like {case.name} of case {case.id}, which {mistake.source} named by mistake: below the same "
                "name, or with a word in common."
            )
            self._open(row, name, case.subdomains, note, when)
            opened += 1
        rest = "" if is_whole else "; there was no time to look at all names"
        return [f"desk: {opened} names are like {case.name} of case {case.id}{rest}"] if opened or rest else []

    def _open(self, row: CategoryRow, name: str, subdomains: bool, note: str, when: datetime) -> None:
        terms = Terms(row.id, row.klass, timedelta(hours=row.appeal_hours), row.publication)
        self._book.open_or_join(
            terms,
            kind=e.REVIEW,
            name=name,
            subdomains=subdomains,
            claim=False,
            when=when,
            due=None,
            receipt=NewReceipt(secrets.token_bytes(DIGEST_OCTETS), text=note),
            by=e.CLOCK,
        )

    # Notes

    def _notes(self, release: Release | None, when: datetime) -> Notes:
        gathered = Gathering(self._rules, frozenset()).cases(self._book, when, _origins(release))
        final = last_of_each_case(answer for answer in gathered.answers if answer.asked)
        rates = error_rates(decided_against(final), when.date())
        return Notes(
            when.date(),
            tuple(AilingSource(rate.source, rate.decided, rate.overturned) for rate in rates if rate.asks_for_review),
            tuple(sorted(gathered.lacking_hands.items())),
            tuple(self._incidents(when)),
            samples=tuple(
                FailedSample(each.source, each.looked_at, each.wrong)
                for each in precision_of(load_samples(self._state), when.date())
                if each.fails
            ),
        )

    def _incidents(self, when: datetime) -> Iterable[Incident]:
        """Names that somebody said are help, and that were opened: each is told within a week (requirements J6 e)."""
        for decision in self._book.decided_between(when - INCIDENT_NOTE, when + timedelta(days=1)):
            case = decision.before
            if case.claim and decision.after.outcome in OVERTURNING:
                yield Incident(case.id, case.name, (decision.event.at + INCIDENT_NOTE).date())


def _dated(own: OwnData) -> Iterable[Dated]:
    for name, listing in own.listings:
        yield Dated(name.decode("ascii"), listing.category, listing.basis, listing.review_due, listing.expires)


def _get_release(state: Path) -> Release | None:
    try:
        return open_current(state)
    except FilterdnsError:
        return None


def _origins(release: Release | None) -> Callable[[Case], Origin]:
    def find(case: Case) -> Origin:
        return Origin(_source_of(release, case)) if release is not None else Origin()

    return find


def _source_of(release: Release, case: Case) -> str:
    """The public list that named a case's name; OWN if none did."""
    sightings = Sightings(release).named(case.name.encode("ascii"))
    return origin_of(case.opened.date(), case.category, sightings, None).source
