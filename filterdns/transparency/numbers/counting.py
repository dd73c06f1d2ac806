"""The figures of one publisher, counted when the casebook, the release or the day is another, and kept until then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from filterdns.categories import Class
from filterdns.errors import FilterdnsError, IndexFault, LogFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.manifest import Manifest
from filterdns.lists.release import OWN
from filterdns.lists.sightings import Sightings
from filterdns.log.places import has_log
from filterdns.log.reading.reader import LogReader, entries_about, open_local
from filterdns.log.record.entries import DECISION, read_entry
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.rules import Rules
from filterdns.transparency.casebook.casebook import Casebook
from filterdns.transparency.numbers.entries import feeds_of, origin_of, own_entries
from filterdns.transparency.numbers.figures import compute
from filterdns.transparency.numbers.gathered import Gathering, Origin
from filterdns.transparency.numbers.recorded import Recorded
from filterdns.transparency.numbers.rows import Lists, Row
from filterdns.transparency.numbers.samples import Sampled, load_samples, precision_of
from filterdns.transparency.public.shares import count_shares


class ReleaseParts(Protocol):
    """A release as the pages have it open."""

    @property
    def index(self) -> ReleaseIndex: ...
    @property
    def listings(self) -> ListingRows: ...
    @property
    def sightings(self) -> Sightings: ...
    @property
    def folder(self) -> Path: ...
    @property
    def manifest(self) -> Manifest: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """All figures, and what they hold for."""

    rows: tuple[Row, ...]
    release: int
    at: datetime


class Counting:
    """Over a casebook, the log and the releases of a state folder. For one thread at a time."""

    def __init__(self, state: Path, book: Casebook, table: CategoryTable | None) -> None:
        self._state, self._book = state, book
        legal = frozenset(row.id for row in table.categories if row.klass is Class.LEGAL) if table else frozenset()
        self._gathering = Gathering(Rules(), legal)
        self._lists = Lists()
        self._recorded = Recorded()
        self._key: tuple[object, ...] | None = None
        self._counted: Counted | None = None

    def count(self, release: ReleaseParts | None, when: datetime) -> Counted:
        """The figures at this moment; those of before if nothing they are made of has changed. Raises StateFault."""
        number = release.manifest.number if release else 0
        samples = load_samples(self._state)
        key = (self._book.newest_event(), number, when.astimezone(UTC).date(), samples)
        if self._counted is None or key != self._key:
            self._counted, self._key = self._count(release, when, samples), key
        return self._counted

    def _count(self, release: ReleaseParts | None, when: datetime, samples: Sequence[Sampled]) -> Counted:
        if release is not None and release.manifest.number != self._lists.release:
            self._lists = lists_of(release)
        reader = _open_log(self._state)
        if reader is not None:
            self._recorded.follow(reader)

        def find_origin(case: Case) -> Origin:
            return self._find_origin(case, release, reader)

        cases = self._gathering.cases(self._book, when, find_origin)
        lists = replace(self._lists, ordered=tuple(self._recorded.ordered))
        precision = precision_of(samples, when.astimezone(UTC).date())
        rows = compute(cases, lists, when, self._recorded.came_out, precision)
        return Counted(rows, self._lists.release, when)

    def _find_origin(self, case: Case, release: ReleaseParts | None, reader: LogReader | None) -> Origin:
        """Which list named it, by the release's memory; of our own, since when the log has it."""
        try:
            named = release.sightings.named(case.name.encode("ascii")) if release else []
        except IndexFault:
            named = []
        origin = origin_of(case.opened.date(), case.category, named, None)
        if origin.since is not None or reader is None:
            return origin
        return Origin(origin.source, _listed_on(self._state, reader, case))


def lists_of(release: ReleaseParts) -> Lists:
    """What a release has. What of it cannot be read is left out."""
    manifest = release.manifest
    try:
        names = (release.folder / OWN).read_text(encoding="ascii").split()
        shares = count_shares(release.index, release.listings, names, manifest.listings, manifest.names_by_category)
        own = own_entries(release.index, release.listings, names)
    except (OSError, ValueError, FilterdnsError):
        return Lists(manifest.number, names=manifest.names_by_category, feeds=feeds_of(manifest))
    bases = {row.basis: row.entries for row in shares.rows}
    return Lists(manifest.number, bases, manifest.names_by_category, feeds_of(manifest), own)


def _open_log(state: Path) -> LogReader | None:
    try:
        return open_local(state) if has_log(state) else None
    except (LogFault, OSError):
        return None


def _listed_on(state: Path, reader: LogReader, case: Case) -> date | None:
    """The day of the last decision before the case that listed its name in its category."""
    try:
        for index in reversed(entries_about(state, case.name, reader)):
            entry = read_entry(reader.entry(index), index)
            if entry.type != DECISION or entry.at > case.opened:
                continue
            if tuple(entry.fields[key] for key in ("kind", "action", "category")) == (
                "listing",
                "added",
                case.category,
            ):
                return entry.at.date()
    except (LogFault, OSError):
        return None  # it is told as unknown
    return None
