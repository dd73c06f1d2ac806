"""`filterdns lists lint`: what people wrote, checked before it becomes a release."""

from __future__ import annotations

from pathlib import Path

import click

from filterdns.cli.state import default_state
from filterdns.clock import Clock
from filterdns.errors import Fault
from filterdns.lists.lint import LintReport, lint
from filterdns.lists.shipped import base_folder, shipped_folder
from filterdns.lists.sources import CATEGORIES, FOLDERS


@click.command("lint")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), help="Where lists are kept.")
def command(path: Path | None, state: Path | None) -> None:
    """Check the lists that people wrote: those that are shipped and this installation's own.

    PATH is a lists folder, or one file of it, to hear of that alone. Ends with status 1 if something is to be mended;
    warnings alone give 0.
    """
    clock = Clock()
    begun = clock.now()
    if path is not None and path.is_file() and path.name == str(path):
        path = path.absolute()  # so that the folders above it can be seen
    shipped, overlay = _folders(path, (state or default_state()) / "lists")
    report = lint(shipped, overlay, clock.when().date())
    if path is not None and path != shipped:
        report = report.about(path)
    for line in _lines(report, clock.now() - begun):
        click.echo(line)
    if report.faults:
        raise click.exceptions.Exit(1)


def _folders(path: Path | None, overlay: Path) -> tuple[Path, Path | None]:
    """The shipped folder and the installation's: a folder with a taxonomy is of the first kind."""
    if path is None:
        return base_folder(overlay.parent), overlay if overlay.is_dir() else None
    folder = path.parent if path.is_file() else path
    if folder.name in FOLDERS:
        folder = folder.parent
    if (folder / CATEGORIES).exists():
        return folder, None
    return shipped_folder(), folder


def _lines(report: LintReport, seconds: float) -> list[str]:
    warnings = [_as_warning(warning) for warning in report.warnings]
    entries, files = sum(report.entries.values()), len(report.entries)
    total = f"{_count(entries, 'entry', 'entries')} in {_count(files, 'file', 'files')} checked in {seconds:.1f} s"
    found = f"{_count(len(report.faults), 'fault', 'faults')}, {_count(len(warnings), 'warning', 'warnings')}"
    return [*map(str, report.faults), *warnings, *(f"note: {note}" for note in report.notes), f"{total}: {found}"]


def _as_warning(warning: Fault) -> str:
    return str(warning).replace(f"{warning.where}: ", f"{warning.where}: warning: ", 1)


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
