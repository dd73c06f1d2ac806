"""What an event changes in the lists: the deeds that `keep` carries out, as plain values for the outbox.

    {"do": ..., "case": 12, "event": 345, "name": "www.example.com", "subdomains": true, "category": "adult", ...}

    suspend      the listing does not count from now on; `why`
    lift         what was suspended counts again, or is no longer needed as something lasting has taken its place
    open         an allowance for the name, pinned until `until`, with `reason`; lasting, so a release comes of it
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

Deed = dict[str, Any]


def deeds_of(before: Case | None, event: Event, after: Case, rules: Rules) -> list[Deed]:
    """What is to be done because of an event, in order; () of it is most often the answer."""
    if event.kind == e.SUSPENDED:
        return [_deed(SUSPEND, event, after, why=event.data["why"]), _deed(TELL, event, after)]
    if event.kind != e.DECIDED or before is None:
        return []
    return [*_decided(before, event, after, rules), _deed(TELL, event, after)]


def _decided(before: Case, event: Event, after: Case, rules: Rules) -> Iterable[Deed]:
    reason = event.data.get("reason", "")
    until = (event.at + rules.pin).date().isoformat()
    if after.outcome in (e.REMOVED, e.MOVED):
        yield _deed(OPEN, event, after, reason=reason, until=until)
    elif after.outcome == e.NARROWED:
        for opened in event.data["opened_names"]:
            named = {"name": opened["name"], "subdomains": opened["subdomains"]}
            yield _deed(OPEN, event, after, reason=reason, until=until) | named
    elif after.outcome in _CLOSING:
        about = {key: event.data[key] for key in ("reason", "scope_reason", "evidence") if key in event.data}
        yield _deed(_CLOSING[after.outcome], event, after, approvals=_approvals(before, after), **about)
    if before.suspended:
        yield _deed(LIFT, event, after)


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
