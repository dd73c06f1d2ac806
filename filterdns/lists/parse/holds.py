"""`holds.yaml`: protected hosts that are compromised, filtered for three days by two people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from filterdns.lists.fields import NO_DAY, Fields
from filterdns.lists.listing import HOLD_CATEGORY, Listing
from filterdns.lists.parse.entry import SCOPES, approvals_of, name_of

MOST_DAYS = 3  # 72 hours; a renewal is an entry with a new day


def parse(entries: Iterable[Fields], source: str) -> Iterator[tuple[Fields, bytes, Listing]]:
    """(entry, wire name, listing) of each entry without a fault."""
    for entry in entries:
        before = len(entry.faults)
        name = name_of(entry)
        listed_on, expires = entry.day("listed_on"), entry.day("expires")
        if NO_DAY not in (listed_on, expires) and not listed_on < expires <= listed_on + timedelta(days=MOST_DAYS):
            entry.refuse("expires", f"a day after listed_on, at most {MOST_DAYS} later", expires.isoformat())
        listing = Listing(
            category=HOLD_CATEGORY,
            subdomains=entry.word("scope", SCOPES) == "subdomains",
            source=source,
            basis="hold",
            reason=entry.texts("reason", 400),
            approvals=approvals_of(entry, 2),
            about={"contact": entry.text("contact", 400)},
            listed_on=listed_on,
            expires=expires,
        )
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, name, listing
