"""What the children of `filterdns serve` run. Each imports what it needs in its own process; the others stay small.

What the keeper of the lists needs is small, and imported here, so that it shares its pages with the supervisor.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filterdns.cli.keeping import work_in
from filterdns.config.settings import Settings
from filterdns.errors import Fault, IndexFault, LogFault, StateFault
from filterdns.keep import run
from filterdns.resolver.parts import Parts
from filterdns.resolver.shared import Shared


def parts() -> Parts:
    """All of them, for the supervisor."""
    return Parts(load, settle, build, helplines, serve_pages, serve_metrics, keep_lists, settle_log)


def load(config: Path | None) -> Settings:
    """The settings of a configuration file. Raises DataFault with all faults."""
    from filterdns.cli.places import load_table
    from filterdns.config.loader import load as load_settings

    return load_settings(config, load_table())


def settle(state: Path) -> int:
    """Check the current release by its digests, and fall back to the newest whole one; 0 if there is none.

    Without any the pointer goes as well: what is damaged must not be mapped. Raises StateFault.
    """
    from filterdns.lists.release import current_file, newest_good, open_current
    from filterdns.lists.store import make_current

    try:
        current = open_current(state).number
    except IndexFault:
        current = 0
    try:
        good = newest_good(state, current).number
    except IndexFault:
        _forget_current(current_file(state))
        return 0
    if good != current:
        make_current(state, good)
    return good


def settle_log(settings: Settings, state: Path) -> str:
    """Make the newest whole release current that a trusted log has, up to the current one.

    "", or why there is none: then there is no current one either. Raises StateFault.
    """
    from filterdns.lists.release import current_file, get_pointed, open_release, release_numbers, verify
    from filterdns.lists.store import make_current
    from filterdns.log.trust import check_release, trust_of

    trust, pointed = trust_of(state, settings), get_pointed(state)
    if trust is None or pointed is None:
        return ""
    refused = []
    for number in release_numbers(state):
        if number > pointed:
            continue
        try:
            release = open_release(state, number)
            check_release(release.folder, release.manifest.inputs, trust)
            if number != pointed:
                verify(release)
                make_current(state, number)
        except (IndexFault, LogFault) as fault:
            refused.append(f"release {number} is not used: {fault}")
            continue
        return "\n".join(refused)
    _forget_current(current_file(state))
    return "\n".join([*refused, "no release here stands in a log that is trusted; the next update makes one"])


def _forget_current(pointer: Path) -> None:
    try:
        pointer.unlink(missing_ok=True)
    except OSError as error:
        raise StateFault(f"{pointer.parent}: expected a folder that can be written, got {error.strerror}") from error


def build(state: Path) -> str:
    """Compile the lists if they have changed; what came of it, for people. Raises DataFault, IndexFault, StateFault."""
    from filterdns.cli.compile import compile_lists

    return "\n".join(compile_lists(state))


def helplines() -> frozenset[bytes]:
    """The P1 names that come with the program. Raises DataFault."""
    from filterdns.lists.fields import read_entries
    from filterdns.lists.parse.protected import parse
    from filterdns.lists.read_file import read_yaml
    from filterdns.lists.shipped import shipped_folder

    faults: list[Fault] = []
    files = sorted((shipped_folder() / "protected").glob("p1*.yaml"))
    return frozenset(
        name for file in files for _, name, _ in parse(read_entries(read_yaml(file), faults), "p1", file.name)
    )


def serve_pages(settings: Settings, state: Path, is_not_filtering: Callable[[], bool]) -> None:
    """The pages, until SIGTERM."""
    from filterdns.transparency.web.app import run_pages

    run_pages(settings, state, is_not_filtering)


def serve_metrics(settings: Settings, state: Path, shared: Shared, columns: dict[str, int]) -> None:
    """The metrics, until SIGTERM."""
    from filterdns.resolver.metrics import run_metrics

    run_metrics(settings, state, shared, columns)


def keep_lists(settings: Settings, state: Path, say: Callable[[str], None]) -> None:
    """The keeper of the lists, until SIGTERM. Raises StateFault."""
    run.keep_lists(work_in(state, settings), say, fetching=settings.lists.update)
