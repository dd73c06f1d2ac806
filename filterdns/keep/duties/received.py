"""How many appeals came in, for the log's entry of a day: totals by category, and no more is logged of what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from filterdns.transparency.appeals.events import APPEAL
from filterdns.transparency.casebook.casebook import Casebook


def appeals_between(book: Casebook, begin: datetime, end: datetime) -> Mapping[str, int]:
    """Appeals of [begin, end), by category. Raises StateFault."""
    counts: Counter[str] = Counter()
    for (kind, category), number in book.received_between(begin, end).items():
        if kind == APPEAL:
            counts[category] += number
    return counts
