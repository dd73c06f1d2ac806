"""All that people wrote in the lists folders, each entry with its place, before any rule across files is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from filterdns.errors import DataFault, Fault
from filterdns.lists.categories_file import RESTRICTED, CategoryRow, CategoryTable, load_categories
from filterdns.lists.fields import Fields, read_entries
from filterdns.lists.kept_documents import ReadDocument, read_document
from filterdns.lists.listing import Listing
from filterdns.lists.parse import allow, holds, own, protected, services, shared
from filterdns.lists.parse.allow import Allowance
from filterdns.lists.parse.entry import canonical_text
from filterdns.lists.parse.services import Service
from filterdns.lists.parse.shared import PopularParent, SafeSearchTarget, SharedHost
from filterdns.lists.placed import Placed
from filterdns.lists.recipe import Recipe
from filterdns.lists.recipes_file import Recipes, read_recipes
from filterdns.lists.sources import SourceFile, note_sources

T = TypeVar("T")
Parsed = Iterable[tuple[Fields, bytes, T]]


@dataclass(slots=True)
class Written:
    """Every entry without a fault of its own, in reading order, and every fault."""

    table: CategoryTable
    sources: list[SourceFile]
    protected: list[Placed[Listing]] = field(default_factory=list)  # their category is p1 or p2
    holds: list[Placed[Listing]] = field(default_factory=list)
    listings: list[Placed[Listing]] = field(default_factory=list)
    allowances: list[Placed[Allowance]] = field(default_factory=list)
    shared_hosts: list[Placed[SharedHost]] = field(default_factory=list)
    popular: list[Placed[PopularParent]] = field(default_factory=list)
    safe_search: list[Placed[SafeSearchTarget]] = field(default_factory=list)
    services: list[Placed[Service]] = field(default_factory=list)
    recipe_entries: list[Placed[Recipe]] = field(default_factory=list)
    recipes: Recipes = field(default_factory=Recipes)
    faults: list[Fault] = field(default_factory=list)

    def all(self) -> Iterator[Placed[object]]:
        """Every entry of every kind."""
        yield from (*self.protected, *self.holds, *self.listings, *self.allowances)
        yield from (*self.shared_hosts, *self.popular, *self.safe_search, *self.services, *self.recipe_entries)


def read_written(shipped: Path, overlay: Path | None, read: ReadDocument = read_document) -> Written:
    """Read all hand-written files. Raises DataFault if the taxonomy is wrong: nothing else can be judged without it."""
    faults: list[Fault] = []
    sources = note_sources(shipped, overlay, faults)
    taxonomy = next((source for source in sources if source.kind == "categories"), None)
    if taxonomy is None:
        raise DataFault(faults)
    written = Written(load_categories(taxonomy.path), sources, faults=faults)
    reading = _Reading(written, read)
    for kind in ("protected", "holds", "allow", "shared", "services", "yaml"):
        for source in sources:
            if source.kind == kind:
                reading.read(source)
    written.recipes, written.recipe_entries = read_recipes(sources, written.table, written.faults, read)
    return written


class _Reading:
    def __init__(self, written: Written, read: ReadDocument) -> None:
        self._written, self._read = written, read
        self._table = written.table
        self._faults = written.faults

    def read(self, source: SourceFile) -> None:
        try:
            entries = read_entries(self._read(source), self._faults)
        except DataFault as fault:
            self._faults += fault.faults
            return
        written, name = self._written, source.name
        if source.kind == "protected":
            self._keep(written.protected, source, _in_text(protected.parse(entries, source.subject, name)))
        elif source.kind == "holds":
            self._keep(written.holds, source, _in_text(holds.parse(entries, name)))
        elif source.kind == "allow":
            self._keep(written.allowances, source, _named(allow.parse(entries, self._table, name), _name_of), False)
        elif source.kind == "services":
            parsed = services.parse(entries, self._table, name)
            self._keep(written.services, source, _named(parsed, lambda service: service.id.encode()), False)
        elif source.kind == "shared":
            self._read_shared(entries, source)
        elif category := self._category(source):
            self._keep(written.listings, source, _in_text(own.parse(entries, category, name)))

    def _read_shared(self, entries: list[Fields], source: SourceFile) -> None:
        written = self._written
        if source.subject == "hosts":
            self._keep(written.shared_hosts, source, _named(shared.parse_hosts(entries, source.name), _name_of))
        elif source.subject == "popular":
            parsed = shared.parse_popular(entries, self._table, source.name)
            self._keep(written.popular, source, _named(parsed, _name_of))
        else:
            self._keep(written.safe_search, source, _named(shared.parse_safe_search(entries, source.name), _name_of))

    def _keep(self, kept: list[Placed[T]], source: SourceFile, parsed: Parsed[T], once_in_a_file: bool = True) -> None:
        seen: dict[bytes, str] = {}
        for entry, name, value in parsed:
            if once_in_a_file and name in seen:
                entry.refuse("name", "a name once in a file", f"it again (first at {seen[name]})", "delete one")
            seen.setdefault(name, entry.where)
            kept.append(Placed(entry, source, name, value))

    def _category(self, source: SourceFile) -> CategoryRow | None:
        """The category that a file is of, if people may write entries for it in this place."""
        category, where = self._table.get(source.subject), str(source.path)
        if category is None:
            known = ", ".join(row.id for row in self._table.categories)
            self._faults.append(Fault(where, "", f"a category among {known}", source.subject))
        elif category.id == RESTRICTED:
            remedy = "an authority's list is read by the resolver alone (restricted_names_file)"
            self._faults.append(Fault(where, "", "no list of restricted names", "one", remedy))
            return None
        return category


def _in_text(parsed: Parsed[Listing]) -> Iterator[tuple[Fields, bytes, Listing]]:
    for entry, name, listing in parsed:
        yield entry, canonical_text(name), listing


def _named(parsed: Iterable[tuple[Fields, T]], name_of: Callable[[T], bytes]) -> Iterator[tuple[Fields, bytes, T]]:
    for entry, value in parsed:
        yield entry, name_of(value), value


def _name_of(value: Allowance | SharedHost | PopularParent | SafeSearchTarget) -> bytes:
    return value.name
