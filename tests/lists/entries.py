"""Entries as a test writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from filterdns.errors import Fault
from filterdns.lists.fields import Fields, read_entries
from filterdns.lists.listing import Listing
from filterdns.yaml_lines import load_yaml

Parse = Callable[[Iterable[Fields]], Iterator[tuple[Fields, bytes, Listing]]]


def parsed(text: str, parse: Parse) -> tuple[list[tuple[bytes, Listing]], list[Fault]]:
    """The listings of a YAML text, and the faults."""
    faults: list[Fault] = []
    entries = read_entries(load_yaml(text, "f.yaml"), faults)
    return [(name, listing) for _, name, listing in parse(entries)], faults


def own_entry(name: str, listed_on: str = "2026-11-24", more: str = "") -> str:
    """A starter listing of a name with its subdomains."""
    return (
        f"- name: {name}\n  scope: subdomains\n  scope_reason: all of it\n  definition: '1.0'\n"
        f"  basis: starter\n  reason: {{en: seen}}\n  listed_on: {listed_on}\n{more}"
    )


def protected_entry(name: str, kind: str) -> str:
    return f"- {{name: {name}, kind: {kind}, country: NO, language: en, source: test}}\n"
