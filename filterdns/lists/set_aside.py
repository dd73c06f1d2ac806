"""The `set_aside` file of a release: names that lists or we ourselves gave, and that a rule kept off.

A line each, in order of the names: `name rule category source`.  What only too few feeds named is not written here:
the `seen` file tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filterdns.errors import IndexFault


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A listing that a rule kept off. `source`: a list's identifier or a file of the lists folder."""

    name: bytes  # canonical text
    rule: str  # of `curate.name_rules`
    category: str
    source: str


def write_refusals(refusals: Iterable[Refusal]) -> bytes:
    """The octets of the file."""
    return b"".join(
        b"%b %b %b %b\n" % (each.name, each.rule.encode(), each.category.encode(), each.source.encode())
        for each in sorted(refusals)
    )


def read_refusals(path: Path) -> Iterator[Refusal]:
    """All refusals of a release's file, in order. Raises IndexFault if it cannot be read or is damaged."""
    try:
        with path.open("rb") as file:
            for line in file:
                name, rule, category, source = line.rstrip(b"\n").split(b" ", 3)
                yield Refusal(name, rule.decode(), category.decode(), source.decode())
    except (OSError, ValueError) as error:
        raise IndexFault(f"{path}: expected names that were set aside, got {error}") from error


def find_refusals(path: Path, name: bytes) -> list[Refusal]:
    """Those of exactly this name. Raises IndexFault."""
    return [each for each in read_refusals(path) if each.name == name]
