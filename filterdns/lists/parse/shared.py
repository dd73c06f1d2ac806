"""`shared/*.yaml`: names that belong to many, which a list must not close for all of them by naming one.

`hosts`        strangers share the name itself: an import of exactly it is refused
`popular`      half of a country uses it: an import waits for a person, but for the categories it is known for
`safe_search`  where a search engine's safe search points to: never listed, or searching stops in each house with it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import Fields, Texts
from filterdns.lists.parse.entry import text_name_of

HOST_KINDS = ("cdn", "cloud", "hosting", "shortener", "mail", "platform")


@dataclass(frozen=True, slots=True)
class SharedHost:
    """A name that many strangers share; names below it are single strangers' and may be listed."""

    name: bytes  # canonical text
    kind: str  # one of HOST_KINDS
    why: Texts
    source: str


@dataclass(frozen=True, slots=True)
class PopularParent:
    """A popular name; lists may name exactly it in these categories alone."""

    name: bytes  # canonical text
    kind: str
    approved_for: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class SafeSearchTarget:
    """A name that safe search answers with."""

    name: bytes  # canonical text
    of: str  # the search engine
    source: str


def parse_hosts(entries: Iterable[Fields], source: str) -> Iterator[tuple[Fields, SharedHost]]:
    """(entry, shared host) of each entry without a fault; faults are noted in the entries."""
    for entry in entries:
        before = len(entry.faults)
        host = SharedHost(text_name_of(entry), entry.word("kind", HOST_KINDS), entry.texts("why", 400), source)
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, host


def parse_popular(
    entries: Iterable[Fields], table: CategoryTable, source: str
) -> Iterator[tuple[Fields, PopularParent]]:
    """(entry, popular parent) of each entry without a fault."""
    for entry in entries:
        before = len(entry.faults)
        approved = entry.text_list("approved_for", 0, len(table.categories))
        for number, category in approved:
            if table.get(category) is None:
                known = ", ".join(row.id for row in table.categories)
                entry.refuse_item("approved_for", number, f"a category among {known}", f'"{category}"')
        categories = frozenset(category for _, category in approved)
        parent = PopularParent(text_name_of(entry), entry.text("kind", 60), categories, source)
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, parent


def parse_safe_search(entries: Iterable[Fields], source: str) -> Iterator[tuple[Fields, SafeSearchTarget]]:
    """(entry, target) of each entry without a fault."""
    for entry in entries:
        before = len(entry.faults)
        target = SafeSearchTarget(text_name_of(entry), entry.text("of", 80), source)
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, target
