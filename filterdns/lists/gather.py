"""From the files of the lists folders to names and their sets, all faults of hand-written files at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from publicsuffixlist import PSLFILE

from filterdns.categories import Class
from filterdns.errors import DataFault, Fault
from filterdns.lists.categories_file import RESTRICTED, CategoryRow, CategoryTable, load_categories
from filterdns.lists.curate.merge import Merger
from filterdns.lists.curate.protect import Guarded, Sieve
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.fields import Fields, read_day, read_entries
from filterdns.lists.listing import Listing
from filterdns.lists.parse import domains, holds, hosts, own, protected
from filterdns.lists.parse.lines import MOST_LINE_OCTETS, read_header
from filterdns.lists.read_file import read_yaml
from filterdns.lists.sources import SourceFile

_MOST_HEADER_LINES = 40
_SHIPPED_LEGAL_REMEDY = "an order belongs into the lists of the operator that it binds"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What all files say together."""

    table: CategoryTable
    merger: Merger
    sieve: Sieve


def gather(sources: list[SourceFile], today: date) -> Gathered:
    """Read all files; `today` is the day on which undated imports were listed. Raises DataFault with all faults."""
    (taxonomy,) = (source for source in sources if source.kind == "categories")
    gathering = _Gathering(load_categories(taxonomy.path), today)
    for kind in ("protected", "holds", "yaml"):  # what is protected first: it says what the rest may not touch
        for source in sources:
            if source.kind == kind:
                gathering.read_entries(source)
    if gathering.faults:
        raise DataFault(gathering.faults)
    for source in sources:
        if source.kind in ("txt", "hosts"):
            gathering.read_import(source)
    if gathering.faults:
        raise DataFault(gathering.faults)
    gathering.merger.open_above(sorted(gathering.guarded.names))
    return Gathered(gathering.table, gathering.merger, gathering.sieve)


class _Gathering:
    def __init__(self, table: CategoryTable, today: date) -> None:
        self.table = table
        self.merger = Merger()
        self.faults: list[Fault] = []
        self.guarded = Guarded()
        self._today = today
        with Path(PSLFILE).open(encoding="utf-8") as file:
            self._suffixes = PublicSuffixes(file)
        self.sieve = Sieve(self.guarded, self._suffixes)

    def read_entries(self, source: SourceFile) -> None:
        """One file that people wrote."""
        try:
            document = read_yaml(source.path)
        except DataFault as fault:
            self.faults += fault.faults
            return
        entries = read_entries(document, self.faults)
        if source.kind == "protected":
            parsed = protected.parse(entries, source.subject, source.name)
        elif source.kind == "holds":
            parsed = holds.parse(entries, source.name)
        elif category := self._category(source):
            parsed = own.parse(entries, category, source.name)
        else:
            return
        seen: dict[bytes, str] = {}
        for entry, name, listing in parsed:
            if name in seen:
                entry.refuse("name", "a name once in a file", f"it again (first at {seen[name]})", "delete one")
            seen.setdefault(name, entry.where)
            if source.kind == "protected":
                self.guarded.add(name)
            if source.kind != "yaml" or self._may_be_listed(entry, name, listing, source):
                self.merger.add_all((name,), listing)

    def read_import(self, source: SourceFile) -> None:
        """A plain-text list: its names are streamed, one listing for the file."""
        category = self._category(source)
        if category is None:
            return
        if not category.imports and not source.is_overlay:
            remedy = "write entries with reasons"
            self.faults.append(Fault(str(source.path), "", f"no import for {category.id}", "one", remedy))
        form = domains if source.kind == "txt" else hosts
        try:
            listing = self._import_listing(source, category, form.SUBDOMAINS)
            self.merger.add_all(self.sieve.pass_names(form.parse_lines(_lines(source.path)), source.name), listing)
        except OSError as error:
            reason = error.strerror or str(error)
            self.faults.append(Fault(str(source.path), "", "a file that can be read", reason))

    def _may_be_listed(self, entry: Fields, name: bytes, listing: Listing, source: SourceFile) -> bool:
        """Whether a listing that people wrote stands against no protected name and takes in no strangers' names.

        What an installation wrote before a name was protected is set aside: an upgrade must not stop its builds.
        """
        if self._suffixes.holds(name) and len(listing.approvals) < 3:
            expected = "a third approval for a name under which strangers register"
            entry.refuse("approvals", expected, str(len(listing.approvals)))
        if not self.guarded.covers(name):
            return True
        if source.is_overlay:
            self.sieve.note_protected(name, source.name)
        else:
            entry.refuse("name", "a name that is not protected", "a protected one")
        return False

    def _category(self, source: SourceFile) -> CategoryRow | None:
        """The category that a file is of, if a list may fill it."""
        category = self.table.get(source.subject)
        if category is None:
            known = ", ".join(row.id for row in self.table.categories)
            self.faults.append(Fault(str(source.path), "", f"a category among {known}", source.subject))
        elif category.id == RESTRICTED:
            remedy = "an authority's list is read by the resolver alone (restricted_names_file)"
            self.faults.append(Fault(str(source.path), "", "no list of restricted names", "one", remedy))
            return None
        elif category.klass is Class.LEGAL and source.kind != "yaml":
            self.faults.append(Fault(str(source.path), "", "orders as entries", "an import", _SHIPPED_LEGAL_REMEDY))
            return None
        return category

    def _import_listing(self, source: SourceFile, category: CategoryRow, subdomains: bool) -> Listing:
        header = read_header(list(_first_lines(source.path)))
        listed_on = read_day(header.get("fetched_on", "")) or self._today
        if "fetched_on" in header and read_day(header["fetched_on"]) is None:
            got = f'"{header["fetched_on"]}"'
            self.faults.append(Fault(str(source.path), "fetched_on", "a date such as 2030-03-05", got))
        return Listing(
            category=category.id,
            subdomains=subdomains,
            source=source.name,
            basis="imported",
            reason={"en": "A list names it. No person has checked this."},
            scope_reason="The list names whole domains." if subdomains else "",
            definition=category.definition.version,
            about={key: header[key] for key in ("source", "licence", "fetched_on") if key in header},
            listed_on=listed_on,
            review_due=listed_on + timedelta(days=category.review_days),
            expires=listed_on + timedelta(days=category.life_days),
        )


def _first_lines(path: Path) -> Iterator[bytes]:
    for _, line in zip(range(_MOST_HEADER_LINES), _lines(path), strict=False):
        yield line


def _lines(path: Path) -> Iterator[bytes]:
    """Lines of a file; one that is too long comes in pieces, which are no names."""
    with path.open("rb") as file:
        while line := file.readline(MOST_LINE_OCTETS):
            yield line
