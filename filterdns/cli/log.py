"""`filterdns log`: the record of what was decided, verified, proven, made again, watched; its keys; what is erased."""

from __future__ import annotations

import click

from filterdns.cli.lazy import LazyGroup

_COMMANDS = {
    "verify": "filterdns.cli.log_verify",
    "prove": "filterdns.cli.log_prove",
    "replay": "filterdns.cli.log_replay",
    "monitor": "filterdns.cli.log_monitor",
    "keys": "filterdns.cli.log_keys",
    "erase": "filterdns.cli.log_erase",
}


@click.group("log", cls=LazyGroup, members=_COMMANDS)
def command() -> None:
    """Check the record of what was decided, and keep it."""
