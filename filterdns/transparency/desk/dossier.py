"""All that the page of a case shows, gathered for somebody: what is known, what happened, what they may do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, needs_two
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.receipts import Receipt
from filterdns.transparency.desk import actions as a
from filterdns.transparency.desk.doing import Doing, is_complete, missing
from filterdns.transparency.desk.facts import Facts, parties_of
from filterdns.transparency.desk.lots import command_to_draw
from filterdns.transparency.desk.power import Power
from filterdns.transparency.desk.queue import KINDS, due_words, signs_of, whose_words
from filterdns.transparency.desk.roles import OUTCOMES_OF, Parties, Reviewer, why_not_withdraw
from filterdns.transparency.reasons.statement import Statement

MOST_RECEIPTS = 30  # that one page shows; more say the same

_PRESS_OF = {
    e.REMOVED: a.REMOVE,
    e.NARROWED: a.NARROW,
    e.MOVED: a.MOVE,
    e.UPHELD: a.UPHOLD,
    e.LISTED: a.APPROVE,
    e.HELD: a.APPROVE,
    e.PROTECTED: a.APPROVE,
    e.DECLINED: a.DECLINE,
}
OUTCOME_WORDS: Mapping[str, str] = {
    e.REMOVED: "Remove the listing",
    e.NARROWED: "Open a part of it",
    e.MOVED: "Move it to another category",
    e.UPHELD: "Keep it listed",
    e.LISTED: "List it",
    e.HELD: "Hold it closed for 72 hours",
    e.PROTECTED: "Protect it",
    e.DECLINED: "Decline",
}
DECIDED_WORDS: Mapping[str, str] = {
    e.REMOVED: "Removed from the list",
    e.NARROWED: "Opened in part",
    e.MOVED: "Moved to another category",
    e.UPHELD: "It stays listed",
    e.LISTED: "Listed",
    e.HELD: "Held closed for 72 hours",
    e.PROTECTED: "Protected",
    e.DECLINED: "Declined",
    e.NOT_EXAMINED: "Not examined in time",
    e.NO_DECISION: "Not decided in time",
}
EFFECT_WORDS: Mapping[str, str] = {
    e.REMOVED: "It opens everywhere within the hour, and no list brings it back for 180 days. You alone decide this.",
    e.NARROWED: "What you name opens everywhere within the hour; the rest stays listed. You alone decide this.",
    e.MOVED: "It opens here within the hour, and becomes a proposal in the other category, which two others decide.",
    e.UPHELD: "It stays as it is, and whoever objected reads why, and can ask three others.",
    e.LISTED: "Two people of two organisations have to agree. Then it is closed for those who filter the category.",
    e.HELD: "Two people of two organisations have to agree. Then it is closed for 72 hours, although it is protected.",
    e.PROTECTED: "Two people of two organisations have to agree. Then no list can close the name.",
    e.DECLINED: "Nothing changes, and the case is closed.",
}
RELOCK_WORDS = "It is open now, because we were late or somebody opened it. To close it again two people have to agree."


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that could be done. `refused`: why this person cannot; `locks`: it asks once more."""

    press: str
    outcome: str
    title: str
    effect: str
    refused: str
    locks: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """What anybody needs to draw again."""

    people: tuple[str, ...]
    size: int
    root: str
    qualified: tuple[str, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in words."""

    at: datetime
    who: str
    words: str
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case for somebody's eyes. `missing`: who has to speak yet for what was approved."""

    case: Case
    kind: str
    due: str
    whose: str
    signs: tuple[str, ...]
    choices: tuple[Choice, ...]
    can_take: str  # why not, "" if they can
    is_theirs: bool
    can_withdraw: bool
    can_complete: bool
    missing: str
    opened_by: str
    receipts: tuple[Receipt, ...]
    happened: tuple[Happened, ...]
    others: tuple[Case, ...]
    draw: Draw | None
    power: Power
    lately: int

    @property
    def can_decide(self) -> bool:
        return any(not choice.refused for choice in self.choices)


def dossier_of(
    facts: Facts, doing: Doing, case: Case, who: Reviewer, statement: Statement | None, when: datetime
) -> Dossier:
    """All of it, in the desk's thread."""
    casebook = facts.casebook
    history = casebook.events(case.id)
    parties = parties_of(case, history, statement)
    voices = (*case.approvals, *case.votes)
    own = next((voice for voice in voices if voice.by == who.pseudonym), None)
    return Dossier(
        case=case,
        kind=KINDS[case.kind],
        due=due_words(case.due, when) if case.is_open else "",
        whose=whose_words(case, who.pseudonym),
        signs=tuple(signs_of(case, is_proven=case.id in casebook.controls.proven([case.id]))),
        choices=tuple(_choices(doing, case, who, parties, when)) if case.is_open else (),
        can_take=doing.why_not_take(who, case, parties, when) if case.is_open else "It is decided.",
        is_theirs=case.is_open and who.pseudonym in (case.taken_by, *case.drawn),
        can_withdraw=case.is_open and not why_not_withdraw(who, case, parties),
        can_complete=case.is_open and own is not None and is_complete(case, own.outcome),
        missing=missing(case, voices[0].outcome) if voices and case.is_open else "",
        opened_by=history[0].by if history else "",
        receipts=tuple(casebook.receipts(case.id, MOST_RECEIPTS)),
        happened=tuple(happened(history)),
        others=tuple(other for other in casebook.find(case.name) if other.id != case.id),
        draw=_draw(case, history),
        power=facts.power(case.category, when),
        lately=facts.opened_lately(who.pseudonym, when),
    )


def _choices(doing: Doing, case: Case, who: Reviewer, parties: Parties, when: datetime) -> Iterable[Choice]:
    for outcome in OUTCOMES_OF[case.kind]:
        locks = needs_two(case, outcome)
        effect = RELOCK_WORDS if locks and outcome == e.UPHELD else EFFECT_WORDS[outcome]
        if case.step == 2:
            effect = f"Two of the three who were drawn decide. {effect}".replace(" You alone decide this.", "")
        refused = doing.why_not(who, case, outcome, parties, when)
        yield Choice(_PRESS_OF[outcome], outcome, OUTCOME_WORDS[outcome], effect, refused, locks)


def _draw(case: Case, history: Sequence[Event]) -> Draw | None:
    """The draw of the step in which the case is."""
    drawn = None
    for event in history:
        if event.kind == e.ASKED_AGAIN:
            drawn = None
        elif event.kind == e.DRAWN:
            drawn = event
    if drawn is None:
        return None
    root, qualified = str(drawn.data.get("root", "")), tuple(map(str, drawn.data.get("qualified", ())))
    people = tuple(map(str, drawn.data["people"]))
    return Draw(people, int(drawn.data["size"]), root, qualified, command_to_draw(root, case.id, qualified))


def happened(history: Iterable[Event]) -> Iterable[Happened]:
    """Events in words, the oldest first."""
    for event in history:
        reason = event.data.get("reason", "")
        texts = reason if isinstance(reason, Mapping) else {"en": str(reason)} if reason else {}
        yield Happened(event.at, _who(event), _words(event), texts)


_NOBODYS = {e.CLOCK: "by the clock", e.PUBLIC: "by somebody outside", e.KEEPER: "by the machine"}
_WHY_LATE = {
    e.BY_ISSUER: "it is the issuer's to answer",
    e.BY_LIVE_HIT: "a feed saw it live within a day",
    e.BY_VALVE: "the overload valve holds it back",
}
_WHY_SUSPENDED = {e.WHY_LATE: "we were late", e.WHY_SIGNAL: "a trusted sign that it is help", e.WHY_PERSON: "a person"}


def _who(event: Event) -> str:
    return _NOBODYS.get(event.by) or (f"{event.by}, {event.organisation}" if event.organisation else event.by)


def _words(event: Event) -> str:
    data, kind = event.data, event.kind
    if kind == e.OPENED:
        return f"opened as {KINDS[str(data['kind'])].lower()}" + (", as help" if data.get("claim") else "")
    if kind == e.DRAWN:
        return f"drawn by lot: {', '.join(map(str, data['people']))}"
    if kind == e.HANDED_OVER:
        return f"handed over to {data['to']}" if data.get("to") else "given back"
    if kind in (e.APPROVED, e.VOTED, e.DECIDED):
        verb = {e.APPROVED: "agreed to", e.VOTED: "voted for", e.DECIDED: "decided"}[kind]
        cause = a.CAUSE_WORDS.get(str(data.get("cause", "")), "")
        words = (DECIDED_WORDS if kind == e.DECIDED else OUTCOME_WORDS).get(str(data["outcome"]), str(data["outcome"]))
        return f"{verb}: {words[0].lower()}{words[1:]}" + (f" ({cause[0].lower()}{cause[1:]})" if cause else "")
    if kind == e.SUSPENDED:
        return f"suspended: {_WHY_SUSPENDED.get(str(data['why']), str(data['why']))}"
    if kind == e.LATE:
        return f"late, and stays for now: {_WHY_LATE.get(str(data['why']), str(data['why']))}"
    if kind == e.IN_FORCE:
        return f"in force with release {data['release']}, entry {data['entry']} of the log"
    if kind == e.SEEN:
        return "our own test resolver resolves it again"
    if kind == e.NOTED:
        note = _NOTES[str(data["what"])] if data.get("what") in _NOTES else "noted"
        return f"{note}: {data['words']}" if data.get("words") else note
    return _PLAIN[kind]


_PLAIN = {
    e.JOINED: "one more has asked",
    e.CLAIMED: "somebody says that it is help: the deadline is shorter now",
    e.TAKEN: "taken",
    e.ASKED_AGAIN: "asked again: three others decide",
    e.WITHDRAWN: "taken back",
    e.ENDED: "nobody can ask again",
}
_NOTES = {e.NOTED_REFUSED: "it could not be carried out", e.NOTED_PINNED: "a pin keeps a list off"}
