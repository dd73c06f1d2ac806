"""`filterdns lists update`: fetch what is due, judge it, build a release of what counts."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.cli.progress_line import ProgressLine
from filterdns.clock import Clock
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.update import UpdateReport, update


@click.command("update")
@click.option("--force", is_flag=True, help="Ask for every list that is on, also where it is not due.")
@with_state
def command(state: Path, force: bool) -> None:
    """Fetch the lists that are on and due, and make a release of them.

    A list that fails, or that changed more than it should, stays at its last good copy.
    """
    run_update(state, fetch=True, force=force)


def run_update(state: Path, *, fetch: bool, force: bool = False, only: Collection[str] | None = None) -> UpdateReport:
    """Update with progress, and tell what it came to; fetch nothing but `only`, if given. Raises FilterdnsError."""
    line = ProgressLine()
    try:
        came_to = update(shipped_folder(), state / "lists", state, Clock(), line, fetch=fetch, force=force, only=only)
    finally:
        line.close()
    for text in came_to.lines:
        click.echo(text)
    return came_to
