"""`filterdns lists update`: fetch what is due, judge it, build a release of what counts."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

import click

from filterdns.cli.believed_clock import believed_clock
from filterdns.cli.lists_options import with_state
from filterdns.cli.places import load_installed
from filterdns.cli.progress_line import ProgressLine
from filterdns.clock import Clock
from filterdns.errors import StateFault
from filterdns.lists.fetch.kept import BusyFault
from filterdns.lists.keep_lock import is_kept
from filterdns.lists.orders import UPDATE_NOW, Order, place_order
from filterdns.lists.progress import load_bulletin
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.update import update
from filterdns.log.home.taking import ready_base
from filterdns.log.recording.recorder import recorder_for


@click.command("update")
@click.option("--force", is_flag=True, help="Ask for every list that is on, also where it is not due.")
@click.option("--only", multiple=True, metavar="LIST", help="Ask for this list alone, due or not; more than once.")
@with_state
def command(state: Path, force: bool, only: tuple[str, ...]) -> None:
    """Fetch the lists that are on and due, and make a release of them.

    A list that fails, or that changed more than it should, stays at its last good copy.
    """
    if only:
        _check_on(state, only)
    run_update(state, fetch=True, force=force or bool(only), only=only or None)


def _check_on(state: Path, sources: Collection[str]) -> None:
    recipes = load_installed(state)
    for source in sources:
        if not recipes.is_on(recipes.find(source)):
            remedy = f"`filterdns lists sources on {source}`"
            raise StateFault(f"{source}: expected a list that is on, got one that is not; {remedy}")


def run_update(state: Path, *, fetch: bool, force: bool = False, only: Collection[str] | None = None) -> None:
    """Update with progress, and tell what it came to; fetch nothing but `only`, if given. Raises FilterdnsError."""
    clock = believed_clock(state, partial(click.echo, err=True))
    line = ProgressLine()
    recording = recorder_for(state, clock)
    try:
        came_to = update(
            ready_base(state, shipped_folder()),
            state / "lists",
            state,
            clock,
            line,
            fetch=fetch,
            force=force,
            only=only,
            record=recording,
        )
        recording.record_rest()
    finally:
        line.close()
    for text in came_to.lines:
        click.echo(text)


def update_after_deed(state: Path, sources: Collection[str]) -> None:
    """Fetch the lists that somebody has just decided about, or leave that to whoever fetches already."""
    try:
        run_update(state, fetch=True, force=True, only=sources)
    except BusyFault:
        if not is_kept(state):
            raise
        place_order(state, Order(UPDATE_NOW), Clock().when())
        bulletin = load_bulletin(state)
        doing = f" ({bulletin.progress.text})" if bulletin and bulletin.progress else ""
        click.echo(f"the keeper of these lists is fetching right now{doing}; it takes this up next")
