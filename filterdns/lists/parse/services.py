"""`services/*.yaml`: apps and sites as a parent names them, each with its names and what else stops without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from filterdns.categories import Class
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.fields import Fields, Texts
from filterdns.lists.parse.entry import text_names_of

MOST_DOMAINS = 100  # of one service; the longest of the shipped ones have about twenty

_is_id = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z").match


@dataclass(frozen=True, slots=True)
class Service:
    """One app or site. `domains` are canonical text, each with its subdomains."""

    id: str
    name: str
    category: str  # "" if no category is about it: a family filters it by its names or not at all
    domains: tuple[bytes, ...]
    breaks: Texts  # what else stops working when it is filtered
    about: Texts
    source: str  # file of the lists folder


def parse(entries: Iterable[Fields], table: CategoryTable, source: str) -> Iterator[tuple[Fields, Service]]:
    """(entry, service) of each entry without a fault; faults are noted in the entries."""
    known = tuple(row.id for row in table.categories if row.klass is not Class.LEGAL)
    for entry in entries:
        before = len(entry.faults)
        id_ = entry.text("id", 40)
        if id_ and not _is_id(id_):
            entry.refuse("id", "an identifier of lower-case letters, digits and hyphens", f'"{id_}"')
        service = Service(
            id=id_,
            name=entry.text("name", 80),
            category=entry.word("category", known) if entry.has("category") else "",
            domains=text_names_of(entry, "domains", MOST_DOMAINS),
            breaks=entry.texts("breaks", 400),
            about=entry.texts("about", 400),
            source=source,
        )
        entry.no_more()
        if len(entry.faults) == before:
            yield entry, service
