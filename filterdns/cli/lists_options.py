"""What all commands about lists share: where the state is, and how a fault is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from filterdns.cli.state import default_state
from filterdns.errors import FilterdnsError

F = TypeVar("F", bound=Callable[..., Any])


def with_state(command: F) -> F:
    """Give a command `state`, the folder of the installation, and tell a FilterdnsError as people read it."""

    @wraps(command)
    def run(*args: Any, state: Path | None, **options: Any) -> Any:
        try:
            return command(*args, state=state or default_state(), **options)
        except FilterdnsError as fault:
            raise click.ClickException(str(fault)) from None

    option = click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
    return option(run)  # type: ignore[return-value]


as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
