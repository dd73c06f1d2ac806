"""`filterdns lists build`: a release of what there is, nothing fetched; `verify`: is the current one whole?"""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.compile import compile_lists
from filterdns.cli.lists_options import with_state
from filterdns.cli.progress_line import ProgressLine
from filterdns.lists.inspect import inspect_release
from filterdns.lists.release import open_current


@click.command("build")
@with_state
def build(state: Path) -> None:
    """Compile the lists into a release, if anything has changed since the last one. Fetches nothing."""
    line = ProgressLine()
    try:
        lines = compile_lists(state, line)
    finally:
        line.close()
    for text in lines:
        click.echo(text)


@click.command("verify")
@with_state
def verify(state: Path) -> None:
    """Check every octet of the current release: digests, index and what is said of each listing."""
    release = open_current(state)
    inspect_release(release)
    click.echo(f"release {release.number} is whole: {release.manifest.names} names, built {release.manifest.built_at}")
