"""The commands and the modules that hold them."""

from __future__ import annotations

import click

from filterdns.cli.lazy import LazyGroup

_COMMANDS = {
    "serve": "filterdns.cli.serve_command",
    "check": "filterdns.cli.check",
    "config": "filterdns.cli.config",
    "lists": "filterdns.cli.lists",
    "log": "filterdns.cli.log",
    "desk": "filterdns.cli.desk",
    "version": "filterdns.cli.version",
}


@click.group(cls=LazyGroup, members=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """A DNS resolver that filters for families and schools, and says why."""
