"""From what somebody sent to cases and a receipt, in the thread of the casebook."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, CaseFault
from filterdns.transparency.appeals.codes import digest_of
from filterdns.transparency.appeals.priority import opens_at_once
from filterdns.transparency.appeals.rules import Rules, Terms, appeal_due, proposal_due
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.casebook.faults import Changed
from filterdns.transparency.casebook.receipts import NewReceipt, Receipt
from filterdns.transparency.web.appeal_fields import Sent
from filterdns.transparency.web.objections import MOST_OBJECTIONS, Objection

MOST_TEXTS = 200  # of one case: who reads 200 texts on one listing has heard it; a flood costs less
_TRIES = 3

_REPEATED = (e.UPHELD, e.NARROWED, e.MOVED)  # outcomes after which an appeal has to bring something new


@dataclass(frozen=True, slots=True)
class Item:
    """One case behind a receipt code."""

    case: Case
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that was opened, or that others had opened before (`joined`)."""

    case: Case
    joined: bool


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an appeal: its cases; or, with nothing kept, a case that was decided lately."""

    items: tuple[Taken, ...] = ()
    decided: Case | None = None


def receive(
    book: Casebook,
    name: str,
    objections: Sequence[Objection],
    sent: Sent,
    code: str,
    when: datetime,
    rules: Rules,
    known_help: Container[str],
) -> Received:
    """Open or join the case of each listing. The same code again gives what it gave at first."""
    if before := items_of(book, code):
        return _as_before(before)
    if decided := _needs_something_new(book, objections, sent, when, rules):
        return Received(decided=decided)
    taken = []
    for number, each in enumerate(objections):
        due = appeal_due(each.terms, rules, when, claim=sent.claim)
        opened = book.open_or_join(
            each.terms,
            kind=e.APPEAL,
            name=each.name,
            subdomains=each.subdomains,
            claim=sent.claim,
            when=when,
            due=due,
            receipt=_receipt(book, each.name, each.category, sent, nth_code(code, number)),
        )
        case = opened.case
        if sent.claim and opens_at_once(
            name, each.terms, imported=each.imported, live_hit=each.live_hit, known_help=known_help
        ):
            case = _open_at_once(book, case, when)
        taken.append(Taken(case, opened.joined))
    return Received(tuple(taken))


def propose(book: Casebook, name: str, terms: Terms, sent: Sent, code: str, when: datetime, rules: Rules) -> Received:
    """Open or join the one case of a site that somebody suggests for a category. Nothing is listed by that."""
    if before := items_of(book, code):
        return _as_before(before)
    opened = book.open_or_join(
        terms,
        kind=e.PROPOSAL,
        name=name,
        subdomains=False,  # the narrowest; those who look at it say whether more is needed, and why
        claim=False,
        when=when,
        due=proposal_due(terms, rules, when, examined=False),
        receipt=_receipt(book, name, terms.category, sent, code),
    )
    return Received((Taken(opened.case, opened.joined),))


def items_of(book: Casebook, code: str) -> tuple[Item, ...]:
    """The cases of a receipt code; () for a code that nobody got."""
    items = []
    for number in range(MOST_OBJECTIONS):
        receipt = book.receipt(digest_of(nth_code(code, number)))
        if receipt is None:
            break
        case = book.case(receipt.case)
        items.append(Item(case, receipt))
    return tuple(items)


def _as_before(items: Sequence[Item]) -> Received:
    return Received(tuple(Taken(item.case, item.case.appeals > 1) for item in items))


def nth_code(code: str, number: int) -> str:
    """What the receipt of the n-th case of one code is kept under: one code is enough for a name on several lists."""
    return f"{code}{number}" if number else code


def _needs_something_new(
    book: Casebook, objections: Sequence[Objection], sent: Sent, when: datetime, rules: Rules
) -> Case | None:
    """The decision that says all that there is to say, if nobody brings anything new and no case is open."""
    if sent.text:
        return None
    for each in objections:
        cases = book.find(each.name, each.category)
        decided = [
            c for c in cases if c.outcome in _REPEATED and c.decided_at and when - c.decided_at < rules.new_facts
        ]
        if decided and not any(case.is_open for case in cases):
            return decided[-1]
    return None


def _receipt(book: Casebook, name: str, category: str, sent: Sent, code: str) -> NewReceipt:
    text = sent.text
    if text and any(case.is_open and case.appeals >= MOST_TEXTS for case in book.find(name, category)):
        text = ""
    return NewReceipt(digest_of(code), sent.appellant, text, sent.language, sent.email, sent.outdated)


def _open_at_once(book: Casebook, case: Case, when: datetime) -> Case:
    """A trusted signal speaks for it: suspended first, examined then."""
    for _ in range(_TRIES):
        if case.suspended or not case.is_open:
            break
        try:
            return book.append(case.id, e.SUSPENDED, e.CLOCK, "", {"why": e.WHY_SIGNAL}, when, expected_last=case.last)
        except Changed:
            case = book.case(case.id)
        except CaseFault:
            break
    return case
