"""Everything that people wrote, both layers in one frozen object: what a release is compiled from besides imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from filterdns.errors import DataFault, Fault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.kept_documents import ReadDocument, read_document
from filterdns.lists.listing import Listing
from filterdns.lists.own_rules import SUFFIX_LIST, OwnRules, SetAside, first_places
from filterdns.lists.parse.allow import Allowance
from filterdns.lists.parse.services import Service
from filterdns.lists.parse.shared import PopularParent, SharedHost
from filterdns.lists.placed import Placed
from filterdns.lists.recipes_file import Recipes
from filterdns.lists.sources import SourceFile, suffix_source
from filterdns.lists.written import read_written

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OwnData:
    """All names are canonical text: `b"www.example.com"`. Where a name stands twice, what is shipped comes first."""

    table: CategoryTable
    listings: tuple[tuple[bytes, Listing], ...]  # of `own/`, in reading order; expired ones too, the clock drops them
    p1: Mapping[bytes, Listing]
    p2: Mapping[bytes, Listing]
    holds: tuple[tuple[bytes, Listing], ...]
    allowances: tuple[Allowance, ...]
    shared_hosts: Mapping[bytes, SharedHost]
    popular: Mapping[bytes, PopularParent]
    safe_search: frozenset[bytes]
    services: tuple[Service, ...]
    recipes: Recipes
    sources: tuple[SourceFile, ...]  # every file of both folders, plain lists too
    set_aside: tuple[SetAside, ...]  # entries of an installation that do not count
    warnings: tuple[Fault, ...]  # what somebody should look at and nothing stops for
    suffixes: PublicSuffixes
    suffix_list: SourceFile  # what `suffixes` was read from: nobody here wrote it, and a release depends on it

    @property
    def inputs(self) -> dict[str, str]:
        """SHA-256 by file name, as a release's manifest keeps them."""
        return {source.name: source.sha256 for source in (*self.sources, self.suffix_list)}


def load_own_data(
    shipped: Path, overlay: Path | None, suffix_list: Path = SUFFIX_LIST, read: ReadDocument = read_document
) -> OwnData:
    """Read both folders. Raises DataFault with all faults of all files at once."""
    suffixes = suffix_source(suffix_list)  # digested before it is read, like all files: `build` looks again afterwards
    written = read_written(shipped, overlay, read)
    rules = OwnRules(written, suffix_list)
    kept, set_aside = rules.judge()
    if written.faults:
        raise DataFault(written.faults)
    return OwnData(
        table=written.table,
        listings=tuple(_reviewed_last(kept)),
        p1=_level(written.protected, "p1"),
        p2=_level(written.protected, "p2"),
        holds=tuple((placed.name, placed.value) for placed in written.holds),
        allowances=tuple(placed.value for placed in written.allowances),
        shared_hosts=_by_name(written.shared_hosts),
        popular=_by_name(written.popular),
        safe_search=frozenset(placed.name for placed in written.safe_search),
        services=tuple(placed.value for placed in written.services),
        recipes=written.recipes,
        sources=tuple(written.sources),
        set_aside=tuple(set_aside),
        warnings=written.recipes.warnings,
        suffixes=rules.suffixes,
        suffix_list=suffixes,
    )


def _reviewed_last(kept: Iterable[Placed[Listing]]) -> Iterator[tuple[bytes, Listing]]:
    """The listings; of two of a name that are the same but for the day of their last review, the younger."""
    placed = list(kept)
    last: dict[tuple[object, ...], date] = {}
    for item in placed:
        if (day := item.value.reviewed_on) is not None:
            last[_same(item)] = max(day, last.get(_same(item), day))
    for item in placed:
        if _same(item) not in last or item.value.reviewed_on == last[_same(item)]:
            yield item.name, item.value


def _same(placed: Placed[Listing]) -> tuple[object, ...]:
    listing = placed.value
    return placed.name, listing.category, listing.subdomains, listing.basis, listing.listed_on


def _level(placed: Iterable[Placed[Listing]], level: str) -> dict[bytes, Listing]:
    return _by_name(item for item in placed if item.value.category == level)


def _by_name(placed: Iterable[Placed[T]]) -> dict[bytes, T]:
    return {name: item.value for name, item in first_places(placed).items()}
