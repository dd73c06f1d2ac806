"""`filterdns lists status`: what is in force, how each list stands, and what waits for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from filterdns.cli.believed_clock import believed_clock
from filterdns.cli.lists_options import as_json, with_state
from filterdns.clock import Clock
from filterdns.lists.shipped import shipped_folder
from filterdns.transparency.overview import now as pages
from filterdns.transparency.overview.moments import Moment, parse_moment
from filterdns.transparency.overview.now import now_of
from filterdns.transparency.overview.rows import ListRow, State, row_of
from filterdns.transparency.overview.snapshot import Loader, Snapshot
from filterdns.transparency.overview.waiting import question_of, stopped_of
from filterdns.transparency.overview.week import week_of

NOT_KEPT = (
    "Nothing keeps these lists by itself: no filterdns serves from this folder. "
    "`filterdns lists update` fetches what is due."
)


@click.command("status")
@click.option("--all", "all_lists", is_flag=True, help="Lists that are off too.")
@as_json
@with_state
def command(state: Path, all_lists: bool, as_json: bool) -> None:
    """Show the release in force, every list that is on, and what waits for you."""
    snapshot = Loader(shipped_folder(), state).load()
    now = Moment(Clock().when())
    doubts: list[str] = []
    believed_clock(state, doubts.append)
    rows = [row_of(recipe, snapshot, now) for recipe in snapshot.recipes.all]
    shown = [row for row in rows if all_lists or row.is_on or row.used]
    if as_json:
        click.echo(json.dumps(record_of(snapshot, shown, clock_believed=not doubts), ensure_ascii=False, indent=1))
        return
    for line in [*lines_of(snapshot, shown, now), *doubts]:
        click.echo(line)


def lines_of(snapshot: Snapshot, rows: list[ListRow], now: Moment) -> Iterator[str]:
    """All of it in words."""
    yield from _release(snapshot, rows, now)
    width = max((len(row.id) for row in rows), default=0)
    for row in rows:
        parts = (row.state.value, row.size, row.confirmed, _next(row, now))
        yield f"  {row.id:{width}}  {', '.join(part for part in parts if part)}"
        for text in (row.note, row.fault):
            if text:
                yield f"  {'':{width}}  {text}"
    for row in rows:
        yield from _waiting(row, now)
    week = week_of(snapshot.releases, snapshot.table, now)
    yield f"This week: {week.intro}"
    for category, _, sentence in week.sentences:
        yield f"  {category}: {sentence}"


def _next(row: ListRow, now: Moment) -> str:
    """When it is asked for again, if that is known; a fault says so itself."""
    at = parse_moment(row.journal.next_at) if row.is_on and row.recipe.urls else None
    if at is None or row.fault:
        return ""
    return "due now" if now.is_past(at) else f"next {now.say(at)}"


def _release(snapshot: Snapshot, rows: list[ListRow], now: Moment) -> Iterator[str]:
    current = now_of(snapshot, {row.id: row.title for row in rows}, now)
    release = snapshot.current
    if release is not None:
        yield f"release {release.number}: {release.names:,} names, {release.listings:,} listings"
        counts = sorted(release.names_by_category.items(), key=lambda item: -item[1])
        yield f"  {', '.join(f'{category} {count:,}' for category, count in counts)}"
        if release.set_aside:
            rules = ", ".join(f"{rule} {count:,}" for rule, count in sorted(release.set_aside_by_rule.items()))
            yield f"  set aside: {rules}"
    yield current.doing
    for what, value in current.facts:
        yield f"  {what}: {value}"
    yield from snapshot.publisher
    troubles = [NOT_KEPT if text == pages.NOT_KEPT else text for text in current.troubles]
    for text in (*troubles, *snapshot.faults, current.fault):
        if text:
            yield text


def _waiting(row: ListRow, now: Moment) -> Iterator[str]:
    question = question_of(row, now)
    if question is not None:
        yield f"{row.id} waits for you. {question.change}"
        for reason in question.reasons:
            yield f"  {reason}"
        yield f"  {question.since} If nobody answers, {question.nothing}"
        yield f"  `filterdns lists accept {row.id}` or `filterdns lists keep-old {row.id}`"
    stopped = stopped_of(row, now)
    if stopped is not None:
        yield f"{row.id} was switched off by itself. {stopped.reason}"
        yield f"  `filterdns lists sources on {row.id}` switches it on again."


def record_of(snapshot: Snapshot, rows: list[ListRow], *, clock_believed: bool) -> dict[str, Any]:
    """The same for programs."""
    release, bulletin = snapshot.current, snapshot.bulletin
    if bulletin is not None and snapshot.is_kept:
        clock_believed = bulletin.clock_believed
    return {
        "release": None
        if release is None
        else {
            "number": release.number,
            "built_at": release.built_at,
            "names": release.names,
            "listings": release.listings,
            "names_by_category": release.names_by_category,
            "set_aside_by_rule": release.set_aside_by_rule,
        },
        "keeper": {"runs": snapshot.is_kept} | (asdict(bulletin) if bulletin and snapshot.is_kept else {}),
        "clock_believed": clock_believed,
        "lists": [_record(row) for row in rows],
        "publisher": list(snapshot.publisher),
        "faults": list(snapshot.faults),
    }


def _record(row: ListRow) -> dict[str, Any]:
    held, off, accepted = row.standing.held, row.standing.switched_off, row.standing.accepted
    return {
        "id": row.id,
        "title": row.title,
        "category": row.recipe.category,
        "state": row.state.name.lower(),
        "in_use": row.used is not None and row.state is not State.NEVER,
        "names": row.names,
        "confirmed_at": row.used.confirmed_at if row.used else None,
        "next_at": row.journal.next_at or None,
        "fault": row.journal.fault or None,
        "accepted": accepted.sha256 if accepted else None,
        "held": None
        if held is None
        else {
            "sha256": held.sha256,
            "since": held.since,
            "fetches": held.fetches,
            "words": held.words,
            "rules": sorted(finding.rule for finding in held.findings),
            "added": held.change.added if held.change else None,
            "removed": held.change.removed if held.change else None,
        },
        "switched_off": off.reason if off else None,
    }
