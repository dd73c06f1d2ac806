"""`filterdns lists search TEXT`: names in the release in force that contain a text."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.errors import NameFault
from filterdns.lists.names_of import ListedNames
from filterdns.lists.release import open_current
from filterdns.names import name_text
from filterdns.unicode_names import to_ascii

MOST_SHOWN = 200


@click.command("search")
@click.argument("text")
@with_state
def command(state: Path, text: str) -> None:
    """Show listed names that contain TEXT, with their categories."""
    try:
        part = to_ascii(text.strip().lower()).encode("ascii")
    except NameFault as fault:
        raise click.ClickException(str(fault)) from None
    if not part:
        raise click.ClickException("expected a part of a name, got nothing")
    count = 0
    for wire, kinds in ListedNames(open_current(state)).walk(part):
        count += 1
        if count <= MOST_SHOWN:
            click.echo(f"{name_text(wire)}  {', '.join(sorted(kinds.categories))}")
    if count > MOST_SHOWN:
        click.echo(f"and {count - MOST_SHOWN:,} more")
    if not count:
        click.echo(f"no listed name contains {text!r}")
