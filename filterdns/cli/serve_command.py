"""`filterdns serve` in the list of commands, for its help. `__main__` runs it without click."""

from __future__ import annotations

import click

from filterdns.cli.serve import run


@click.command(
    "serve",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.pass_context
def command(context: click.Context) -> None:
    """Start the filter."""
    context.exit(run(context.args))
