"""What the clock does by itself with cases whose day has come. No person is needed, and none can be leant on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import DECIDED, RECEIVED, Case
from filterdns.transparency.appeals.priority import queue_key
from filterdns.transparency.appeals.rules import LIVE_CATEGORIES, Rules, most_suspensions

LiveHit = Callable[[str, str], datetime | None]
"""When a feed of this category last saw this name, if it lists it still."""


@dataclass(frozen=True, slots=True)
class Due:
    """An event that the clock wants to see in a case."""

    case: int
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Valve:
    """The overload valve: how many listings lateness may open in a category today.

    `listings`: of each category in the release; `opened_today`: by lateness, today; `extended_until`: by an auditor.
    Claims of protection are never counted and never wait.
    """

    listings: Mapping[str, int]
    opened_today: Mapping[str, int] = field(default_factory=dict)
    extended_until: Mapping[str, datetime] = field(default_factory=dict)


def due_events(cases: Iterable[Case], when: datetime, rules: Rules, valve: Valve, live_hit: LiveHit) -> list[Due]:
    """What lateness and the end of terms bring at this moment, the most urgent case first.

    Asked again at the same moment it gives the same; once its events have been appended it gives nothing.
    """
    opened = Counter(valve.opened_today)
    found: list[Due] = []
    for case in sorted(cases, key=queue_key):
        for due in _due(case, when, rules, valve, opened, live_hit):
            opened[case.category] += due.kind == e.SUSPENDED and not case.claim
            found.append(due)
    return found


def _due(
    case: Case, when: datetime, rules: Rules, valve: Valve, opened: Mapping[str, int], live_hit: LiveHit
) -> Iterator[Due]:
    if case.state == DECIDED and case.decided_at and when >= case.decided_at + rules.second_step_open:
        yield Due(case.id, e.ENDED, {})
    if not case.is_open or case.due is None or when < case.due or case.suspended:
        return
    if not case.challenges_listing:
        outcome = e.NOT_EXAMINED if case.state == RECEIVED else e.NO_DECISION
        yield Due(case.id, e.DECIDED, {"outcome": outcome})
        return
    stays = _why_it_stays(case, when, rules, valve, opened, live_hit)
    if not stays:
        yield Due(case.id, e.SUSPENDED, {"why": e.WHY_LATE})
    elif stays != case.late:
        yield Due(case.id, e.LATE, {"why": stays})


def _why_it_stays(
    case: Case, when: datetime, rules: Rules, valve: Valve, opened: Mapping[str, int], live_hit: LiveHit
) -> str:
    """Why a missed deadline opens nothing now; empty if it does. The exceptions of requirements 4.4, and no other."""
    if case.klass == "legal":
        return e.BY_ISSUER
    hit = live_hit(case.name, case.category) if case.category in LIVE_CATEGORIES else None
    if hit is not None and when - hit < rules.live_hit:
        return e.BY_LIVE_HIT
    if case.claim or opened.get(case.category, 0) < most_suspensions(rules, valve.listings.get(case.category, 0)):
        return ""
    return e.BY_VALVE if when < _valve_ends(case, rules, valve) else ""


def _valve_ends(case: Case, rules: Rules, valve: Valve) -> datetime:
    """How long the valve may keep this case waiting."""
    late_at = case.late_at or case.due
    assert late_at is not None
    by_itself, extended = late_at + rules.valve_by_itself, valve.extended_until.get(case.category)
    if extended is None:
        return by_itself
    return max(by_itself, min(extended, late_at + rules.valve_extended))


def lacks_hands(cases: Iterable[Case], when: datetime, rules: Rules) -> set[str]:
    """The categories with so many late cases within a month that the front page has to say so."""
    days = 30
    late = Counter(c.category for c in cases if c.late_at is not None and 0 <= (when - c.late_at).days < days)
    return {category for category, number in late.items() if number >= rules.late_cases_a_month}
