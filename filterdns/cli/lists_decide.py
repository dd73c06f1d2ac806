"""What a person decides about a list: `accept`, `keep-old`, `undo`, `rollback`. Each builds a release of it at once."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.cli.lists_update import run_update
from filterdns.clock import Clock
from filterdns.lists.deeds import Deeds
from filterdns.lists.shipped import shipped_folder


@click.command("accept")
@click.argument("source", metavar="LIST")
@with_state
def accept(source: str, state: Path) -> None:
    """Let the held copy of LIST count."""
    _carry_out(state, _deeds(state).accept(source, Clock().when()))


@click.command("keep-old")
@click.argument("source", metavar="LIST")
@with_state
def keep_old(source: str, state: Path) -> None:
    """Refuse the held copy of LIST: the old one stays, and this change is not asked about again."""
    _carry_out(state, _deeds(state).keep_old(source, Clock().when()))


@click.command("undo")
@click.argument("source", metavar="LIST")
@with_state
def undo(source: str, state: Path) -> None:
    """Go back to the copy of LIST before the one that counts; what is newer waits until it is accepted."""
    _carry_out(state, _deeds(state).undo(source, Clock().when()))


@click.command("rollback")
@click.argument("number", type=click.IntRange(min=1), metavar="RELEASE")
@with_state
def rollback(number: int, state: Path) -> None:
    """Make a new release of the lists that RELEASE was made of; what was taken off since stays off."""
    _carry_out(state, _deeds(state).roll_back(number, Clock().when()))


def _deeds(state: Path) -> Deeds:
    return Deeds(shipped_folder(), state)


def _carry_out(state: Path, sentence: str) -> None:
    """Say what was decided, and build."""
    click.echo(sentence)
    run_update(state, fetch=False)
