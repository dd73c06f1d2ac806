"""The commands and the modules that hold them."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "serve": "filterdns.cli.serve_command",
    "check": "filterdns.cli.check",
    "config": "filterdns.cli.config",
    "lists": "filterdns.cli.lists",
    "version": "filterdns.cli.version",
}


class _Commands(click.Group):
    """A group whose members are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name]).command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """A DNS resolver that filters for families and schools, and says why."""
