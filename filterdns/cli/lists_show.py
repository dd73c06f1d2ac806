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

from filterdns.categories import HOLD, P1, P2
from filterdns.cli.lists_options import as_json, with_state
from filterdns.clock import Clock, day_number
from filterdns.errors import NameFault
from filterdns.lists.curate.name_rules import WORDS
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.release import Release, open_current
from filterdns.lists.revocations import Revocation, RevocationTable, allowed_file, load_revocations, revocations_file
from filterdns.lists.set_aside import Refusal
from filterdns.lists.sightings import Sighting, Sightings
from filterdns.names import label_offsets, name_text
from filterdns.transparency.reasons.typed import TypedFault, read_typed

RESTRICTED = "restricted_legal"  # in no answer
BASES = {
    "imported": "imported; no person has checked this",
    "starter": "known in general; not yet reviewed by two people",
    "reviewed": "reviewed by two people",
    "ordered": "ordered from outside",
    "protected": "protected: help, health or learning",
    "hold": "held back: a protected host that is compromised",
    "test": "a name for trying this out",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a release says of one name and the names above it."""

    name: str
    listings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # (listed name, row), longest name first
    sightings: list[Sighting] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
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
    shown = find_shown(release, qname, load_revocations(revocations_file(state)), today)
    if as_json:
        click.echo(json.dumps(record_of(shown), ensure_ascii=False, indent=1, default=str))
        return
    for line in lines_of(shown):
        click.echo(line)


def find_shown(release: Release, qname: bytes, suspended: tuple[Revocation, ...], today: int) -> Shown:
    """What there is to say of a canonical name. Raises IndexFault and StateFault."""
    index, rows, memory = release.open_index(today), release.open_listings(), Sightings(release)
    shown = Shown(name_text(qname))
    for offset, mask, number in index.matches(qname):
        for row in rows.find(number):
            category = str(row.get("category", ""))
            covers = not offset or row.get("scope") != "exact"
            if category != RESTRICTED and covers and mask & _bit(category, index):
                shown.listings.append((name_text(qname[offset:]), row))
    offsets = label_offsets(qname)
    for offset in offsets[:-1]:
        text = name_text(qname[offset:]).encode("ascii")
        shown.sightings.extend(memory.named(text))
        shown.refusals.extend(memory.refused(text))
    revoked = (*suspended, *load_revocations(allowed_file(release.folder)))
    shown.revocations.extend(RevocationTable(revoked).find(qname, today))
    return shown


def _bit(category: str, index: ReleaseIndex) -> int:
    ours = {"p1": P1, "p2": P2, "hold": HOLD}
    return ours.get(category) or sum(known.mask for known in index.categories if known.id == category)


def lines_of(shown: Shown) -> Iterator[str]:
    """All of it in words."""
    if not shown.is_listed:
        yield f"{shown.name}: no list in force names it or a name above it"
    for listed, row in shown.listings:
        yield from _listing(shown, listed, row)
    for revocation in shown.revocations:
        yield from _revocation(revocation)
    for refusal in shown.refusals:
        words = WORDS.get(refusal.rule, refusal.rule)
        what = f"as {refusal.category} " if refusal.category else ""
        yield f"{refusal.name.decode()}: named {what}by {refusal.source}, not listed: {words}"
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
    listed = {(name, row.get("source")) for name, row in shown.listings}
    refused = {(refusal.name, refusal.source) for refusal in shown.refusals}
    for sighting in shown.sightings:
        name = sighting.name.decode()
        if sighting.last is not None:
            spell = f"from {_day(sighting.first)} until {_day(sighting.last)}"
            yield f"{name}: named by {sighting.title} as {sighting.category} {spell}; it does so no more"
        elif (name, sighting.source) not in listed and (sighting.name, sighting.source) not in refused:
            yield f"{name}: named by {sighting.title} as {sighting.category} since {_day(sighting.first)}, not in force"


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
