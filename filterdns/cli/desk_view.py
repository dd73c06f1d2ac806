"""The desk's rules over a state folder, as its pages have them: for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from filterdns.clock import Clock
from filterdns.config.settings import Role, Settings
from filterdns.errors import IndexFault
from filterdns.lists.categories_file import load_categories
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.desk.doing import Doing
from filterdns.transparency.desk.facts import Facts, parties_of
from filterdns.transparency.desk.roles import Parties
from filterdns.transparency.desk.roots import LogRoots
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.web.current import CurrentRelease
from filterdns.transparency.web.find import Reasons


@dataclass(frozen=True, slots=True)
class DeskView:
    """What is asked before something is done, and what does it."""

    casebook: Casebook
    facts: Facts
    doing: Doing
    reasons: Reasons

    def statement(self, case: Case) -> Statement | None:
        """What the release in use says of a case's name; None where it cannot be read."""
        try:
            return self.reasons.state(parse_name(case.name))
        except IndexFault:
            return None

    def parties(self, case: Case) -> Parties:
        """Whom a case is about."""
        return parties_of(case, self.casebook.events(case.id), self.statement(case))

    def drawn(self, case: Case, when: datetime) -> Case:
        """The case with its lot drawn, if it can be by now. Raises CaseFault."""
        return self.facts.draw(case, self.parties(case), when)


def open_view(casebook: Casebook, state: Path) -> DeskView:
    """The view of a state folder. Raises DataFault where the taxonomy cannot be read."""
    table = load_categories(shipped_folder() / "categories.yaml")
    current = CurrentRelease(state, lambda line: click.echo(line, err=True))
    current.follow()
    facts = Facts(casebook, table, LogRoots(state))
    reasons = Reasons(Settings(role=Role.PUBLISHER), current, table, Clock())
    return DeskView(casebook, facts, Doing(facts, Rules()), reasons)
