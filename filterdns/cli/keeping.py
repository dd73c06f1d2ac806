"""What the keeper of the lists is given to do. Small: what is heavy is imported in the children that do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filterdns.clock import Clock
from filterdns.keep.errand import Work
from filterdns.lists.progress import BUILD, Progress
from filterdns.lists.shipped import shipped_folder


def work_in(state: Path) -> Work:
    """All of it, for a state folder."""
    return Work(update_lists, {}, shipped_folder(), state)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build alone came to."""

    release: int
    built: bool
    next_due: datetime | None
    lines: tuple[str, ...]


def update_lists(
    shipped: Path,
    overlay: Path,
    state: Path,
    clock: Clock,
    report: Callable[[Progress], None],
    *,
    fetch: bool,
    force: bool,
) -> Built:
    """Build what is there. Raises DataFault, IndexFault, StateFault."""
    from filterdns.cli.compile import compile_lists
    from filterdns.lists.release import open_current

    report(Progress(BUILD))
    lines = tuple(compile_lists(state))
    return Built(open_current(state).number, not lines[0].endswith("nothing has changed"), None, lines)
