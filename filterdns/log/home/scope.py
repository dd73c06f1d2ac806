"""What of a publisher's decisions a home takes: as far as it trusts it, file by file and entry by entry.

What is left out is counted and told, never silently lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from filterdns.categories import Class
from filterdns.errors import DataFault
from filterdns.lists.categories_file import CategoryRow, CategoryTable
from filterdns.lists.fetch.house import leads_into_the_house
from filterdns.log.offering.decisions import kind_of
from filterdns.visible import visible
from filterdns.yaml_lines import Document, load_yaml, render_yaml

MOST_EXAMPLES = 20  # of what was left out; the counts are exact

UNTRUSTED_KIND = "of a kind that the publisher is not trusted for"
UNTRUSTED = "in a category that the publisher is not trusted for"
UNKNOWN = "in a category that this filterdns does not know"
ORDERS = "an order from outside, which binds the operator that got it"
FAULTY = "with a fault"
HOUSE = "a list at an address of the house, where nobody from outside sends us"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a publisher is trusted for. Orders from outside bind one operator: they are taken only if they are named."""

    kinds: frozenset[str]
    categories: frozenset[str] = frozenset()  # empty: all that are no orders

    def takes(self, row: CategoryRow) -> bool:
        """Whether it is trusted for this category."""
        if not self.categories:
            return row.klass is not Class.LEGAL
        return row.id in self.categories


@dataclass(slots=True)
class LeftOut:
    """What was not taken: how much, for which reason, and a few examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, why: str, example: str, count: int = 1) -> None:
        """Note it."""
        why = visible(why)
        self.counts[why] += count
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(f"{visible(example)}: {why}")


class Draft:
    """One file of decisions of which entries may be left out; as it was written if none is."""

    def __init__(self, name: str, text: str) -> None:
        """Raises DataFault for what is no YAML, or has no entries."""
        self.name = name
        self._text: str | None = text
        self._document: Document | None = load_yaml(text, name)
        self._data: Any = self._document.data if self._document.data is not None else []
        if self._entries is None:
            raise DataFault([self._document.fault((), "entries", "something else")])

    @property
    def _entries(self) -> list[Any] | None:
        entries = self._data.get("lists") if isinstance(self._data, dict) else self._data
        return entries if isinstance(entries, list) else None

    @property
    def entries(self) -> list[Any]:
        """The entries as they are now."""
        return self._entries or []

    def replace(self, entries: list[Any]) -> None:
        """Only these are left, in a text of our own."""
        if isinstance(self._data, dict):
            self._data = self._data | {"lists": entries}
        else:
            self._data = entries
        self._text = self._document = None

    @property
    def text(self) -> str:
        """The file."""
        if self._text is None:
            self._text = render_yaml(self._data)
        return self._text

    def entry_at(self, line: int) -> int | None:
        """Which entry a line of the text belongs to; None for what stands before all of them."""
        if self._document is None:
            self._document = load_yaml(self.text, self.name)
        above: tuple[str | int, ...] = ("lists",) if isinstance(self._data, dict) else ()
        lines = [self._document.line((*above, number)) for number in range(len(self.entries))]
        return max((number for number, first in enumerate(lines) if first <= line), default=None)


def label_of(entry: Any) -> str:
    """What an entry is called, for people."""
    name = (entry.get("name") or entry.get("id")) if isinstance(entry, dict) else None
    return str(name)[:120] if name else "an entry"


class Narrowing:
    """Leaves out what is beyond the scope."""

    def __init__(self, table: CategoryTable, scope: Scope, left_out: LeftOut) -> None:
        self._scope, self._left_out = scope, left_out
        self._rows = {row.id: row for row in table.categories}
        self._taken = {row.id for row in table.categories if scope.takes(row)}

    def narrow(self, draft: Draft) -> bool:
        """Whether anything of the file is left."""
        kind = kind_of(draft.name)
        if kind not in self._scope.kinds:
            self._left_out.add(UNTRUSTED_KIND, draft.name, len(draft.entries))
            return False
        if kind == "listings":
            category = category_of(draft.name)
            why = self._why_not(category)
            if why:
                self._left_out.add(why, draft.name, len(draft.entries))
            return not why
        if kind in ("allow", "sources"):
            narrow = self._allowed if kind == "allow" else self._sources
            entries = list(narrow(draft.name, draft.entries))
            if entries != draft.entries:
                draft.replace(entries)
        return bool(draft.entries)

    def _why_not(self, category: Any) -> str:
        if not isinstance(category, str):
            return FAULTY
        if category in self._taken:
            return ""
        row = self._rows.get(category)
        if row is None:
            return UNKNOWN
        return ORDERS if row.klass is Class.LEGAL else UNTRUSTED

    def _sources(self, file: str, entries: Iterable[Any]) -> Iterator[Any]:
        for entry in entries:
            why = self._why_not(entry.get("category") if isinstance(entry, dict) else None)
            if not why and any(map(leads_into_the_house, _urls(entry))):
                why = HOUSE
            if why:
                self._left_out.add(why, f"{file}: {label_of(entry)}")
            else:
                yield entry

    def _allowed(self, file: str, entries: Iterable[Any]) -> Iterator[Any]:
        """A name that is opened in several categories is opened in those that the publisher is trusted for."""
        for entry in entries:
            named = entry.get("categories") if isinstance(entry, dict) else None
            if named == "all" and self._scope.categories:
                named = sorted(self._rows)
            if not isinstance(named, list):
                yield entry
                continue
            taken = [category for category in named if not self._why_not(category)]
            if not taken:
                self._left_out.add(self._why_not(named[0]) if named else FAULTY, f"{file}: {label_of(entry)}")
            else:
                yield entry | {"categories": taken}


def _urls(recipe: dict[str, Any]) -> list[str]:
    """What a recipe says; whether these are URLs is judged with the rest of it."""
    urls = recipe.get("urls")
    return [url for url in urls if isinstance(url, str)] if isinstance(urls, list) else []


def category_of(name: str) -> str:
    """The category that a file of `own/` is of."""
    return name.partition("/")[2].partition(".")[0]
