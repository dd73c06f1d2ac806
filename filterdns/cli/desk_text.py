"""Cases as lines of text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.receipts import Receipt
from filterdns.transparency.desk.dossier import happened
from filterdns.transparency.desk.queue import KINDS, due_words, signs_of, whose_words
from filterdns.transparency.numbers.notes import Notes
from filterdns.transparency.reasons.statement import Statement

_MOST_TEXTS = 30


def note_lines(notes: Notes | None) -> Iterator[str]:
    """What the keeper found that people should look at as a whole."""
    if notes is None:
        return
    for category, late in notes.lacking_hands:
        yield f"!  {category}: {late} answers came late within 30 days; hands are missing"
    for ailing in notes.sources:
        yield f"!  {ailing.source}: {ailing.overturned} of {ailing.decided} appeals against it were won in a quarter"
    for failed in notes.samples:
        yield f"!  {failed.source}: {failed.wrong} of {failed.looked_at} names of a sample are wrong"
    for incident in notes.incidents:
        told = f"by {incident.due}, as deploy/incident-note.md has it"
        yield f"!  {incident.name} was wrongly closed (case {incident.case}): tell what happened {told}"


def queue_line(case: Case, who: str, when: datetime, *, is_proven: bool) -> str:
    """One case in the queue."""
    signs = ", ".join(signs_of(case, is_proven=is_proven))
    signs = f"  [{signs}]" if signs else ""
    kind = KINDS[case.kind].lower()
    about = f"{kind:<16} {case.category:<14} {case.name}{signs}"
    return f"{case.id:>6}  {due_words(case.due, when):<18} {about}  {_whose(case, who)}".rstrip()


def case_lines(
    case: Case,
    history: Sequence[Event],
    receipts: Sequence[Receipt],
    statement: Statement | None,
    *,
    is_proven: bool,
) -> Iterator[str]:
    """All of a case."""
    below = " and everything below" if case.subdomains else ""
    yield f"case {case.id}: {KINDS[case.kind].lower()}, {case.name}{below}, {case.category}"
    yield f"  {case.state.replace('_', ' ')}{f', until {case.due:%Y-%m-%d %H:%M} UTC' if case.due else ''}"
    yield from (f"  {sign}" for sign in signs_of(case, is_proven=is_proven))
    for listing in statement.listings if statement else ():
        public = listing.public_list
        source = f"{public.title} ({public.keeper})" if public else listing.source
        yield f"  listed: {listing.shown} in {listing.category or listing.protection}, {listing.basis}, {source}"
    for receipt in receipts[:_MOST_TEXTS]:
        who = receipt.appellant or "somebody"
        yield f"  {receipt.received:%Y-%m-%d}, {who}: {receipt.text or '(nothing written)'}"
    for each in happened(history):
        yield f"  {each.at:%Y-%m-%d %H:%M}  {each.who}: {each.words}"
        yield from (f"      {language}: {text}" for language, text in each.reason.items())


def _whose(case: Case, who: str) -> str:
    return whose_words(case, who) if who or case.drawn or case.taken_by else ""
