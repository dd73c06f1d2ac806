"""What other parts of filterdns do for the supervisor: it must not import them, so they are handed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filterdns.config.settings import Settings
from filterdns.resolver.shared import Shared


@dataclass(frozen=True, slots=True)
class Parts:
    """Each is called in a child of its own, which alone imports what it needs. All may raise FilterdnsError."""

    load: Callable[[Path | None], Settings]  # with all faults of the configuration
    settle: Callable[[Path], int]  # makes the newest whole release current; its number, 0 if there is none
    build: Callable[[Path], str]  # a new release of changed lists; what came of it, for people
    helplines: Callable[[], frozenset[bytes]]  # P1 names as shipped, for when there is no release
    serve_pages: Callable[[Settings, Path, Callable[[], bool]], None]
    serve_metrics: Callable[[Settings, Path, Shared, dict[str, int]], None]
    # Updates and builds, behind everything else, and says what people should know; woken by SIGHUP.
    keep_lists: Callable[[Settings, Path, Callable[[str], None]], None]
    # Makes the newest release current that a trusted log has; "", or in words why there is none.
    settle_log: Callable[[Settings, Path], str]
