"""What is known of a person, a case and a quarter before anything is decided: from the casebook, for the pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryRow, CategoryTable
from filterdns.lists.roles import get_needed_role
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, CaseFault
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Terms
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.figures import Decision
from filterdns.transparency.casebook.people import Interest, Person
from filterdns.transparency.desk.lots import Root, draw_people, drawn_data
from filterdns.transparency.desk.power import Power, power_of, quarter_begins
from filterdns.transparency.desk.roles import OPENING, Parties, Reviewer, why_not_here
from filterdns.transparency.desk.roots import Roots
from filterdns.transparency.reasons.statement import Statement

HOUR = timedelta(hours=1)
_OVERLAP = timedelta(minutes=10)  # decisions whose writers' clocks differ are not missed
_NOBODY = frozenset({e.CLOCK, e.PUBLIC, e.KEEPER})


def reviewer_of(person: Person, interests: Sequence[Interest]) -> Reviewer:
    """Somebody as the rules see them."""
    return Reviewer(
        person.pseudonym,
        person.organisation,
        person.partner,
        frozenset(person.duties),
        frozenset(person.categories),
        tuple((interest.kind, interest.party) for interest in interests),
    )


def parties_of(case: Case, history: Sequence[Event], statement: Statement | None) -> Parties:
    """Whom a case is about: who opened it, and the keepers of the lists that name it in its category."""
    proposers = frozenset({history[0].by} - _NOBODY) if history else frozenset()
    lists = [
        listing.public_list
        for listing in (statement.listings if statement else ())
        if listing.public_list and listing.category == case.category
    ]
    organisations = {text for named in lists for text in (named.keeper, named.title, named.id) if text}
    return Parties(case.name, proposers, frozenset(organisations))


def terms_of(row: CategoryRow) -> Terms:
    """What a case of this category needs to know of it."""
    return Terms(row.id, row.klass, timedelta(hours=row.appeal_hours), row.publication)


def organisations_of(decision: Decision) -> tuple[str, ...]:
    """The organisations of those who made a decision; none for the clock's."""
    outcome = decision.after.outcome
    spoken = [voice for voice in (*decision.before.approvals, *decision.before.votes) if voice.outcome == outcome]
    if spoken:
        return tuple(voice.organisation for voice in spoken)
    return () if decision.event.by in _NOBODY else (decision.event.organisation,)


def deciders_of(decision: Decision) -> tuple[str, ...]:
    """The pseudonyms of those who made a decision; none for the clock's."""
    spoken = decision.after.deciders[len(decision.before.deciders) :]
    return tuple(by for by in spoken if by not in _NOBODY)


@dataclass(frozen=True, slots=True)
class _Decided:
    at: datetime
    by: str
    category: str
    opens: bool
    organisations: tuple[str, ...]


class Facts:
    """Over the casebook. For one thread at a time: it remembers the decisions of the quarter."""

    def __init__(self, casebook: Casebook, table: CategoryTable | None, roots: Roots) -> None:
        self.casebook, self._table, self._roots = casebook, table, roots
        self._decided: dict[int, _Decided] = {}
        self._quarter: datetime | None = None
        self._until: datetime | None = None

    def row(self, category: str) -> CategoryRow | None:
        """The category, None for what is none."""
        return self._table.get(category) if self._table else None

    @property
    def categories(self) -> tuple[str, ...]:
        """Those that can be appealed about here."""
        return tuple(row.id for row in self._table.categories if row.klass is not Class.LEGAL) if self._table else ()

    def reviewers(self) -> list[Reviewer]:
        """Everybody at the desk."""
        people = self.casebook.people
        return [reviewer_of(person, people.interests(person.pseudonym)) for person in people.all()]

    def reviewer(self, pseudonym: str) -> Reviewer | None:
        """Somebody at the desk."""
        person = self.casebook.people.get(pseudonym)
        if person is None or not person.is_active:
            return None
        return reviewer_of(person, self.casebook.people.interests(pseudonym))

    def qualified(self, case: Case, parties: Parties) -> list[Reviewer]:
        """Those who may be drawn for a case: who decide it, and do not audit."""
        row = self.row(case.category)
        return [each for each in self.reviewers() if not each.audits and not why_not_here(each, case, row, parties)]

    def power(self, category: str, when: datetime) -> Power:
        """Who has decided what in this category and quarter."""
        self._look(when)
        return power_of(row.organisations for row in self._decided.values() if row.category == category)

    def opened_lately(self, pseudonym: str, when: datetime) -> int:
        """Names that somebody opened within the last hour."""
        self._look(when)
        return sum(row.opens and row.by == pseudonym and row.at > when - HOUR for row in self._decided.values())

    def draw(self, case: Case, parties: Parties, when: datetime) -> Case:
        """The case with those who were drawn for it, if they can be by now. Raises CaseFault."""
        if case.drawn or not case.is_open or case.klass == "legal":
            return case
        root = self._roots.after(self._since(case))
        qualified = self.qualified(case, parties)
        if root is None or not qualified:
            return case
        people = draw_people(case, root.root, qualified, get_needed_role(case.category))
        data = drawn_data(people, root, [each.pseudonym for each in qualified])
        return self.casebook.append(case.id, e.DRAWN, e.CLOCK, "", data, when, expected_last=case.last)

    def _since(self, case: Case) -> datetime:
        """When the step began that is drawn for."""
        if case.step == 1:
            return case.opened
        asked = [event.at for event in self.casebook.events(case.id) if event.kind == e.ASKED_AGAIN]
        return asked[-1]

    def _look(self, when: datetime) -> None:
        """Remember what was decided since the last look; in a new quarter only the last hour of the old one."""
        quarter = quarter_begins(when)
        if quarter != self._quarter:
            self._quarter, self._until, self._decided = quarter, None, {}
        begin = self._until - _OVERLAP if self._until is not None else min(quarter, when - HOUR)
        for decision in self.casebook.decided_between(begin, when + _OVERLAP):
            self._decided[decision.event.number] = _Decided(
                decision.event.at,
                decision.event.by,
                decision.before.category,
                decision.after.outcome in OPENING,
                organisations_of(decision),
            )
        self._until = max(when, self._until or when)


def drawn(facts: Facts, case: Case, statement: Statement | None, when: datetime) -> Case:
    """A case with its lot drawn, if it can be by now; as it is if somebody was first."""
    try:
        return facts.draw(case, parties_of(case, facts.casebook.events(case.id), statement), when)
    except CaseFault:
        return facts.casebook.case(case.id)


def root_of_draw(event: Event) -> Root:
    """What an event `drawn` was drawn from."""
    return Root(int(event.data["size"]), bytes.fromhex(str(event.data.get("root", ""))))
