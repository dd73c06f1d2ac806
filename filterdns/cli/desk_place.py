"""Which casebook a person means: that of the configuration, or the one in the state folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from filterdns.cli.lists_options import with_state
from filterdns.cli.places import load_table
from filterdns.config.loader import load
from filterdns.config.settings import DeskSettings
from filterdns.errors import DataFault
from filterdns.transparency.casebook.casebook import Casebook, find_casebook, open_casebook

F = TypeVar("F", bound=Callable[..., Any])


def with_desk(command: F) -> F:
    """Give a command `state` and `desk`, the settings of `--config`; a FilterdnsError is told as people read it."""

    @wraps(command)
    def run(*args: Any, config: Path | None, **options: Any) -> Any:
        return command(*args, desk=_load_desk(config), **options)

    option = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The configuration that filterdns is started with.",
    )
    return option(with_state(run))  # type: ignore[return-value]


def with_casebook(*, made: bool = True) -> Callable[[F], F]:
    """Give a command `casebook` (and `state`, `desk`), closed when it ends. `made`: it is begun if there is none."""

    def decorate(command: F) -> F:
        @wraps(command)
        def run(*args: Any, state: Path, desk: DeskSettings, **options: Any) -> Any:
            casebook: Casebook = (open_casebook if made else find_casebook)(state, desk)
            try:
                return command(*args, casebook=casebook, state=state, desk=desk, **options)
            finally:
                casebook.close()

        return with_desk(run)  # type: ignore[return-value]

    return decorate


def _load_desk(config: Path | None) -> DeskSettings:
    if config is None:
        return DeskSettings()
    try:
        return load(config, load_table()).desk
    except DataFault as fault:
        raise click.ClickException(str(fault)) from None
