"""`filterdns version`."""

from __future__ import annotations

import platform

import click

from filterdns import __version__


@click.command("version")
def command() -> None:
    """Say which filterdns this is."""
    click.echo(
        f"filterdns {__version__} (Python {platform.python_version()}, {platform.system()} {platform.machine()})"
    )
