"""A publisher with a log, lists and a casebook, whose clock is in a test's hands: no process, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from filterdns.cli.desk_duties import answer_here, received_here
from filterdns.cli.keeping import update_publisher
from filterdns.config.settings import DeskSettings, Role, Settings
from filterdns.keep.duty import DutyReport
from filterdns.lists.revocations import Revocation, RevocationTable, load_revocations, revocations_file
from filterdns.log.record.entries import OUTCOME
from filterdns.log.recording.recorder import record_day
from filterdns.names import parse_name
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules, Terms, appeal_due, proposal_due
from filterdns.transparency.casebook.casebook import Casebook
from tests.log.site import Site
from tests.resolving import HandClock
from tests.transparency.appeals.cases import ADULT
from tests.transparency.casebook.appealing import a_receipt

RULES = Rules()
EPOCH = date(1970, 1, 1)


@dataclass
class Office:
    """`site`: lists and log. `book`: the cases. What the keeper does is done by `look` (at once) and `build`."""

    site: Site
    book: Casebook
    desk: DeskSettings = field(default_factory=DeskSettings)
    reports: list[DutyReport] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(role=Role.PUBLISHER, desk=self.desk)

    @property
    def when(self) -> datetime:
        return self.site.when

    @property
    def clock(self) -> Any:
        return HandClock(when=self.when)

    def sleep(self, **time: float) -> None:
        self.site.sleep(**time)

    # what the keeper does

    def look(self, *, believed: bool = True) -> DutyReport:
        """The desk's duty, in this process."""
        self.reports.append(answer_here(self.site.state, self.settings, self.clock, believed))
        return self.reports[-1]

    def build(self) -> None:
        """An update that fetches nothing."""
        site = self.site
        update_publisher(
            self.settings, site.shipped, site.overlay, site.state, self.clock, lambda p: None, fetch=False, force=False
        )

    def keep(self, **later: float) -> None:
        """Some time passes, then a look and the build that follows it, and a look what came of that."""
        self.sleep(**later)
        if self.look().build:
            self.build()
            self.look()

    def end_day(self) -> None:
        record_day(self.site.state, self.when, lambda b, e: received_here(self.site.state, self.settings, b, e))

    # what people do

    def appeal(self, name: str, terms: Terms = ADULT, *, claim: bool = False, **more: Any) -> Case:
        due = appeal_due(terms, RULES, self.when, claim=claim)
        values = {"kind": e.APPEAL, "subdomains": True, "due": due, "receipt": a_receipt(), **more}
        return self.book.open_or_join(terms, name=name, claim=claim, when=self.when, **values).case

    def propose(self, name: str, terms: Terms = ADULT, **more: Any) -> Case:
        due = proposal_due(terms, RULES, self.when, examined=False)
        return self.appeal(name, terms, **{"kind": e.PROPOSAL, "due": due, **more})

    def add(self, case: Case, kind: str, by: str, data: dict[str, Any], organisation: str = "") -> Case:
        last = self.book.case(case.id).last
        return self.book.append(case.id, kind, by, organisation or f"org of {by}", data, self.when, expected_last=last)

    def decide(self, case: Case, outcome: str, by: str = "rev-1", **data: Any) -> Case:
        data = {"outcome": outcome, "reason": {"en": "a clinic"}, "cause": "import_error", **data}
        return self.add(case, e.DECIDED, by, data)

    def close(self, case: Case, outcome: str, people: Sequence[str] = ("rev-1", "rev-2"), **data: Any) -> Case:
        """Two people of two organisations agree, and it is decided."""
        about = {
            "outcome": outcome,
            "reason": {"en": "It shows nothing else."},
            "scope_reason": "The whole name is that.",
            "evidence": [{"grade": "E3", "on": self.when.date().isoformat(), "note": "seen", "lang": "en"}],
            **data,
        }
        for by in people:
            on = self.when.date().isoformat()
            self.add(case, e.APPROVED, by, {**about, "role": "academia", "on": on})
        return self.add(case, e.DECIDED, people[-1], about)

    # what came of it

    def case(self, case: Case) -> Case:
        return self.book.case(case.id)

    def told(self, case: Case, kind: str) -> list[Event]:
        return [event for event in self.book.events(case.id) if event.kind == kind]

    def filtered(self, name: str) -> set[str]:
        """The categories in which a worker would filter a name now: what is listed and not revoked."""
        found = self.site.found(name) - {"exact", "open below"}
        covering = RevocationTable(self.revocations).find(parse_name(name), (self.when.date() - EPOCH).days)
        gone = {category for row in covering for category in row.categories or found}
        return found - gone

    @property
    def revocations(self) -> tuple[Revocation, ...]:
        return load_revocations(revocations_file(self.site.state))

    @property
    def reasons(self) -> dict[str, str]:
        return {row.name.decode(): row.reason for row in self.revocations}

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        return self.site.of(OUTCOME)

    def waiting(self) -> list[str]:
        return [row.deed["do"] for row in self.book.pending()]


def listed(site: Site, *names: str, category: str = "adult", list_id: str = "a-list") -> None:
    """A public list that names these, and a release with it."""
    site.add_list(list_id, category)
    site.use(list_id, names)
    site.publish()
