"""`filterdns lists show NAME`: who lists this name, why, since when, until when; what was decided about it.

Light on purpose: nothing is loaded whole, and nothing that builds is imported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click

from filterdns.cli.lists_options import as_json, with_state
from filterdns.clock import Clock, day_number, day_of
from filterdns.errors import NameFault
from filterdns.lists.curate.two_feeds import FEWEST_KEEPERS
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.release import Release, open_current
from filterdns.lists.revocations import Revocation, RevocationTable, allowed_file, load_revocations, load_suspended
from filterdns.lists.set_aside import Refusal
from filterdns.lists.sightings import Sighting, Sightings
from filterdns.names import label_offsets, name_text
from filterdns.transparency.reasons.history import EXPIRED, TWO_FEEDS
from filterdns.transparency.reasons.history_words import RULES
from filterdns.transparency.reasons.typed import TypedFault, read_typed

RESTRICTED = "restricted_legal"  # in no answer
NEVER = "9999-12-31"  # when ends what has no last day
BASES = {
    "imported": "imported; no person has checked this",
    "starter": "known in general; not yet reviewed by two people",
    "reviewed": "reviewed by two people",
    "ordered": "ordered from outside",
    "protected": "protected: help, health or learning",
    "hold": "held back: a protected host that is compromised",
    "test": "a name for trying this out",
}

NOT_LISTED = "It is not listed at present."


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a release says of one name and the names above it."""

    name: str
    listings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # (listed name, row), longest name first
    sightings: list[Sighting] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    expired: set[tuple[str, str]] = field(default_factory=set)  # (listed name, source) of what has ended by its date
    alone: set[tuple[str, str]] = field(default_factory=set)  # of names above that are listed for themselves alone
    revocations: list[Revocation] = field(default_factory=list)

    @property
    def is_listed(self) -> bool:
        """Whether anything covers the name, a protection included."""
        return bool(self.listings)


@click.command("show")
@click.argument("name")
@as_json
@with_state
def command(name: str, state: Path, as_json: bool) -> None:
    """Show who lists NAME, why, since when and until when."""
    try:
        qname = read_typed(name)
    except (TypedFault, NameFault) as fault:
        raise click.ClickException(f"expected a name such as example.org, got {name!r} ({fault})") from None
    today = day_number(Clock().when())
    release = open_current(state)
    shown = find_shown(release, qname, load_suspended(state), today)
    if as_json:
        click.echo(json.dumps(record_of(shown), ensure_ascii=False, indent=1, default=str))
        return
    for line in lines_of(shown):
        click.echo(line)


def find_shown(release: Release, qname: bytes, suspended: tuple[Revocation, ...], today: int) -> Shown:
    """What there is to say of a canonical name on a day since 1970-01-01. Raises IndexFault and StateFault."""
    index, rows, memory = release.open_index(), release.open_listings(), Sightings(release)  # of any day
    shown = Shown(name_text(qname))
    day = day_of(today).isoformat()
    for offset in label_offsets(qname):
        listed = name_text(qname[offset:])
        for row in _rows_of(qname[offset:], index, rows):
            source = str(row.get("source"))
            if row.get("category") == RESTRICTED:
                continue
            if row.get("expires", NEVER) <= day:
                shown.expired.add((listed, source))
            elif offset and row.get("scope") == "exact":
                shown.alone.add((listed, source))
            else:
                shown.listings.append((listed, row))
        shown.sightings.extend(memory.named(listed.encode("ascii")))
        shown.refusals.extend(memory.refused(listed.encode("ascii")))
    revoked = (*suspended, *load_revocations(allowed_file(release.folder)))
    shown.revocations.extend(RevocationTable(revoked).find(qname, today))
    return shown


def _rows_of(qname: bytes, index: ReleaseIndex, rows: ListingRows) -> list[dict[str, Any]]:
    """The listings of exactly this name."""
    for offset, _, number in index.matches(qname):
        return [] if offset else rows.find(number)
    return []


def lines_of(shown: Shown) -> Iterator[str]:
    """All of it in words."""
    if not shown.is_listed:
        yield f"{shown.name}: no list in force names it or a name above it"
    for listed, row in shown.listings:
        yield from _listing(shown, listed, row)
    for listed, source in sorted(shown.alone):
        yield f"{listed}: listed by {source} for itself alone, and not what lies below it"
    for revocation in shown.revocations:
        yield from _revocation(revocation)
    for refusal in shown.refusals:
        words = RULES.get(refusal.rule, NOT_LISTED)
        what = f"as {refusal.category} " if refusal.category else ""
        yield f"{refusal.name.decode()}: named {what}by {refusal.source}. {words}"
    yield from _memory(shown)


def _listing(shown: Shown, listed: str, row: dict[str, Any]) -> Iterator[str]:
    about = row.get("about", {})
    scope = "and names below it" if row.get("scope") != "exact" else "alone"
    yield f"{listed} {scope}: {row.get('category')}"
    source = str(row.get("source", ""))
    if title := about.get("list"):
        keeper = "this household" if about.get("household") else about.get("keeper", "")
        yield f"  list      {title} ({source}), kept by {keeper}"
        yield f"  licence   {about.get('licence', 'not known')}"
        place = about.get("removal") or about.get("contact")
        if place and not about.get("household"):
            yield f"  complain  {place}"
    else:
        yield f"  source    {source}"
    yield f"  basis     {BASES.get(str(row.get('basis')), row.get('basis'))}"
    if reason := row.get("reason", {}).get("en"):
        yield f"  reason    {reason}"
    seen = next((s for s in shown.sightings if s.source == source and s.name.decode() == listed and not s.last), None)
    since = f"{_day(seen.first)}, last confirmed {_day(seen.confirmed)}" if seen else row.get("listed_on", "")
    if since:
        yield f"  since     {since}"
    ends = [f"{what} {row[key]}" for what, key in (("review by", "review_due"), ("ends", "expires")) if row.get(key)]
    if ends:
        yield f"  until     {', '.join(ends)}"


def _revocation(revocation: Revocation) -> Iterator[str]:
    what = f"listings in {', '.join(revocation.categories)}" if revocation.categories else "all listings"
    until = f" until {revocation.until}" if revocation.until else ""
    name = revocation.name.decode()
    yield f"{name}: {what} do not count since {revocation.since}{until} ({revocation.kind}): {revocation.reason}"


def _memory(shown: Shown) -> Iterator[str]:
    """Lists that name the name without its being listed for that, and lists that did once."""
    explained = {(name, row.get("source")) for name, row in shown.listings} | shown.alone
    explained |= {(refusal.name.decode(), refusal.source) for refusal in shown.refusals}
    for sighting in shown.sightings:
        name = sighting.name.decode()
        named = f"{name}: named by {sighting.title} as {sighting.category}"
        if sighting.last is not None:
            yield f"{named} from {_day(sighting.first)} until {_day(sighting.last)}; {_who_names(shown, name)}"
        elif (name, sighting.source) not in explained:
            yield f"{named} since {_day(sighting.first)}. {_why_not(shown, sighting)}"


def _who_names(shown: Shown, name: str) -> str:
    by_another = any(s.name.decode() == name and s.last is None for s in shown.sightings)
    return "it does so no more" if by_another else "nobody names it now"


def _why_not(shown: Shown, sighting: Sighting) -> str:
    """Why a list names a name that is not listed, where no rule was written down."""
    if (sighting.name.decode(), sighting.source) in shown.expired:
        return RULES[EXPIRED]
    return RULES[TWO_FEEDS] if sighting.category in FEWEST_KEEPERS else NOT_LISTED


def _day(day: date) -> str:
    return day.isoformat()


def record_of(shown: Shown) -> dict[str, Any]:
    """The same for programs."""
    return {
        "name": shown.name,
        "listed": shown.is_listed,
        "listings": [{"name": name, **row} for name, row in shown.listings],
        "sightings": [
            {
                "name": s.name.decode(),
                "list": s.source,
                "title": s.title,
                "category": s.category,
                "first": s.first.isoformat(),
                "last": s.last.isoformat() if s.last else None,
                "confirmed": s.confirmed.isoformat(),
            }
            for s in shown.sightings
        ],
        "set_aside": [
            {"name": r.name.decode(), "rule": r.rule, "category": r.category, "list": r.source} for r in shown.refusals
        ],
        "revocations": [
            {"name": r.name.decode(), "kind": r.kind, "since": r.since, "until": r.until, "reason": r.reason}
            for r in shown.revocations
        ],
    }
