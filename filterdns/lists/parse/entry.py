"""What all hand-written entries share: the name, the scope, people's approvals, and days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from filterdns.errors import NameFault
from filterdns.lists.fields import Fields
from filterdns.lists.parse.lines import read_name
from filterdns.names import name_text

TEST_ZONE = b"\x09filterdns\x04test\x00"
SCOPES = ("exact", "subdomains")

_EMPTY = b""


def name_of(entry: Fields) -> bytes:
    """The wire name of an entry; empty, with a fault noted, if it is none."""
    text = entry.text("name", 1_000)
    if not text:
        return _EMPTY
    try:
        return read_name(text.encode("utf-8", "replace"))
    except NameFault:
        entry.refuse("name", "a domain name of two labels or more", f'"{text[:80]}"')
        return _EMPTY


def text_name_of(entry: Fields) -> bytes:
    """The name of an entry as canonical text, `b"www.example.com"`; empty, with a fault noted, if it is none."""
    name = name_of(entry)
    return canonical_text(name) if name else _EMPTY


def text_names_of(entry: Fields, key: str, most: int) -> tuple[bytes, ...]:
    """The names of a list as canonical text, one or more, each once."""
    names: dict[bytes, None] = {}
    for number, text in entry.text_list(key, 1, most, 1_000):
        try:
            name = canonical_text(read_name(text.encode("utf-8", "replace")))
        except NameFault:
            entry.refuse_item(key, number, "a domain name of two labels or more", f'"{text[:80]}"')
            continue
        if name in names:
            entry.refuse_item(key, number, "each name once", f'"{text[:80]}" again', "delete one")
        names[name] = None
    return tuple(names)


def canonical_text(name: bytes) -> bytes:
    """A wire name as octets of its text without the final dot."""
    return name_text(name).encode("ascii")


def is_test_name(name: bytes) -> bool:
    """Whether a name lies in the zone that we made for trying things out."""
    return name.endswith(TEST_ZONE) and name != TEST_ZONE


def records_of(
    entry: Fields, key: str, wanted: tuple[str, ...], optional: tuple[str, ...] = ()
) -> list[dict[str, str]]:
    """The small records under a key, texts and the day `on`; none if the key is not there."""
    if not entry.has(key):
        return []
    records = []
    for part in entry.parts(key):
        record = {field: part.day(field).isoformat() if field == "on" else part.text(field, 400) for field in wanted}
        record |= {field: part.text(field, 400) for field in optional if part.has(field)}
        part.no_more()
        records.append(record)
    return records


def approvals_of(entry: Fields, fewest: int) -> tuple[dict[str, str], ...]:
    """Approvals by distinct persons of distinct organisations, at least so many."""
    approvals = records_of(entry, "approvals", ("by", "org", "on"), ("role", "sig"))
    if count_approvals(approvals) < fewest:
        persons, organisations = {row["by"] for row in approvals}, {row["org"] for row in approvals}
        got = f"{len(persons)} of {len(organisations)}"
        entry.refuse("approvals", f"{fewest} persons of {fewest} organisations", got, "two people lock, one unlocks")
    return tuple(approvals)


def count_approvals(approvals: Iterable[Mapping[str, str]]) -> int:
    """How many approvals count: by distinct persons of distinct organisations."""
    rows = list(approvals)
    return min(len({row["by"] for row in rows}), len({row["org"] for row in rows}))
