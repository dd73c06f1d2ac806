"""What the children of `filterdns serve` run. Each imports what it needs in its own process; the others stay small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filterdns.config.settings import Settings
from filterdns.errors import IndexFault
from filterdns.resolver.shared import Shared
from filterdns.resolver.supervisor import Parts


def parts() -> Parts:
    """All of them, for the supervisor."""
    return Parts(load, settle, build, serve_pages, serve_metrics)


def load(config: Path | None) -> Settings:
    """The settings of a configuration file. Raises DataFault with all faults."""
    from filterdns.cli.places import load_table
    from filterdns.config.loader import load as load_settings

    return load_settings(config, load_table())


def settle(state: Path) -> int:
    """Check the digests of the current release, and fall back to the newest whole one; 0 if there is none."""
    from filterdns.lists.release import newest_good, open_current, verify
    from filterdns.lists.store import make_current

    try:
        release = open_current(state)
        verify(release)
    except IndexFault:
        try:
            release = newest_good(state)
        except IndexFault:
            return 0
        make_current(state, release.number)
    return release.number


def build(state: Path) -> str:
    """Compile the lists if they have changed; what came of it, for people. Raises DataFault, IndexFault, StateFault."""
    from filterdns.cli.compile import compile_lists

    return "\n".join(compile_lists(state))


def serve_pages(settings: Settings, state: Path, is_not_filtering: Callable[[], bool]) -> None:
    """The pages, until SIGTERM."""
    from filterdns.transparency.web.app import run_pages

    run_pages(settings, state, is_not_filtering)


def serve_metrics(settings: Settings, state: Path, shared: Shared, columns: dict[str, int]) -> None:
    """The metrics, until SIGTERM."""
    from filterdns.resolver.metrics import run_metrics

    run_metrics(settings, state, shared, columns)
