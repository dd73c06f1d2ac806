"""Compiling the lists of one installation, told in words."""

from __future__ import annotations

from pathlib import Path

from filterdns.clock import Clock
from filterdns.lists.build import build_release
from filterdns.lists.release import open_release
from filterdns.lists.shipped import shipped_folder


def compile_lists(state: Path) -> list[str]:
    """Make a release of the shipped lists and of `lists` below the state folder; lines about what came of it.

    Raises DataFault with all faults of the lists, StateFault if the disk refuses, IndexFault if the names cannot be
    laid out.
    """
    overlay = state / "lists"
    report = build_release(shipped_folder(), overlay if overlay.is_dir() else None, state, Clock().when())
    if not report.built:
        return [f"release {report.number} is current: {report.listings} listings, nothing has changed"]
    lines = [f"compiled {report.listings} listings in {report.seconds:.1f} s: release {report.number}"]
    manifest = open_release(state, report.number).manifest
    for number, what, examples in (
        (report.rejected, "could not be read", manifest.rejected_examples),
        (report.set_aside, "were set aside because they hit protected names", manifest.set_aside_examples),
    ):
        if number:
            lines += [f"  {number} {what}, such as:", *(f"    {example}" for example in examples)]
    return lines
