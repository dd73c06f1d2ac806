"""`filterdns log erase COMMITMENT`: remove what a statement says; the log keeps that there was one."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.clock import Clock
from filterdns.log.entries import WHYS
from filterdns.log.erasing import erase_statement


@click.command("erase")
@click.argument("commitment")
@click.option("--why", required=True, type=click.Choice(WHYS), help="It is in the log for good.")
@with_state
def command(commitment: str, why: str, state: Path) -> None:
    """Erase the body of a statement, by its commitment (64 hexadecimal digits, on the page of the name)."""
    if erase_statement(state, commitment, why, Clock().when()):
        click.echo(f"{commitment} is erased, and the log says so; copies that others made are not ours to erase")
    else:
        click.echo(f"{commitment} was erased before")
