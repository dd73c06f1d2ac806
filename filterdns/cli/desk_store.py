"""`filterdns desk backup` and `desk check`: the casebook as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from filterdns.cli.desk_place import with_casebook
from filterdns.transparency.casebook.casebook import Casebook


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_casebook(made=False)
def backup(casebook: Casebook, file: Path, **_: Any) -> None:
    """Copy the casebook into FILE, which is not there yet, while filterdns runs.

    It holds what people wrote and their addresses: keep it where nobody else reads it, and no longer than you need.
    To go back, stop filterdns and put it in the place of STATE/desk/cases.sqlite, without the -wal and -shm beside it.
    """
    casebook.backup(file)
    click.echo(f"{file}: {file.stat().st_size} octets, checked")


@click.command("check")
@with_casebook(made=False)
def check(casebook: Casebook, **_: Any) -> None:
    """Say whether the casebook is whole, and every case what its events make of it."""
    faults = casebook.check()
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo("the casebook is damaged: keep a copy of it as it is, then go back to a backup", err=True)
        raise click.exceptions.Exit(1)
    click.echo("the casebook is whole")
