"""`protected/p1*.yaml` and `protected/p2*.yaml`: names that no list can filter. The clock never drops one."""

from __future__ import annotations

import re
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


_is_country = re.compile(r"[A-Z]{2}\Z").match
_NO_COUNTRY = ("international", "none")


def parse(entries: Iterable[Fields], level: str, source: str) -> Iterator[tuple[Fields, bytes, Listing]]:
    """(entry, wire name, listing) of each entry without a fault, its subdomains protected with it."""
    for entry in entries:
        before = len(entry.faults)
        name = name_of(entry)
        about = {
            "kind": _kind(entry, level),
            "country": _country(entry),
            "language": entry.text("language", 60),
            "source": entry.text("source", 400),
        }
        if entry.has("checked_on"):  # stays empty until somebody looked
            about["checked_on"] = entry.day("checked_on").isoformat()
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, name, Listing(category=level, subdomains=True, source=source, basis="protected", about=about)


def _kind(entry: Fields, level: str) -> str:
    kind = entry.get_text("kind")
    for other, kinds in KINDS.items():
        if other != level and kind in kinds:
            remedy = f"{kind} is of {other}: move the entry to protected/{other}.yaml"
            entry.refuse("kind", f"one of {', '.join(KINDS[level])}", f'"{kind}"', remedy)
            return kind
    return entry.word("kind", KINDS[level])


def _country(entry: Fields) -> str:
    country = entry.text("country", 20)
    if country and country not in _NO_COUNTRY and (country == "UK" or not _is_country(country)):
        remedy = "the United Kingdom is GB" if country == "UK" else ""
        entry.refuse("country", "an ISO 3166-1 code of two capitals, or international", f'"{country}"', remedy)
    return country
