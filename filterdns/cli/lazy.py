"""A group of commands whose modules are imported when they are asked for: a look-up does not wait for what builds."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """`members`: command -> its module, or `module:name` where the command object is not called `command`."""

    def __init__(self, *args: Any, members: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._members = members

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._members)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._members.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name or "command")
        return command
