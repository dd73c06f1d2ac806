"""Missed deadlines, each minute: a listing that was not answered for in time is suspended, and nobody has to press.

Only by a clock that is believed; that one which is wrong by a year must not empty the lists.
"""

from __future__ import annotations

from datetime import datetime

from filterdns.keep.duties.listed import Listed
from filterdns.transparency.appeals.lateness import due_events
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook


def meet_deadlines(book: Casebook, listed: Listed, rules: Rules, when: datetime) -> int:
    """Append what lateness and the end of terms bring; how many events that were. Raises StateFault."""
    cases = book.due_before(when)
    if not cases:
        return 0
    valve = book.valve(when, listed.names_by_category)
    return book.append_due(due_events(cases, when, rules, valve, listed.live_hit), when)
