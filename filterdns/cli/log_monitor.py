"""`filterdns log monitor`: what a log has new about a name, and whether it behaves. Made for a timer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import click

from filterdns.cli.lists_options import as_json, with_state
from filterdns.cli.log_place import find_log, with_trust
from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.log.checking.monitor import NOT_BY_NAME, Look, News, Watched, look
from filterdns.log.checking.seen import load_checkpoint, store_checkpoint
from filterdns.names import name_text
from filterdns.transparency.reasons.typed import TypedFault, read_typed
from filterdns.visible import visible

NOTHING_NEW, SOMETHING_NEW, ALARM = 0, 1, 2

_COMMITMENT = re.compile(r"[0-9a-f]{64}\Z")


@click.command("monitor")
@click.argument("watched", metavar="NAME|SUFFIX|COMMITMENT")
@click.option("--log", "place", metavar="URL|FOLDER", default="", help="Another log than that of this installation.")
@with_trust
@click.option("--seen", type=click.Path(path_type=Path, dir_okay=False), help="Where the last look is kept.")
@as_json
@with_state
@click.pass_context
def command(
    context: click.Context,
    watched: str,
    place: str,
    vkey: str | None,
    policy: Path | None,
    seen: Path | None,
    state: Path,
    as_json: bool,
) -> None:
    """Show what a log has new, since the last look, about a name and about names above and below it.

    Ends with 0 if there is nothing new, 1 if there is, 2 if the log stands still or does not continue what was seen.
    """
    what = _watched(watched)
    try:
        found = _look(what, place, vkey or "", policy, seen, state)
    except FilterdnsError as fault:  # a timer must not take it for news
        found = Look(alarms=[str(fault)])
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        for line in lines_of(found, what):
            click.echo(line)
    context.exit(ALARM if found.alarms else SOMETHING_NEW if found.news else NOTHING_NEW)


def _look(what: Watched, place: str, vkey: str, policy: Path | None, seen: Path | None, state: Path) -> Look:
    """Look, and remember what was told."""
    digest = sha256((what.name or what.commitment).encode()).hexdigest()[:32]  # no list of names on a disk
    log = find_log(place, vkey, policy, seen, state, f"monitor-{digest}")
    with log.reading() as files:
        found = look(files, log.policy, what, load_checkpoint(log.seen), list(log.known), Clock().when())
    if found.note:
        store_checkpoint(log.seen, found.note)
    return found


def lines_of(found: Look, what: Watched) -> Iterator[str]:
    """All of it in words."""
    yield from (f"ALARM {alarm}" for alarm in found.alarms)
    if not found.note:
        return
    yield f"new entries: {found.end - found.begin:,}, about {_name(what)}: {len(found.news):,}"
    for news in found.news:
        yield f"  entry {news.index} of {news.at}: {_said(news)}"
    if what.name:
        yield NOT_BY_NAME


def _said(news: News) -> str:
    fields = news.fields
    about = [
        news.type,
        *(str(fields[word]) for word in ("kind", "action", "outcome", "category", "name", "scope") if fields.get(word)),
    ]
    reason = (news.statement or {}).get("reason")
    if isinstance(reason, dict) and reason:
        about.append(f'"{visible(str(reason.get("en") or next(iter(reason.values()))))}"')
    elif "statement" in fields:
        about.append(f"statement {fields['statement']}{'' if news.statement else ', which nobody can read here'}")
    return ", ".join(about)


def _name(what: Watched) -> str:
    return what.name or f"the statement {what.commitment}"


def _watched(text: str) -> Watched:
    """A name in any script, with or without a dot before it, or a commitment. Raises BadParameter."""
    if _COMMITMENT.match(text):
        return Watched(commitment=text)
    try:
        return Watched(name=name_text(read_typed(text.strip().removeprefix("*").removeprefix("."))))
    except TypedFault as fault:
        raise click.BadParameter(f"expected a name such as example.org, got {text!r} ({fault})") from None
