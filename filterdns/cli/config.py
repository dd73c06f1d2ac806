"""`filterdns config check FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.places import load_table
from filterdns.config.loader import load
from filterdns.config.summary import summary
from filterdns.errors import DataFault


@click.group("config")
def command() -> None:
    """Look at a configuration before it is used."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def check(context: click.Context, file: Path) -> None:
    """Say everything that is wrong in FILE, or in a few words what it means."""
    try:
        settings = load(file, load_table())
    except DataFault as fault:
        for row in fault.faults:
            click.echo(row, err=True)
        click.echo(f"{len(fault.faults)} to mend; a filterdns that runs goes on with what it has", err=True)
        context.exit(1)
    click.echo(f"{file} is good:")
    for line in summary(settings):
        click.echo(f"  {line}")
