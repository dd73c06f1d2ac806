"""Compiling the lists of one installation, told in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from filterdns.clock import Clock
from filterdns.lists.build import build_release
from filterdns.lists.manifest import Manifest
from filterdns.lists.progress import Progress
from filterdns.lists.release import open_release
from filterdns.lists.runs import make_run
from filterdns.lists.shipped import publisher_folder, shipped_folder
from filterdns.log.places import has_log

MOST_EXAMPLES = 5  # of lines that could not be read and of names that were set aside


def compile_lists(state: Path, report: Callable[[Progress], None] = lambda progress: None) -> list[str]:
    """Make a release of the shipped lists and of `lists` below the state folder; lines about what came of it.

    Raises DataFault with all faults of the lists, StateFault if the disk refuses, IndexFault if the names cannot be
    laid out, LogFault if there is a log that cannot take the release.
    """
    overlay, clock = state / "lists", Clock()
    layer = overlay if overlay.is_dir() else None
    if has_log(state) or publisher_folder(state).exists():
        # A third of what it takes to begin; a home that is on its own has no use for it.
        from filterdns.log.home.taking import ready_base
        from filterdns.log.recording.recorder import recorder_for

        recording = recorder_for(state, clock)
        built = build_release(ready_base(state, shipped_folder()), layer, state, clock.when(), report, recording)
        recording.record_rest()
    else:
        built = build_release(shipped_folder(), layer, state, clock.when(), report)
    if not built.built:
        return [f"release {built.number} is current: {built.listings:,} listings, nothing has changed"]
    lines = [f"compiled {built.listings:,} listings in {built.seconds:.1f} s: release {built.number}"]
    manifest = open_release(state, built.number).manifest
    for number, what, examples in (
        (built.rejected, "lines could not be read", [*_of_ones_own(state, manifest), *manifest.rejected_examples]),
        (built.set_aside, "listings were set aside", manifest.set_aside_examples),
    ):
        if number:
            lines.append(f"  {number:,} {what}{', such as:' if examples else ''}")
            lines += [f"    {example}" for example in examples[:MOST_EXAMPLES]]
    return lines


def _of_ones_own(state: Path, manifest: Manifest) -> list[str]:
    """Lines of the installation's own lists, which no manifest tells: it may go to others."""
    own = [(id_, used) for id_, used in manifest.lists.items() if used.household and used.rejected]
    return [
        f"{id_}:{example}"
        for id_, used in own
        for example in make_run(state, used.sha256, used.format).census.rejected_examples
    ]
