"""`filterdns lists build`: a release from the shipped lists and the installation's own; `verify`: is it whole?"""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli import lists_clock, lists_lint, lists_suspend
from filterdns.cli.compile import compile_lists
from filterdns.cli.state import default_state
from filterdns.errors import FilterdnsError
from filterdns.lists.inspect import inspect_release
from filterdns.lists.release import open_current


@click.group("lists")
def command() -> None:
    """Make releases of the lists."""


command.add_command(lists_lint.command)
command.add_command(lists_suspend.command)
command.add_command(lists_clock.command)

_STATE = click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")


@command.command("build")
@_STATE
def build(state: Path | None) -> None:
    """Compile the lists into a release, if anything has changed since the last one."""
    try:
        lines = compile_lists(state or default_state())
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    for line in lines:
        click.echo(line)


@command.command("verify")
@_STATE
def verify(state: Path | None) -> None:
    """Check every octet of the current release: digests, index and what is said of each listing."""
    try:
        release = open_current(state or default_state())
        inspect_release(release)
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"release {release.number} is whole: {release.manifest.names} names, built {release.manifest.built_at}")
