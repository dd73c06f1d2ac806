"""A look at all hand-written data: what a build would refuse, and what somebody should look at before it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from filterdns.errors import DataFault, Fault
from filterdns.lists import lint_against, lint_days, lint_decided, lint_tried
from filterdns.lists.lint_view import Finding, View
from filterdns.lists.own_rules import OwnRules, SetAside
from filterdns.lists.sources import CATEGORIES, DECISIONS, FOLDERS, HOLDS
from filterdns.lists.written import Written, read_written

RULES: tuple[Callable[[View], Iterable[Finding]], ...] = (
    *lint_days.RULES,
    *lint_against.RULES,
    *lint_decided.RULES,
    *lint_tried.RULES,
)

_BESIDE = {CATEGORIES, DECISIONS, HOLDS, "README.md", "POLICY.md", "helplines"}


@dataclass(frozen=True, slots=True)
class LintReport:
    """What was found, in the order of files and lines. `entries`: how many each file has, by its path."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()  # what is as it is for now: a count and what it counts
    entries: dict[str, int] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()  # entries of an installation that would not count; they are warnings too

    def about(self, path: Path) -> LintReport:
        """The same for one file, or for what lies in one folder."""
        within = _within(path)
        return LintReport(
            faults=tuple(fault for fault in self.faults if within(_file_of(fault))),
            warnings=tuple(warning for warning in self.warnings if within(_file_of(warning))),
            entries={file: count for file, count in self.entries.items() if within(file)},
        )


def lint(shipped: Path, overlay: Path | None, today: date) -> LintReport:
    """Check everything that people wrote in both folders. No fault is raised: the report has them."""
    try:
        written = read_written(shipped, overlay)
    except DataFault as fault:
        return LintReport(faults=tuple(sorted(fault.faults, key=_place_of)))
    rules = OwnRules(written)
    _, set_aside = rules.judge()
    view = View(written, rules, today)
    findings = [finding for rule in RULES for finding in rule(view)]
    warnings = [
        *(finding.fault for finding in findings if not finding.stops),
        *written.recipes.warnings,
        *map(_set_aside_warning, set_aside),
        *(warning for folder in (shipped, overlay) if folder for warning in _strangers(folder)),
    ]
    return LintReport(
        faults=tuple(sorted([*written.faults, *(f.fault for f in findings if f.stops)], key=_place_of)),
        warnings=tuple(sorted(warnings, key=_place_of)),
        notes=tuple(_notes(written, today)),
        entries=_entries(written),
        set_aside=tuple(set_aside),
    )


def _set_aside_warning(entry: SetAside) -> Fault:
    remedy = "it does not count; delete it"
    return Fault(entry.where, entry.name.decode("ascii"), "a name that may be listed", entry.why, remedy)


def _strangers(folder: Path) -> Iterator[Fault]:
    """What lies in a lists folder and is read by nobody: a typing error would be silent otherwise."""
    known = {*FOLDERS, *_BESIDE}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in known and not path.name.startswith(".") and not path.name.endswith("~"):
            expected = f"a name among {', '.join(sorted(known))}"
            yield Fault(str(path), "", expected, path.name, "nobody reads it: rename or move it")


def _notes(written: Written, today: date) -> Iterator[str]:
    if signed := sum("sig" in row for placed in written.listings for row in placed.value.approvals):
        yield f"{signed} approvals are signed; `filterdns desk check` verifies them where the casebook is"
    if unseen := sum("checked_on" not in placed.value.about for placed in written.protected):
        yield f"{unseen} protected names that nobody has checked yet (checked_on is empty)"
    listed = [placed.value.reviewed_on or placed.value.listed_on for placed in written.listings]
    if later := sum(day is not None and day > today for day in listed):
        yield f"{later} listings are dated after today, {today}: is the clock right?"


def _entries(written: Written) -> dict[str, int]:
    entries = {str(source.path): 0 for source in written.sources}
    for placed in written.all():
        entries[str(placed.source.path)] += 1
    return entries


def _file_of(fault: Fault) -> str:
    return _place_of(fault)[0]


def _place_of(fault: Fault) -> tuple[str, int]:
    file, _, line = fault.where.rpartition(":")
    return (file, int(line)) if file and line.isdigit() else (fault.where, 0)


def _within(path: Path) -> Callable[[str], bool]:
    return lambda file: Path(file) == path or path in Path(file).parents
