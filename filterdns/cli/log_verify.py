"""`filterdns log verify`: every octet of a log against its checkpoint, in words for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from filterdns.cli.lists_options import as_json, with_state
from filterdns.cli.log_place import LogPlace, find_log, with_trust
from filterdns.cli.progress_line import ProgressLine
from filterdns.clock import Clock
from filterdns.lists.progress import Progress
from filterdns.log.checking.findings import Report
from filterdns.log.checking.seen import store_checkpoint
from filterdns.log.checking.verify import verify_log


@click.command("verify")
@click.argument("place", metavar="[URL|FOLDER]", default="")
@with_trust
@click.option("--seen", type=click.Path(path_type=Path, dir_okay=False), help="Where the last checkpoint is kept.")
@as_json
@with_state
@click.pass_context
def command(
    context: click.Context,
    place: str,
    vkey: str | None,
    policy: Path | None,
    seen: Path | None,
    state: Path,
    as_json: bool,
) -> None:
    """Look at all of a log: that of this installation, of the publisher that it follows, or any.

    Ends with 0 if all is as it must be, else with 1. The checkpoint is kept, so that the next time shows whether the
    log has only grown.
    """
    log = find_log(place, vkey or "", policy, seen, state, "verify")
    report = look_at(log)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        for line in lines_of(report):
            click.echo(line)
    context.exit(0 if report.is_sound else 1)


def look_at(log: LogPlace) -> Report:
    """Verify a log, show how far it is, and remember a sound one's checkpoint. Raises LogFault."""
    line = ProgressLine()
    with closing(line), log.reading() as files:
        report = verify_log(
            files,
            log.policy,
            Clock().when(),
            log.since(),
            lambda done, size: line(Progress("looking at entries", number=done, of=size)),
        )
    if report.is_sound:
        store_checkpoint(log.seen, report.note)
    return report


def lines_of(report: Report) -> Iterator[str]:
    """All of it in words."""
    if report.origin:
        yield f"{report.origin}: {report.size:,} {'entry' if report.size == 1 else 'entries'}, root {report.root}"
        yield from (f"  signed by {vkey}" for vkey in report.signed_by)
        yield from (f"  seen by {name} at {_moment(seconds)}" for name, seconds in report.cosigned.items())
        if report.last_at:
            days = f"its days are noted up to {report.last_day}" if report.last_day else "no day has been noted yet"
            yield f"  from {report.first_at} to {report.last_at}; {days}"
        counts = ", ".join(f"{type_} {count:,}" for type_, count in sorted(report.types.items()))
        yield f"  entries: {counts or 'none'}"
        yield f"  statements: {report.opened:,} opened, {report.erased:,} erased, {report.closed:,} of hashed names"
        yield f"  releases: {report.releases:,} with files beside the log"
        yield from (f"  it continues {where}" for where in report.held)
        if report.has_ended:
            yield "  the log has ended"
    for fault in report.faults:
        yield f"FAULT {fault.where}: expected {fault.expected}, got {fault.got}"
        if fault.means:
            yield f"  {fault.means}"
    if report.more_faults:
        yield f"and {report.more_faults:,} faults more"
    if report.is_sound:
        yield "Sound: every entry is in its place and unaltered, and every statement is what the log committed to."
    else:
        count = len(report.faults) + report.more_faults
        yield f"NOT SOUND: {count:,} {'fault' if count == 1 else 'faults'} in {report.where}"


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
