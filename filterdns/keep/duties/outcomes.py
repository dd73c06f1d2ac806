"""The log's entry of what came of a case: each decision, and each listing that lateness has opened. Once each.

`outcomes` in the desk's folder says from which size of the log on there may be entries that are not noted as done:
after a crash these are looked through, and what is there is not appended again.  A case has each outcome once a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from filterdns.keep.duties.listed import Listed
from filterdns.keep.duties.remembered import load_values, outcomes_file, store_values
from filterdns.keep.duties.suspensions import REASONS
from filterdns.log.places import has_log
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import APPELLANTS, CAUSES, MOST_DRAWN, OUTCOME, read_entry, write_entry
from filterdns.log.recording.appending import open_append
from filterdns.log.writing.durable import remove_files
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, step
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.casebook.casebook import Casebook

SUSPENDED_LATE = "suspended_late"
WRONG = (e.REMOVED, e.NARROWED, e.MOVED)  # outcomes that say that a listing was a mistake
LISTING = (e.LISTED, e.HELD, e.PROTECTED)  # those after which the name is public in any case

_IS_OUTCOME = b'"type":"outcome"'  # canonical JSON: no text of an entry can hold this
_OPEN = "open"

Key = tuple[int, int, str]
"""Case, step and outcome."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case by one event. `statement`: what the log commits to; `is_open`: whether all may read it."""

    key: Key
    fields: dict[str, Any]
    statement: dict[str, Any]
    is_open: bool


def outcome_of(book: Casebook, listed: Listed, case_id: int, number: int) -> Outcome | None:
    """What came of a case by the event of this number; None if that is no outcome. Raises CaseFault, StateFault."""
    events = book.events(case_id)
    before: Case | None = None
    for event in events:
        after = step(before, event)
        if event.number == number and before is not None:
            outcome = _outcome_by(event)
            return _made(book, listed, events, event, before, after, outcome) if outcome else None
        before = after
    return None


def record_outcomes(state: Path, outcomes: Sequence[Outcome], when: datetime) -> None:
    """Append those that the log does not have. `forget_recorded` once they are noted. Raises LogFault, StateFault.

    Nothing happens where there is no log.
    """
    if not outcomes or not has_log(state):
        return
    with open_append(state, when) as append:
        tree = append.writer.tree
        begin = load_values(outcomes_file(state)).get("from")
        if type(begin) is not int or not 0 <= begin <= tree.size:
            begin = tree.size
            store_values(outcomes_file(state), {"from": begin})
        known = set(_known(tree, begin))
        for each in outcomes:
            if each.key not in known:
                commitment = append.commit(each.statement, is_open=each.is_open)
                append.add(write_entry(OUTCOME, append.at, statement=commitment, **each.fields))
                known.add(each.key)
        append.write()


def forget_recorded(state: Path) -> None:
    """All that was recorded is noted as done. Raises StateFault."""
    remove_files([outcomes_file(state)])


def _known(tree: TreeReader, begin: int) -> Iterator[Key]:
    for index, octets in enumerate(tree.entries(begin, tree.size), begin):
        if _IS_OUTCOME in octets:
            fields = read_entry(octets, index).fields
            yield fields["case"], fields["step"], fields["outcome"]


def _outcome_by(event: Event) -> str:
    if event.kind == e.DECIDED:
        return str(event.data["outcome"])
    is_late = event.kind == e.SUSPENDED and event.data.get("why") == e.WHY_LATE
    return SUSPENDED_LATE if is_late else ""


def _made(
    book: Casebook, listed: Listed, events: Sequence[Event], event: Event, before: Case, after: Case, outcome: str
) -> Outcome:
    scope = "subdomains" if before.subdomains else "exact"
    # A proposal is an allegation: its name is not public unless it is listed (requirements 4.1).
    is_open = before.publication == _OPEN and (before.challenges_listing or outcome in LISTING)
    cause = str(event.data.get("cause", ""))
    fields: dict[str, Any] = {
        "case": before.id,
        "category": before.category,
        "received": before.opened.date().isoformat(),
        "decided": event.at.date().isoformat(),
        "outcome": outcome,
        "cause": cause if cause in CAUSES else "",
        "appellant": _appellant(book, before),
        "step": before.step,
        "drawn": _drawn(events, event, before),
    }
    if is_open:
        fields |= {"name": before.name, "scope": scope}
    days = _days_wrong(listed, event, before, outcome)
    if days is not None:
        fields["days_wrong"] = days
    statement = {
        "v": 1,
        "kind": OUTCOME,
        "key": f"{before.id} {before.step} {outcome}",
        "case": before.id,
        "outcome": outcome,
        "name": before.name,
        "scope": scope,
        "category": before.category,
        "reason": _reason(event),
        "decided_by": list(after.deciders[len(before.deciders) :]) if event.kind == e.DECIDED else [],
    }
    return Outcome((before.id, before.step, outcome), fields, statement, is_open)


def _appellant(book: Casebook, case: Case) -> str:
    first = next(iter(book.receipts(case.id, limit=1)), None)
    return first.appellant if first is not None and first.appellant in APPELLANTS else ""


def _drawn(events: Sequence[Event], until: Event, before: Case) -> dict[str, Any]:
    """The draw that the event stands on; of no lot, size 0 and nobody."""
    draws = [each for each in events if each.kind == e.DRAWN and each.number < until.number]
    size = draws[-1].data.get("size", 0) if draws else 0
    return {"size": size if type(size) is int else 0, "people": list(before.drawn[:MOST_DRAWN])}


def _days_wrong(listed: Listed, event: Event, before: Case, outcome: str) -> int | None:
    """Days from the listing's first day until it did not count any more, if it was a mistake."""
    if outcome not in WRONG:
        return None
    since = listed.since(before.name, before.category)
    until: date = (before.suspended_at or event.at).date() if before.suspended else event.at.date()
    return max(0, (until - since).days) if since is not None else None


def _reason(event: Event) -> dict[str, str]:
    if event.kind == e.SUSPENDED:
        return {"en": REASONS[e.WHY_LATE]}
    reason = event.data.get("reason", "")
    if isinstance(reason, dict):
        return {str(language): str(text) for language, text in reason.items() if text}
    return {"en": str(reason)} if reason else {}
