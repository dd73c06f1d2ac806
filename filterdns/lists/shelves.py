"""Names cut into shelves: each small enough to be worked on in memory, names below one two-label suffix all on one.

A million names at once would need a few hundred MiB; a shelf at a time the build stays small on a machine that resolves
meanwhile.  The shelf is found from two characters, the last of the second label from the right and the first of the
last label: cheap, the same everywhere, and equal for a name and all names below it.
"""

from __future__ import annotations

from collections.abc import Iterable

SHELVES = 64


def shelf_of(name: bytes) -> int:
    """The shelf of a canonical name in text, `b"www.example.com"`; it has two labels or more."""
    dot = name.rfind(b".")
    return name[dot - 1] + name[dot + 1] & 63


def put_on_shelves(names: Iterable[bytes], shelves: list[list[bytes]]) -> None:
    """Append each name to its shelf."""
    appends = [shelf.append for shelf in shelves]
    for name in names:  # `shelf_of`, written out: this is done for every name of every list
        dot = name.rfind(b".")
        appends[name[dot - 1] + name[dot + 1] & 63](name)


def empty_shelves() -> list[list[bytes]]:
    """As many empty lists as there are shelves."""
    return [[] for _ in range(SHELVES)]


def split_shelf(text: bytes) -> list[bytes]:
    """The names of a shelf that were joined with line feeds."""
    return text.split(b"\n") if text else []
