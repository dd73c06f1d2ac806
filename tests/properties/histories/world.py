"""A small world: a publisher on disk with two lists, and what people, lists, the clock and the keeper do to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from filterdns.cli.log_round import go_round
from filterdns.cli.places import load_table
from filterdns.keep.duties.life import Life
from filterdns.log.recording.opened import settle_opened
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import PANEL, Case, CaseFault
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules, Terms, appeal_due, proposal_due
from filterdns.transparency.casebook.faults import Missing
from filterdns.transparency.desk.facts import terms_of
from filterdns.transparency.web.status_pages import may_ask_again
from tests.keep.duties.office import Office
from tests.properties.histories.dying import die_at
from tests.properties.histories.views import resolved
from tests.resolving import HandClock
from tests.transparency.casebook.appealing import a_receipt

ALPHA, BETA, CLINIC, POKER = "alpha.example", "beta.example", "clinic.nhs.uk", "poker.example"
ASKED = tuple(form for name in (ALPHA, BETA, CLINIC, POKER) for form in (name, f"www.{name}", f"a.www.{name}"))
"""Every name that is looked at. CLINIC has a suffix that speaks for it."""

P2 = "p2"  # what a case about a protected name has for a category
LISTS = {"adult-a": "adult", "malware-a": "malware"}
BEGUN = {"adult-a": (ALPHA, BETA, CLINIC), "malware-a": (BETA,)}
_GRADES = {"malware": "E1"}
_MOST_BUILDS = 4  # of one round, until nothing waits for another


@dataclass(frozen=True, slots=True)
class Served:
    """What a list named since a moment, at which it was confirmed."""

    list_id: str
    names: frozenset[str]
    at: datetime


class SteadyOffice(Office):
    """One whose machine is never off: both of its clocks tell of the same time."""

    @property
    def clock(self) -> Any:
        return HandClock(now=self.when.timestamp(), when=self.when)


@dataclass
class World:
    """`rounds`: the newest event and the moment when the keeper came to the end of all that it had to do."""

    office: Office
    served: list[Served] = field(default_factory=list)
    rounds: list[tuple[int, datetime]] = field(default_factory=list)
    _is_first: bool = True

    @property
    def when(self) -> datetime:
        return self.office.when

    @cached_property
    def terms(self) -> dict[str, Terms]:
        terms = {row.id: terms_of(row) for row in load_table().categories}
        return terms | {P2: replace(terms["adult"], category=P2)}

    @property
    def rules(self) -> Rules:
        return Rules()

    # What people do

    def send(self, kind: str, name: str, category: str, *, claim: bool = False, by: str = e.PUBLIC) -> None:
        """Somebody appeals, suggests, or brings forward; an open case about it is joined."""
        terms = self.terms[category]
        due = proposal_due(terms, self.rules, self.when, examined=False)
        if kind in (e.APPEAL, e.REVIEW):
            due = appeal_due(terms, self.rules, self.when, claim=claim)
        about: dict[str, Any] = {"kind": kind, "name": name, "subdomains": True, "claim": claim, "due": due, "by": by}
        self.office.book.open_or_join(terms, when=self.when, receipt=a_receipt(), **about)

    def press(self, case: Case, kind: str, by: str, data: dict[str, Any]) -> bool:
        """One event at the desk; whether the case let it happen."""
        try:
            self.office.book.append(
                case.id, kind, by, f"org of {by}" if by not in (e.PUBLIC, e.CLOCK) else "", data, self.when,
                expected_last=self.office.book.case(case.id).last,
            )  # fmt: skip
        except CaseFault:
            return False
        return True

    def decide(self, case: Case, outcome: str) -> None:
        """One person alone."""
        self.press(case, e.DECIDED, f"one-{case.id}", self._data(case, outcome))

    def agree(self, case: Case, outcome: str) -> None:
        """Two people of two organisations, and then it is decided."""
        data = self._data(case, outcome)
        voice = {**data, "role": "academia", "on": self.when.date().isoformat()}
        for by in (f"a-{case.id}", f"b-{case.id}"):
            self.press(case, e.APPROVED, by, voice)
        self.press(case, e.DECIDED, f"b-{case.id}", data)

    def vote(self, case: Case, outcome: str) -> None:
        """Three others are drawn, and two of them decide."""
        people = [f"{letter}2-{case.id}" for letter in "abc"]
        data = self._data(case, outcome)
        self.press(case, e.DRAWN, e.CLOCK, {"people": people, "size": 1})
        for by in people[: PANEL - 1]:
            self.press(case, e.VOTED, by, data)
        self.press(case, e.DECIDED, people[1], data)

    def ask_again(self, case: Case) -> None:
        if may_ask_again(case, self.when, self.rules):
            self.press(case, e.ASKED_AGAIN, e.PUBLIC, {"due": (self.when + self.rules.second_step).isoformat()})

    def _data(self, case: Case, outcome: str) -> dict[str, Any]:
        evidence = {"grade": _GRADES.get(case.category, "E3"), "on": self.when.date().isoformat(), "note": "seen"}
        return {
            "outcome": outcome,
            "reason": {"en": f"As found: {outcome}."},
            "cause": "import_error",
            "scope_reason": "The whole name is that.",
            "evidence": [{**evidence, "lang": "en"}],
            "opened_names": [{"name": f"www.{case.name}", "subdomains": True}],
        }

    # What lists do

    def serve(self, list_id: str, names: Collection[str]) -> None:
        """The list names these from now on, and that counts."""
        self.office.site.use(list_id, sorted(names))
        self.served.append(Served(list_id, frozenset(names), self.when))

    # What the keeper does

    def keep(self) -> None:
        """A round of everything that the keeper looks after, until nothing is left to do."""
        office = self.office
        for _ in range(_MOST_BUILDS):
            if not office.look().build:
                break
            office.build()
        office.build()  # of a day on which nothing was decided
        go_round(office.site.state, office.settings, office.clock, self._is_first)
        settle_opened(office.site.state, self.when, self.open_of)
        Life(office.site.state, office.site.shipped, office.book, self.rules).go(office.clock, True)
        office.look()

    def open_of(self, names: Collection[str]) -> list[str]:
        """Those of these names that our own resolver resolves."""
        closed = resolved(self.office.site.state, self.when, *names)
        return [name for name in names if closed.get(name, frozenset()) <= {P2}]

    def keep_wholly(self) -> None:
        """A round that nothing disturbs."""
        self.keep()
        self._is_first = False
        self.rounds.append((self.office.book.newest_event(), self.when))

    def dying(self, step: int, work: Callable[[], object]) -> bool:
        """Do this on a machine that stops at a write; whether it came to its end before."""
        self.office.book.close()  # no connection may be in two processes
        self._is_first = True
        return die_at(step, work)

    # What is known

    @property
    def cases(self) -> list[Case]:
        """All of them, in their order."""
        found: list[Case] = []
        try:
            while True:
                found.append(self.office.book.case(len(found) + 1))
        except Missing:
            return found

    @property
    def events(self) -> list[Event]:
        """All that happened at the desk, in its order."""
        every = (event for case in self.cases for event in self.office.book.events(case.id))
        return sorted(every, key=lambda event: event.number)

    def pick(self, at: int, cases: Sequence[Case]) -> Case | None:
        return cases[at % len(cases)] if cases else None
