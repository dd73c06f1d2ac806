"""`filterdns lists build`: a release from the shipped lists and the installation's own."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.compile import compile_lists
from filterdns.cli.state import default_state
from filterdns.errors import FilterdnsError


@click.group("lists")
def command() -> None:
    """Make releases of the lists."""


@command.command("build")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
def build(state: Path | None) -> None:
    """Compile the lists into a release, if anything has changed since the last one."""
    try:
        lines = compile_lists(state or default_state())
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    for line in lines:
        click.echo(line)
