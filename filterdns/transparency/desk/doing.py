"""What becomes of a pressed button: rules are asked, then events are appended, and the case's own steps have the last
word.  The command line uses the same.

Every event is appended behind the last one that somebody saw: if another was first, nothing happens.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from filterdns.lists.categories_file import CategoryRow
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import UNDER_REVIEW, Case, CaseFault, Voice, missing_voices, needs_two
from filterdns.transparency.appeals.rules import Rules, proposal_due
from filterdns.transparency.casebook.receipts import DIGEST_OCTETS, NewReceipt
from filterdns.transparency.casebook.writing import NewCase, Opened
from filterdns.transparency.desk.facts import Facts, root_of_draw, terms_of
from filterdns.transparency.desk.lots import redraw, why_not_turn
from filterdns.transparency.desk.power import why_too_much
from filterdns.transparency.desk.roles import (
    MAINTAINER,
    Parties,
    Reviewer,
    lacks_field,
    why_not_look,
    why_not_outcome,
    why_not_withdraw,
)


class NotAllowed(CaseFault):
    """What somebody may not do, in words for them."""


class Doing:
    """For one thread at a time, as `Facts` is."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self._facts, self._casebook, self._rules = facts, facts.casebook, rules

    # What may be done

    def why_not(self, who: Reviewer, case: Case, outcome: str, parties: Parties, when: datetime) -> str:
        """Why somebody cannot speak for this outcome now; empty if they can."""
        row = self._facts.row(case.category)
        lately = self._facts.opened_lately(who.pseudonym, when)
        refused = why_not_outcome(who, case, outcome, row, parties, lately) or why_not_turn(who, case, outcome, when)
        if refused:
            return refused
        if any(who.pseudonym == voice.by for voice in (*case.approvals, *case.votes)):
            return "You have spoken already; others have to."
        if needs_two(case, outcome) and any(voice.organisation == who.organisation for voice in case.approvals):
            return f"Somebody of {who.organisation} has agreed already; the second is of another organisation."
        return self._why_too_much(who, case, outcome, parties, when)

    def _why_too_much(self, who: Reviewer, case: Case, outcome: str, parties: Parties, when: datetime) -> str:
        spoken = [voice.organisation for voice in (*case.approvals, *case.votes) if voice.outcome == outcome]
        if needs_two(case, outcome) and not spoken:
            return ""  # one of two decides nothing yet
        power = self._facts.power(case.category, when)
        others = any(each.organisation != who.organisation for each in self._facts.qualified(case, parties))
        return why_too_much(
            power, [*spoken, who.organisation], others_qualify=others, are_maintainers=who.partner == MAINTAINER
        )

    def why_not_take(self, who: Reviewer, case: Case, parties: Parties, when: datetime) -> str:
        """Why somebody cannot take a case now; empty if they can."""
        if case.taken_by == who.pseudonym:
            return "You have it."
        if case.step == 2:
            return "The three who were drawn vote; nobody takes it."
        refused = why_not_look(who, case, self._facts.row(case.category), parties)
        return refused or why_not_turn(who, case, "", when)

    # What is done

    def decide(
        self,
        who: Reviewer,
        case: Case,
        data: Mapping[str, Any],
        parties: Parties,
        when: datetime,
        signed: Mapping[str, str] | None = None,
    ) -> Case:
        """Speak for `data["outcome"]`: decided at once where one is enough, else once all have spoken who are needed.

        `signed`: the signature of whoever speaks at the command line. Raises NotAllowed, Changed, CaseFault.
        """
        outcome = str(data["outcome"])
        if refused := self.why_not(who, case, outcome, parties, when):
            raise NotAllowed(refused)
        if case.step == 1 and not needs_two(case, outcome):
            return self._decided(who, case, {**data, **(signed or {})}, when)
        kind = e.VOTED if case.step == 2 else e.APPROVED
        voice = {**data, "role": who.partner, "on": when.date().isoformat(), **(signed or {})}
        spoken = self._append(case, kind, who, voice, when)
        return self._decided(who, spoken, data, when) if is_complete(spoken, outcome) else spoken

    def complete(self, who: Reviewer, case: Case, when: datetime) -> Case:
        """Decide what all have spoken for who are needed: when a machine went down between the last word and that."""
        voice = next((each for each in (*case.approvals, *case.votes) if each.by == who.pseudonym), None)
        if voice is None or not is_complete(case, voice.outcome):
            raise NotAllowed("Not everybody has spoken who is needed.")
        spoken = {key: value for key, value in voice.data.items() if key not in ("role", "on", "sig")}
        return self._decided(who, case, spoken, when)

    def take(self, who: Reviewer, case: Case, parties: Parties, when: datetime) -> Case:
        """Somebody looks at a case; a proposal has its second deadline from then on."""
        if refused := self.why_not_take(who, case, parties, when):
            raise NotAllowed(refused)
        row = self._facts.row(case.category)
        data = {}
        if not case.challenges_listing and case.state != UNDER_REVIEW and row is not None:
            data["due"] = proposal_due(terms_of(row), self._rules, when, examined=True).isoformat()
        return self._append(case, e.TAKEN, who, data, when)

    def hand_over(self, who: Reviewer, case: Case, parties: Parties, when: datetime) -> Case:
        """The next by lot has it; if nobody is left, it is nobody's until somebody takes it."""
        if who.pseudonym not in (case.taken_by, *case.drawn):
            raise NotAllowed("It is not yours to hand over.")
        if any(voice.by == who.pseudonym for voice in case.votes):
            raise NotAllowed("You have voted already.")
        history = self._facts.casebook.events(case.id)
        gone = {event.by for event in history if event.kind == e.HANDED_OVER}
        drawn = next((event for event in reversed(history) if event.kind == e.DRAWN), None)
        qualified = [each.pseudonym for each in self._facts.qualified(case, parties)]
        to = redraw(case, root_of_draw(drawn).root, qualified, gone | {who.pseudonym}) if drawn else None
        if to is None and who.pseudonym in case.drawn:
            raise NotAllowed("Nobody else qualifies for this case; tell whoever keeps the machine.")
        return self._append(case, e.HANDED_OVER, who, {"to": to or ""}, when)

    def withdraw(self, who: Reviewer, case: Case, parties: Parties, when: datetime) -> Case:
        """Take back what one has brought forward oneself."""
        if refused := why_not_withdraw(who, case, parties):
            raise NotAllowed(refused)
        return self._append(case, e.WITHDRAWN, who, {}, when)

    def open(
        self, who: Reviewer, kind: str, name: str, subdomains: bool, row: CategoryRow | None, note: str, when: datetime
    ) -> Opened:
        """Bring something forward, with a note for those who decide it. Raises CaseFault."""
        new, receipt = self._brought(who, kind, name, subdomains, row, note, when)
        return self._casebook.open_or_join(
            new.terms,
            kind=kind,
            name=name,
            subdomains=subdomains,
            claim=False,
            when=when,
            due=new.due,
            receipt=receipt,
            by=new.by,
            organisation=new.organisation,
        )

    def _brought(
        self, who: Reviewer, kind: str, name: str, subdomains: bool, row: CategoryRow | None, note: str, when: datetime
    ) -> tuple[NewCase, NewReceipt]:
        if row is None:
            raise NotAllowed("This category is none that the desk decides about.")
        terms = terms_of(row)
        if terms.is_legal:
            raise NotAllowed("An office outside orders this; nobody proposes it here.")
        due = when + terms.appeal if kind == e.REVIEW else proposal_due(terms, self._rules, when, examined=False)
        new = NewCase(terms, kind, name, subdomains, False, due, who.pseudonym, who.organisation)
        return new, NewReceipt(secrets.token_bytes(DIGEST_OCTETS), "professional", note)

    def _decided(self, who: Reviewer, case: Case, data: Mapping[str, Any], when: datetime) -> Case:
        target, opens = self._facts.row(str(data.get("to_category", ""))), None
        if data["outcome"] == e.MOVED and target is not None:
            # It is open here from now on; in the other category it is a proposal, which two others decide.
            note = f"Moved from {case.category}, case {case.id}."
            opens = self._brought(who, e.PROPOSAL, case.name, case.subdomains, target, note, when)
        return self._append(case, e.DECIDED, who, data, when, opens)

    def _append(
        self,
        case: Case,
        kind: str,
        who: Reviewer,
        data: Mapping[str, Any],
        when: datetime,
        opens: tuple[NewCase, NewReceipt] | None = None,
    ) -> Case:
        by, organisation = who.pseudonym, who.organisation
        return self._casebook.append(case.id, kind, by, organisation, data, when, expected_last=case.last, opens=opens)


def is_complete(case: Case, outcome: str) -> bool:
    """Whether all have spoken who are needed, a partner of the field among them."""
    voices = [voice for voice in (*case.approvals, *case.votes) if voice.outcome == outcome]
    return bool(voices) and not missing_voices(case, outcome) and not lacks_field(case, outcome, _partners(voices))


def missing(case: Case, outcome: str) -> str:
    """Who has to speak yet, in words; empty if nobody."""
    voices = [voice for voice in (*case.approvals, *case.votes) if voice.outcome == outcome]
    needed = missing_voices(case, outcome)
    if needed and len(voices) == 1 and case.step == 1:
        needed = f"one more person, of another organisation than {voices[0].organisation}"
    field = lacks_field(case, outcome, _partners(voices))
    return needed or (f"one of them a partner of the field: {field.replace('_', ' ')}" if field else "")


def _partners(voices: list[Voice]) -> list[str]:
    return [str(voice.data.get("role", "")) for voice in voices]
