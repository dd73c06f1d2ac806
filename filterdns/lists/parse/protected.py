"""`protected/p1*.yaml` and `protected/p2*.yaml`: names that no list can filter. The clock never drops one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from filterdns.lists.fields import Fields
from filterdns.lists.listing import Listing
from filterdns.lists.parse.entry import name_of

KINDS = {
    "p1": ("child_helpline", "crisis", "emergency", "violence", "abuse_report", "image_removal"),
    "p2": (
        "health",
        "sexuality_education",
        "lgbtq_support",
        "peer_support",
        "child_protection",
        "digital_rights",
        "education",
    ),
}


def parse(entries: Iterable[Fields], level: str, source: str) -> Iterator[tuple[Fields, bytes, Listing]]:
    """(entry, wire name, listing) of each entry without a fault, its subdomains protected with it."""
    for entry in entries:
        before = len(entry.faults)
        name = name_of(entry)
        about = {
            "kind": entry.word("kind", KINDS[level]),
            "country": entry.text("country", 20),
            "language": entry.text("language", 60),
            "source": entry.text("source", 400),
        }
        if entry.has("checked_on"):  # stays empty until somebody looked
            about["checked_on"] = entry.day("checked_on").isoformat()
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, name, Listing(category=level, subdomains=True, source=source, basis="protected", about=about)
