"""Revocations as a publisher offers them: the lines of `lists.revocations`, and a last one for veiled names.

    {"version":1,"revocations":1}
    {"name":"shop.example", ...}
    {"veiled": {"key": ..., "note": ..., "texts": {"revocations": base64 of the same lines}}}

A name that was suspended in a HASHED category is no more for browsing than one that is listed there (see `veil`).
"""

from __future__ import annotations

from collections.abc import Iterable

from filterdns.errors import LogFault, StateFault
from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.revocations import MOST_OCTETS, Revocation, read_revocations, write_revocations
from filterdns.log.offering.veil import unveil, veil
from filterdns.log.record.shown import is_shown, open_categories
from filterdns.tlog.canonical import read_canonical, write_canonical

_WHERE = "revocations"
_VEILED = b'{"veiled":'


def write_offered(rows: Iterable[Revocation], table: CategoryTable) -> bytes:
    """The octets of these; the same in any order give the same. Raises StateFault for what may not be in a file."""
    shown: list[Revocation] = []
    hidden: list[Revocation] = []
    open_ = open_categories(table)
    for row in rows:
        (shown if is_shown(row.categories, open_) else hidden).append(row)
    octets = write_revocations(shown, _WHERE)
    if hidden:
        lines = write_revocations(hidden, _WHERE).decode()
        octets += write_canonical({"veiled": veil({_WHERE: lines})}) + b"\n"
    if len(octets) > MOST_OCTETS:
        raise StateFault(f"{_WHERE}: expected at most {MOST_OCTETS} octets, got {len(octets)}")
    return octets


def read_offered(octets: bytes, where: str) -> list[Revocation]:
    """All of them. Raises StateFault for the first lines, LogFault for the last if they are not what they must be."""
    lines, last_feed, last = octets.removesuffix(b"\n").rpartition(b"\n")
    if not last.startswith(_VEILED):
        return list(read_revocations(octets, where))
    veiled = read_canonical(last)
    texts = unveil(veiled["veiled"]) if veiled.keys() == {"veiled"} else {}
    if texts.keys() != {_WHERE}:
        raise LogFault(f"{where}: expected veiled revocations, got something else")
    return [*read_revocations(lines + last_feed, where), *read_revocations(texts[_WHERE].encode(), where)]
