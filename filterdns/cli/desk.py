"""`filterdns desk`: who answers appeals, the cases that wait for them, and where all of it is kept."""

from __future__ import annotations

import click

from filterdns.cli.lazy import LazyGroup

_COMMANDS = {
    "queue": "filterdns.cli.desk_cases:queue",
    "show": "filterdns.cli.desk_cases:show",
    "decide": "filterdns.cli.desk_cases:decide",
    "checked": "filterdns.cli.desk_sample:checked",
    "key": "filterdns.cli.desk_key:command",
    "add": "filterdns.cli.desk_people:add",
    "renew": "filterdns.cli.desk_people:renew",
    "remove": "filterdns.cli.desk_people:remove",
    "list": "filterdns.cli.desk_people:list_people",
    "backup": "filterdns.cli.desk_store:backup",
    "check": "filterdns.cli.desk_store:check",
}


@click.group("desk", cls=LazyGroup, members=_COMMANDS)
def command() -> None:
    """Answer appeals from the machine itself, and keep the desk's people and its casebook (a publisher's)."""
