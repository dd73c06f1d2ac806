"""What an event changes in the lists: the deeds that `keep` carries out, as plain values for the outbox.

    {"do": ..., "case": 12, "event": 345, "name": "www.example.com", "subdomains": true, "category": "adult", ...}

    suspend      the listing does not count from now on; `why`
    lift         what was suspended counts again, or is no longer needed as something lasting has taken its place
    open         an allowance for the name, pinned until `until`, with `reason`; lasting, so a release comes of it
    unpin        what an earlier decision of the case has opened counts again: its pin ends
    confirm      a listing of ours that was looked at and stays: its days begin anew
    list         an own listing with `reason`, `evidence` and `approvals`
    hold         a security hold until `until`, with `approvals`
    protect      a P2 name, with `approvals`
    tell         those who left an address are told; nothing in the lists changes

Doing one twice is the same as doing it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.events import Event
from filterdns.transparency.appeals.rules import Rules

SUSPEND, LIFT, OPEN, LIST, HOLD, PROTECT, TELL = "suspend", "lift", "open", "list", "hold", "protect", "tell"
UNPIN, CONFIRM = "unpin", "confirm"

Deed = dict[str, Any]


def deeds_of(before: Case | None, event: Event, after: Case, rules: Rules, first: Event | None = None) -> list[Deed]:
    """What is to be done because of an event, in order; () of it is most often the answer.

    `first`: the decision of the first step, where the event is the one of a second.
    """
    if event.kind == e.SUSPENDED:
        return [_deed(SUSPEND, event, after, why=event.data["why"]), _deed(TELL, event, after)]
    if event.kind != e.DECIDED or before is None:
        return []
    return [*_decided(before, event, after, rules, first), _deed(TELL, event, after)]


def _decided(before: Case, event: Event, after: Case, rules: Rules, first: Event | None) -> Iterable[Deed]:
    reason = event.data.get("reason", "")
    until = (event.at + rules.pin).date().isoformat()
    opened = _opened_by(event, after)
    # A pin guards what was won.  What three others do not open is not won, and its pin ends with that.
    for name, subdomains in _opened_by(first, before) if first is not None else ():
        if name not in dict(opened):
            yield _deed(UNPIN, event, after) | {"name": name, "subdomains": subdomains}
    for name, subdomains in opened:
        yield _deed(OPEN, event, after, reason=reason, until=until) | {"name": name, "subdomains": subdomains}
    if after.outcome == e.UPHELD:
        yield _deed(CONFIRM, event, after)
    elif after.outcome in _CLOSING:
        about = {key: event.data[key] for key in ("reason", "scope_reason", "evidence") if key in event.data}
        yield _deed(_CLOSING[after.outcome], event, after, approvals=_approvals(before, after), **about)
    if before.suspended:
        yield _deed(LIFT, event, after)


def _opened_by(decision: Event, case: Case) -> list[tuple[str, bool]]:
    """The names that a decision opens, and whether with all below."""
    outcome = decision.data["outcome"]
    if outcome in (e.REMOVED, e.MOVED):
        return [(case.name, case.subdomains)]
    if outcome == e.NARROWED:
        return [(str(opened["name"]), bool(opened["subdomains"])) for opened in decision.data["opened_names"]]
    return []


_CLOSING: Mapping[str, str] = {e.LISTED: LIST, e.HELD: HOLD, e.PROTECTED: PROTECT}


def _approvals(before: Case, after: Case) -> list[dict[str, Any]]:
    """Who has approved, as a listing keeps it."""
    return [
        {
            "by": voice.by,
            "org": voice.organisation,
            **{key: voice.data[key] for key in ("role", "on", "sig") if key in voice.data},
        }
        for voice in before.approvals
        if voice.outcome == after.outcome
    ]


def _deed(do: str, event: Event, case: Case, **more: Any) -> Deed:
    return {
        "do": do,
        "case": case.id,
        "event": event.number,
        "name": case.name,
        "subdomains": case.subdomains,
        "category": case.category,
        **more,
    }
