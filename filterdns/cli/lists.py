"""`filterdns lists build`: a release from the shipped lists and the installation's own."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.places import default_state
from filterdns.clock import Clock
from filterdns.errors import FilterdnsError
from filterdns.lists.build import build_release
from filterdns.lists.release import open_release
from filterdns.lists.shipped import shipped_folder


@click.group("lists")
def command() -> None:
    """Make releases of the lists."""


@command.command("build")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
def build(state: Path | None) -> None:
    """Compile the lists into a release, if anything has changed since the last one."""
    folder = state or default_state()
    overlay = folder / "lists"
    try:
        report = build_release(shipped_folder(), overlay if overlay.is_dir() else None, folder, Clock().when())
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    if not report.built:
        click.echo(f"release {report.number} stays: nothing has changed since")
        return
    click.echo(f"release {report.number}: {report.listings} listings of {report.names} names in {report.seconds:.1f} s")
    manifest = open_release(folder, report.number).manifest
    for number, what, examples in (
        (report.rejected, "could not be read", manifest.rejected_examples),
        (report.set_aside, "were set aside because they hit protected names", manifest.set_aside_examples),
    ):
        if number:
            click.echo(f"  {number} {what}, such as:")
            for example in examples:
                click.echo(f"    {example}")
