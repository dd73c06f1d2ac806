"""`filterdns lists diff A B`: what came and what went between two releases that are kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from filterdns.cli.diff_reasons import Reasons
from filterdns.cli.lists_options import with_state
from filterdns.errors import IndexFault
from filterdns.lists.compare import CAME, WENT, differences
from filterdns.lists.names_of import BY, CATEGORY
from filterdns.lists.release import Release, open_release, release_numbers


@click.command("diff")
@click.argument("before", type=click.IntRange(min=1), metavar="A")
@click.argument("after", type=click.IntRange(min=1), metavar="B")
@click.option("--by", default=CATEGORY, show_default=True, metavar=",".join(BY), help="What to count by: one or more.")
@click.option("--names", is_flag=True, help="Every name too.")
@click.option("--reasons", is_flag=True, help="Every name, and below it why it came or went.")
@with_state
def command(state: Path, before: int, after: int, by: str, names: bool, reasons: bool) -> None:
    """Show what came (+) and what went (-) from release A to release B.

    The country of a listing is the one of the protected service or of the law that is behind it, else the one that the
    last label of its name stands for. Its languages are those of the protected service or of the evidence. What nobody
    has said is counted as unknown; a site in two languages counts for both.
    """
    fields = tuple(dict.fromkeys(word.strip() for word in by.split(",")))
    if any(field not in BY for field in fields):
        raise click.ClickException(f"--by: expected some of {', '.join(BY)}, got {by!r}")
    old, new = _open(state, before), _open(state, after)
    why = Reasons(old, new, fields) if reasons else None
    counts: Counter[tuple[str, str]] = Counter()
    for sign, key, name in differences(old, new, fields):
        counts[key, sign] += 1
        if names or why:
            click.echo(f"{sign}{key} {name}")
        for line in why.lines(sign, key, name) if why else ():
            click.echo(f"    {line}")
    for key in sorted({key for key, _ in counts}):
        click.echo(f"{key}: +{counts[key, CAME]:,} -{counts[key, WENT]:,}")
    if not counts:
        click.echo(f"no name came or went between release {before} and release {after}")


def _open(state: Path, number: int) -> Release:
    try:
        return open_release(state, number)
    except IndexFault as fault:
        kept = ", ".join(map(str, sorted(release_numbers(state)))) or "none"
        raise IndexFault(
            f"release {number}: expected one that is kept here ({kept}), got none: {fault}; those of a log that are "
            "not kept `filterdns log replay` makes again"
        ) from fault
