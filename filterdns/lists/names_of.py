"""The listed names of a release with what lists them, streamed: for search, comparison and samples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from filterdns.lists.index.walk import walk_index
from filterdns.lists.release import INDEX, Release, map_file
from filterdns.names import name_text

PROTECTIONS = ("p1", "p2", "hold")
CATEGORY, SOURCE, BASIS, PROPOSER, COUNTRY, LANGUAGE = BY = (
    "category",
    "source",
    "basis",
    "proposer",
    "country",
    "language",
)
UNKNOWN = "unknown"  # what nobody has said of a listing

Fields = tuple[str, ...]
"""What is said of a listing in the order of BY; "" where nothing is."""


@dataclass(frozen=True, eq=False)
class Kinds:
    """As what a name is listed, protections and holds among it. One object for all names of a set.

    A listing of a site in several languages stands here once for each.
    """

    listings: frozenset[Fields] = frozenset()

    @cached_property
    def categories(self) -> frozenset[str]:
        """Its categories."""
        return frozenset(listing[BY.index(CATEGORY)] for listing in self.listings)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Who lists it: identifiers of lists, and files of the lists folder."""
        return frozenset(listing[BY.index(SOURCE)] for listing in self.listings)

    def keys(self, by: Sequence[str], country: str = "") -> frozenset[str]:
        """Its listings told by these fields of BY, in their order: `adult some-list`.

        `country`: the one that the name itself tells, where nobody has written another one down.
        """
        places = [(BY.index(field), country if field == COUNTRY else "") for field in by]
        return frozenset(
            " ".join(listing[place] or instead or UNKNOWN for place, instead in places) for listing in self.listings
        )


NONE = Kinds()


class ListedNames:
    """The names of one release. Raises IndexFault where it is damaged."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._index = release.open_index()
        self._rows = release.open_listings()
        self._kinds: dict[int, Kinds] = {}

    def rows(self, wire: bytes) -> list[dict[str, Any]]:
        """What the release says of each listing of exactly this name."""
        for offset, _, number in self._index.matches(wire):
            return [] if offset else self._rows.find(number)
        return []

    def walk(self, part: bytes = b"") -> Iterator[tuple[bytes, Kinds]]:
        """(wire name, kinds) of each name; of those alone whose text contains `part`, if it is given."""
        # Dots are octets of length in a wire name, and one of these may look like a letter: so each find is looked at.
        maybe = re.compile(re.escape(part).replace(rb"\.", b"[\x01-\x3f]"), re.DOTALL).search
        for wire, number in walk_index(map_file(self._release.folder / INDEX)):
            if not part or (maybe(wire) and part in name_text(wire).encode("ascii")):
                yield wire, self._kinds_of(number)

    def get(self, wire: bytes) -> Kinds:
        """The kinds of exactly this name; NONE if it is not listed."""
        for offset, _, number in self._index.matches(wire):
            return NONE if offset else self._kinds_of(number)
        return NONE

    def _kinds_of(self, number: int) -> Kinds:
        kinds = self._kinds.get(number)
        if kinds is None:
            rows = self._rows.find(number)
            kinds = self._kinds[number] = Kinds(frozenset(fields for row in rows for fields in fields_of(row)))
        return kinds


def fields_of(row: Mapping[str, Any]) -> Iterator[Fields]:
    """What a row of a release says of a listing, once for each language.

    The country is the one of a protected service or of the law behind an order; the languages are those of a protected
    service or of the evidence.
    """
    about = row.get("about", {})
    country = about.get("country", "") or row.get("order", {}).get("jurisdiction", "")
    languages = about.get("language", "") or ",".join(record.get("lang", "") for record in row.get("evidence", ()))
    said = {CATEGORY: row.get(CATEGORY), SOURCE: row.get(SOURCE), BASIS: row.get(BASIS)}
    said |= {PROPOSER: row.get("proposed_by"), COUNTRY: country}
    for language in {word.strip() for word in languages.split(",")} - {""} or {""}:
        yield tuple(str((said | {LANGUAGE: language})[field] or "") for field in BY)
