"""`filterdns log replay`: every release made again from the log and its inputs, and held against the log."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import click

from filterdns.cli.log_place import find_log, with_trust
from filterdns.cli.progress_line import ProgressLine
from filterdns.cli.state import default_state
from filterdns.errors import FilterdnsError
from filterdns.log.checking.decided_then import DecidedThen, open_from
from filterdns.log.checking.published_inputs import PublishedInputs
from filterdns.log.checking.replay import DIFFERS, MISSING, OTHER_TOOL, SAME, Logged, Replay, Replayed, exit_status
from filterdns.log.checking.replayed import read_releases, unlike_roots
from filterdns.log.keys.handovers import follow_keys
from filterdns.log.places import has_log
from filterdns.log.reading.files import LogFiles
from filterdns.log.reading.reader import LogReader
from filterdns.log.record.statements import open_statement
from filterdns.log.recording.inputs import KeptInputs, private_inputs
from filterdns.visible import visible

_WORDS = {
    SAME: "the same, octet for octet",
    DIFFERS: "DIFFERS",
    MISSING: "cannot be made again",
    OTHER_TOOL: "cannot be compared: other versions made it; run those with the same --state, and go on from there",
}


@click.command("replay")
@click.option(
    "--log", "place", metavar="URL|FOLDER", default="", help="The log; that of this installation if not given."
)
@with_trust
@click.option(
    "--inputs",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with inputs by digest; what the log itself offers if not given.",
)
@click.option("--release", "last", type=click.IntRange(min=1), default=None, help="The last one to make again.")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where to make them, and keep them.")
@click.pass_context
def command(
    context: click.Context,
    place: str,
    vkey: str | None,
    policy: Path | None,
    inputs: Path | None,
    last: int | None,
    state: Path | None,
) -> None:
    """Make every release again, from the first one on, and compare each file with what the log says of it.

    Ends with 0 if all are the same, 1 if one differs, 3 if one could not be made again. Where --state is given, the
    releases stay there: `filterdns lists diff --state FOLDER 1 2` shows what came and went, `filterdns lists look-up`
    what was listed, and `filterdns log prove` proves it.
    """
    here = default_state()
    is_own = not place and has_log(here)
    try:
        log = find_log(place, vkey or "", policy, None, here, "replay")
        with log.reading() as files, tempfile.TemporaryDirectory(prefix="filterdns-replay-") as scratch:
            reader = LogReader(files, follow_keys(files, log.policy))
            then = DecidedThen(reader, partial(open_statement, here) if is_own else open_from(files))
            out = state or Path(scratch)
            found = _inputs(files, inputs or (private_inputs(here) if is_own else None), out)
            status = _replay(reader, then, last or 0, found, out, keep_all=state is not None)
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    context.exit(status)


def _inputs(files: LogFiles, folder: Path | None, out: Path) -> KeptInputs:
    """Those in a folder; without one what the log offers, which then lies beside the releases."""
    return KeptInputs(folder) if folder else PublishedInputs(files, out / "inputs")


def _replay(reader: LogReader, then: DecidedThen, last: int, inputs: KeptInputs, out: Path, *, keep_all: bool) -> int:
    """Tell of each release; the exit status."""
    logged = list(read_releases(reader, last))
    results = []
    line = ProgressLine()
    with ExitStack() as stack:
        stack.callback(line.close)
        replay = Replay(inputs, out, line, keep_all=keep_all)
        for entry, replayed in zip(logged, replay.run(logged), strict=True):
            differing = unlike_roots(entry, replayed)
            differing += then.unlike(entry.index, replayed.own, not replayed.unread) if replayed.own else []
            results.append(DIFFERS if differing else replayed.result)
            line.close()
            _tell(entry, replayed, results[-1], differing)
    if then.closed:
        click.echo(f"statements that were not opened (erased, or not for everybody): {then.closed}")
    click.echo(f"{results.count(SAME)} of {len(results)} releases are the same")
    return exit_status(results)


def _tell(logged: Logged, replayed: Replayed, result: str, differing: list[str]) -> None:
    manifest = replayed.manifest
    about = f" of {manifest.built_at[:10]}, {manifest.names:,} names" if manifest else ""
    click.echo(f"release {logged.number}{about}, entry {logged.index}: {_WORDS[result]}")
    for text in (*replayed.lines, *differing):
        click.echo(f"  {visible(text)}")
