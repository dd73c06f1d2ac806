"""`filterdns lists`: what fetches and builds, what tells, and what a person decides."""

from __future__ import annotations

import click

from filterdns.cli.lazy import LazyGroup

_COMMANDS = {
    "update": "filterdns.cli.lists_update",
    "status": "filterdns.cli.lists_status",
    "show": "filterdns.cli.lists_show",
    "search": "filterdns.cli.lists_search",
    "look-up": "filterdns.cli.lists_look_up",
    "sources": "filterdns.cli.lists_sources",
    "accept": "filterdns.cli.lists_decide:accept",
    "keep-old": "filterdns.cli.lists_decide:keep_old",
    "undo": "filterdns.cli.lists_decide:undo",
    "rollback": "filterdns.cli.lists_decide:rollback",
    "suspend": "filterdns.cli.lists_suspend",
    "diff": "filterdns.cli.lists_diff",
    "sample": "filterdns.cli.lists_sample",
    "build": "filterdns.cli.lists_build:build",
    "verify": "filterdns.cli.lists_build:verify",
    "lint": "filterdns.cli.lists_lint",
    "confirm-clock": "filterdns.cli.lists_clock",
}


@click.group("lists", cls=LazyGroup, members=_COMMANDS)
def command() -> None:
    """Fetch, build and explain the lists; decide about them."""
