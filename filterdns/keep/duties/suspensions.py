"""Revocations that the desk writes: which there are for a deed, and which a later one ends. Pure.

The reasons are a closed set of words.  By them ours are told from those that somebody wrote at the command line, which
nothing here touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from filterdns.lists.revocations import SUSPENDED, Revocation
from filterdns.transparency.appeals import events as e

REASONS: Mapping[str, str] = {
    e.WHY_LATE: "suspended: we were late",
    e.WHY_SIGNAL: "suspended on a trusted signal",
    e.WHY_PERSON: "suspended by a reviewer",
}
OPENED = "opened by a decision"
OURS = frozenset({*REASONS.values(), OPENED})

BRIDGE = timedelta(days=8)
"""How long what was decided open is revoked besides: a release here has it within minutes, and a home that asks for
decisions once a day, and was off for a week, has it by then too.  Whoever has the new lists sees no difference."""

Rows = tuple[Revocation, ...]
Change = Callable[[Rows], Rows]


def suspension(deed: Mapping[str, Any], at: datetime) -> Revocation:
    """What a deed `suspend` stands for. `at`: when it was decided."""
    return _row(deed, at, "", REASONS.get(str(deed.get("why", "")), REASONS[e.WHY_PERSON]))


def bridge(deed: Mapping[str, Any], at: datetime, today: date) -> Revocation:
    """What stands in for a deed `open` from today until every home has a release with it."""
    return _row(deed, at, (today + BRIDGE).isoformat(), OPENED)


def adding(row: Revocation) -> Change:
    """Let it hold, instead of what we wrote before of this name and category. A bridge leaves another, and what was
    suspended since."""

    def add(rows: Rows) -> Rows:
        of_ours = [each for each in rows if _is_ours(each) and _is_about(each, row)]
        if row.reason == OPENED and any(each.reason == OPENED or each.since > row.since for each in of_ours):
            return rows
        return (*(each for each in rows if each not in of_ours), row)

    return add


def lifting(deed: Mapping[str, Any]) -> Change:
    """End the suspension of a name in a category. What bridges the time to a release stays."""
    return lambda rows: tuple(each for each in rows if not (_is_of(each, deed) and each.reason != OPENED))


def unbridging(deed: Mapping[str, Any]) -> Change:
    """End what bridges the time to a release that opens a name: others have decided that none does."""
    return lambda rows: tuple(each for each in rows if not (_is_of(each, deed) and each.reason == OPENED))


def closing(deed: Mapping[str, Any]) -> Change:
    """End all of ours about a name in a category: two people have listed it."""
    return lambda rows: tuple(each for each in rows if not _is_of(each, deed))


def changed(rows: Rows, changes: Iterable[Change], day: date) -> Rows:
    """What becomes of the rows; of ours those that have ended go."""
    rows = tuple(each for each in rows if each.holds_on(day) or not _is_ours(each))
    for change in changes:
        rows = change(rows)
    return rows


def _row(deed: Mapping[str, Any], at: datetime, until: str, reason: str) -> Revocation:
    name = str(deed["name"]).encode("ascii", "replace")
    since = at.isoformat(timespec="seconds")
    return Revocation(name, bool(deed["subdomains"]), (str(deed["category"]),), since, until, reason, SUSPENDED)


def _is_ours(row: Revocation) -> bool:
    return row.kind == SUSPENDED and row.reason in OURS


def _is_about(row: Revocation, other: Revocation) -> bool:
    return (row.name, row.subdomains, row.categories) == (other.name, other.subdomains, other.categories)


def _is_of(row: Revocation, deed: Mapping[str, Any]) -> bool:
    about = (str(deed["name"]).encode("ascii", "replace"), (str(deed["category"]),))
    return _is_ours(row) and (row.name, row.categories) == about
