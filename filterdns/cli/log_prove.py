"""`filterdns log prove NAME`: whether a name is in a release, and the proof that anybody can check offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from filterdns.cli.asked import read_name
from filterdns.cli.lists_options import as_json, with_state
from filterdns.errors import StateFault
from filterdns.lists.release import Release, open_current, open_release
from filterdns.lists.store_file import store_file
from filterdns.log.keys.policy_file import load_policy
from filterdns.log.names.checked_document import check_document, describe
from filterdns.log.names.proof_document import ReleaseProofs
from filterdns.log.reading.reader import open_local
from filterdns.names import name_text
from filterdns.tlog.policy import Policy
from filterdns.visible import visible


@click.command("prove")
@click.argument("name")
@click.option("--release", "number", type=click.IntRange(min=1), help="One that is kept; the current one if not given.")
@click.option("--category", default="", help="In this one alone.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the proof to this file.")
@as_json
@with_state
def command(state: Path, name: str, number: int | None, category: str, out: Path | None, as_json: bool) -> None:
    """Prove that NAME is, or is not, in each category of a release.

    The proof is checked offline by `python -m filterdns.tlog.check_log --vkey VKEY --name-proof FILE`.
    """
    policy = load_policy(state)
    if policy is None:
        remedy = "ask on the page of the publisher, which gives the proof too"
        raise StateFault(f"{state}: expected an installation that keeps a log, got one without; {remedy}")
    release = open_current(state) if number is None else open_release(state, number)
    wire = read_name(name)
    reader = open_local(state)
    document = ReleaseProofs(state, release).document(name_text(wire), reader, category)
    proven = check_document(document, Policy(policy.logs))
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if out is not None:
        store_file(out, text.encode())
    if as_json:
        click.echo(text, nl=False)
        return
    for line in (*describe(proven), *_above(release, wire)):
        click.echo(visible(line))
    if out is not None:
        click.echo(f"the proof is in {out}: `python -m filterdns.tlog.check_log --vkey VKEY --name-proof {out}`")


def _above(release: Release, wire: bytes) -> Iterator[str]:
    """Listed names above, whose listings may cover this one."""
    rows = release.open_listings()
    for offset, _, number in release.open_index().matches(wire):
        if offset and rows.find(number):
            above = name_text(wire[offset:])
            yield f"{above}, above it, is listed: `filterdns log prove {above}`"
