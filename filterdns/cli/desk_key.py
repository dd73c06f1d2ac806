"""`filterdns desk key make`: the key with which somebody signs what they decide at the command line."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.errors import FilterdnsError
from filterdns.log.keys.key_file import make_key, store_keys


@click.group("key")
def command() -> None:
    """Make the key that signs what you decide at the command line."""


@command.command("make")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as", "pseudonym", required=True, metavar="PSEUDONYM", help="The name that the key signs under.")
def make(file: Path, pseudonym: str) -> None:
    """Write a new secret key into FILE, for you alone, and show its public half.

    Give the line to whoever keeps the machine, for `filterdns desk add --vkey`. The file is yours: who has a copy of it
    signs as you.
    """
    if file.exists():
        raise click.ClickException(f"{file}: expected a file that is not there yet; a key is never written over")
    try:
        key = make_key(pseudonym)
        store_keys(file, [key], f"signs what {pseudonym} decides at the desk; keep it to yourself")
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(key.vkey)
