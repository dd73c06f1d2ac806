"""What figures need of the release in use: read once for each release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from filterdns.errors import IndexFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.manifest import Manifest
from filterdns.lists.sightings import Sighting
from filterdns.names import parse_name
from filterdns.transparency.numbers.gathered import Origin
from filterdns.transparency.numbers.rows import Feed, OwnEntry
from filterdns.transparency.numbers.standing import ORDERED
from filterdns.transparency.public.words import SHARES

IMPORTED = "imported"


def feeds_of(manifest: Manifest) -> tuple[Feed, ...]:
    """The public lists that a release used."""
    return tuple(
        Feed(source, used.category, used.names, get_day(used.confirmed_at or used.fetched_at))
        for source, used in sorted(manifest.lists.items())
        if not used.household
    )


def own_entries(index: ReleaseIndex, rows: ListingRows, names: Iterable[str]) -> tuple[OwnEntry, ...]:
    """Our own listings of these names that count today."""
    known: dict[int, tuple[OwnEntry, ...]] = {}
    found: list[OwnEntry] = []
    for name in names:
        for number in _sets_of(index, parse_name(name)):
            if number not in known:
                known[number] = tuple(_entries(rows.find(number)))
            found += known[number]
    return tuple(found)


def origin_of(case_day: date, category: str, sightings: Iterable[Sighting], listed_on: date | None) -> Origin:
    """Which list named a name in this category on that day, the one that did first; else it was a listing of ours."""
    named = [
        sighting
        for sighting in sightings
        if sighting.category == category
        and sighting.first <= case_day
        and (sighting.last is None or sighting.last >= case_day)
    ]
    if not named:
        return Origin(since=listed_on)
    first = min(named, key=lambda sighting: (sighting.first, sighting.source))
    return Origin(first.source, first.first)


def get_day(text: object) -> date | None:
    """The day at the beginning of an ISO 8601 text."""
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _sets_of(index: ReleaseIndex, qname: bytes) -> Iterable[int]:
    try:
        return [number for offset, _, number in index.matches(qname) if offset == 0]
    except IndexFault:
        return ()


def _entries(rows: Iterable[Mapping[str, Any]]) -> Iterator[OwnEntry]:
    for row in rows:
        basis = row.get("basis", "")
        if basis in SHARES and basis != IMPORTED:
            listed, looked = get_day(row.get("listed_on")), get_day(row.get("reviewed_on"))
            agreed = [day for item in row.get("approvals", ()) if (day := get_day(item.get("on"))) is not None]
            yield OwnEntry(
                category=str(row.get("category", "")),
                basis=str(basis),
                confirmed=max(filter(None, (listed, looked, *agreed)), default=None),
                review_due=get_day(row.get("review_due")),
                expires=get_day(row.get("expires")),
                authority=_authority(row.get("order", {})) if basis == ORDERED else "",
            )


def _authority(order: Mapping[str, Any]) -> str:
    return ", ".join(str(order[key]) for key in ("authority", "jurisdiction") if order.get(key))
