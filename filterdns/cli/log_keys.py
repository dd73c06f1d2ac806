"""`filterdns log keys`: who signs the log, and what is done when that changes."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.lists_options import with_state
from filterdns.clock import Clock
from filterdns.log.keys.life import Keys, end_log, finish_rotation, make_log, recover, rotate, show_keys
from filterdns.tlog.note import write_vkey

_RECOVERY = click.option(
    "--recovery",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The secret recovery key, on a stick or another machine.",
)


@click.group("keys")
def command() -> None:
    """Begin a log, replace its key, recover from a lost one, end it."""


@command.command("make")
@click.option("--origin", required=True, metavar="HOST/PATH", help="Where it will be read: lists.example.org/log")
@_RECOVERY
@with_state
def make(origin: str, recovery: Path, state: Path) -> None:
    """Begin a log: its key stays here, the recovery key goes to FILE.

    The key signs what the log says. Whoever reads the log is given the line that begins with the origin (the vkey).
    """
    keys = make_log(state, origin, recovery, Clock().when())
    click.echo(f"the log {origin} has begun")
    _tell(keys)
    click.echo(f"move {recovery} away from this machine now: it is what is left if the key is lost")


@command.command("show")
@with_state
def show(state: Path) -> None:
    """Say which keys sign the log."""
    _tell(show_keys(state))


@command.command("rotate")
@click.option("--finish", is_flag=True, help="Remove the old key: only the new one signs from now on.")
@with_state
def rotate_key(finish: bool, state: Path) -> None:
    """Replace the key: first both sign, and with --finish, weeks later, the new one alone.

    Readers that look in between follow by themselves; others follow by the log's list of changes (`handovers`).
    """
    when = Clock().when()
    keys = finish_rotation(state, when) if finish else rotate(state, when)
    _tell(keys)
    if finish:
        click.echo("the old key is removed; the next checkpoint is signed by the new one alone")
    else:
        click.echo(
            "both keys sign now; publish the new line and give it to the witnesses, who refuse what a key that they do "
            "not know signs alone; weeks later end with `filterdns log keys rotate --finish`"
        )


@command.command("lost")
@_RECOVERY
@with_state
def lost(recovery: Path, state: Path) -> None:
    """Put a new key in place of a lost one, by the word of the recovery key."""
    _tell(recover(state, recovery, Clock().when()))
    click.echo("the lost key is removed from the log; publish the new line, and take the recovery key away again")


@command.command("end")
@click.option("--successor", default="", metavar="VKEY", help="The key of the log that follows, if one does.")
@click.option("--yes", is_flag=True, help="Do not ask; there is no way back.")
@with_state
def end(successor: str, yes: bool, state: Path) -> None:
    """End the log: its last entry says so, and nothing can be appended after it."""
    if not yes:
        click.confirm("nothing can be appended to this log any more; end it?", abort=True)
    _tell(end_log(state, successor, Clock().when()))


def _tell(keys: Keys) -> None:
    for key in keys.state.log:
        vkey = write_vkey(key)
        click.echo(f"key       {vkey}{'' if vkey in keys.held else '   (its secret is not here)'}")
    for key in keys.state.recovery:
        click.echo(f"recovery  {write_vkey(key)}")
    for key in keys.state.removed:
        click.echo(f"removed   {write_vkey(key)}")
    if keys.state.has_ended:
        click.echo(f"the log has ended; {keys.state.successor or 'none'} follows it")
