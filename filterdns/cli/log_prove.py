"""`filterdns log prove NAME`: whether a name is in a release, and the proof that anybody can check offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from filterdns.cli.asked import read_name
from filterdns.cli.lists_options import as_json, with_state
from filterdns.cli.log_place import find_log, with_trust
from filterdns.errors import IndexFault, LogFault, StateFault
from filterdns.lists.release import Release, open_current, open_release
from filterdns.lists.store_file import store_file
from filterdns.log.checking.decided_then import open_from
from filterdns.log.checking.replayed import read_releases
from filterdns.log.keys.handovers import follow_keys
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.names.checked_document import check_document, describe
from filterdns.log.names.proof_document import ReleaseProofs
from filterdns.log.reading.reader import LogReader, open_local
from filterdns.names import name_text
from filterdns.tlog.note import write_vkey
from filterdns.tlog.policy import Policy
from filterdns.visible import visible


@click.command("prove")
@click.argument("name")
@click.option("--release", "number", type=click.IntRange(min=1), help="One that is kept; the current one if not given.")
@click.option("--category", default="", help="In this one alone.")
@click.option("--log", "place", metavar="URL|FOLDER", default="", help="The log of a release that `replay` made again.")
@with_trust
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the proof to this file.")
@as_json
@with_state
def command(
    state: Path,
    name: str,
    number: int | None,
    category: str,
    place: str,
    vkey: str | None,
    policy: Path | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Prove that NAME is, or is not, in each category of a release.

    The release is one of an installation that keeps a log. Whoever keeps none makes the releases of a log again, `log
    replay --log URL --vkey VKEY --state FOLDER`, and proves with the same three: the name is told to nobody.

    The proof is checked offline by `python -m filterdns.tlog.check_log --vkey VKEY --name-proof FILE`.
    """
    wire = read_name(name)
    trusted = None if place else _own_policy(state)
    release = _release(state, number, is_again=bool(place))
    if trusted is None:
        log = find_log(place, vkey or "", policy, None, state, "prove")
        with log.reading() as files:
            trusted = follow_keys(files, log.policy)
            reader = LogReader(files, trusted)
            proofs = ReleaseProofs(state, release, _entry_of(release, reader), open_from(files))
            document = proofs.document(name_text(wire), reader, category)
    else:
        document = ReleaseProofs(state, release).document(name_text(wire), open_local(state), category)
    proven = check_document(document, trusted)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if out is not None:
        store_file(out, text.encode())
    if as_json:
        click.echo(text, nl=False)
        return
    for line in (*describe(proven), *_above(release, wire)):
        click.echo(visible(line))
    if out is not None:
        vkey = write_vkey(trusted.logs[-1].key)  # the one that signs now
        click.echo(f"the proof is in {out}: `python -m filterdns.tlog.check_log --vkey {vkey} --name-proof {out}`")


def _release(state: Path, number: int | None, *, is_again: bool) -> Release:
    """The one of this number, or the one in force. `is_again`: one that was made again from the log of others."""
    try:
        return open_current(state) if number is None else open_release(state, number)
    except IndexFault as fault:
        if not is_again:
            raise
        raise IndexFault(
            f"{state}: expected releases that were made again from that log, got none ({fault}); first "
            "`filterdns log replay` with the same --log, --vkey and --state"
        ) from fault


def _own_policy(state: Path) -> Policy:
    own = load_policy(state)
    if own is None:
        raise StateFault(
            f"{state}: expected an installation that keeps a log, got one without; ask on the page of the publisher, "
            "which gives the proof too, or make its releases again (`filterdns log replay`) and name its --log"
        )
    return Policy(own.logs)


def _entry_of(release: Release, reader: LogReader) -> int:
    """Where the log has this release. Raises LogFault if it does not."""
    for logged in read_releases(reader, release.number):
        if logged.number == release.number:
            return logged.index
    raise LogFault(f"{reader.checkpoint.origin}: expected an entry of release {release.number}, got none")


def _above(release: Release, wire: bytes) -> Iterator[str]:
    """Listed names above, whose listings may cover this one."""
    rows = release.open_listings()
    for offset, _, number in release.open_index().matches(wire):
        if offset and rows.find(number):
            above = name_text(wire[offset:])
            yield f"{above}, above it, is listed: `filterdns log prove {above}`"
