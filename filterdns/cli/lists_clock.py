"""`filterdns lists confirm-clock`: say that this machine's clock is right, where no time server can."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.state import default_state
from filterdns.clock import Clock, is_synchronised
from filterdns.confirmed import confirm_clock
from filterdns.errors import FilterdnsError


@click.command("confirm-clock")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
def command(state: Path | None) -> None:
    """Say that the clock of this machine is right.

    A clock that is behind the lists, or has jumped by more than a day, is not believed: nothing expires until a time
    server or this command vouches for it. It holds until the clock jumps again or the machine starts anew.
    """
    clock = Clock()
    when = clock.when()
    try:
        confirm_clock(state or default_state(), clock.now(), when)
    except FilterdnsError as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(f"{when:%Y-%m-%d %H:%M} UTC is confirmed; it is believed within seconds")
    if is_synchronised():
        click.echo("a time server steers this clock, so it would have been believed anyway")
