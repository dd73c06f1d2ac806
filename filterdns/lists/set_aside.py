"""The `set_aside` file of a release: names that lists or we ourselves gave, and that a rule kept off.

A line each, in order of the names: `name rule category source`.  What only too few feeds named is not written here:
the `seen` file tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
                yield _read_refusal(line.rstrip(b"\n"))
    except OSError as error:
        raise IndexFault(f"{path}: expected names that were set aside, got {error}") from error


class SetAsideNames:
    """A `set_aside` file over `buffer`, bytes or a read-only mmap, asked for single names."""

    __slots__ = ("_buffer",)

    def __init__(self, buffer: Any) -> None:
        self._buffer = buffer

    def get(self, name: bytes) -> list[Refusal]:
        """The refusals of exactly this name, in order. Raises IndexFault where the file is damaged."""
        buffer = self._buffer
        wanted = name + b" "
        low, high = 0, len(buffer)  # always at the beginning of a line, or at the end
        while low < high:
            middle = buffer.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = buffer.find(b" ", middle)
            if end < 0:
                raise IndexFault("expected names that were set aside, got a line without a space")
            if bytes(buffer[middle:end]) < name:
                low = buffer.find(b"\n", end) + 1 or len(buffer)
            else:
                high = middle
        found = []
        while buffer[low : low + len(wanted)] == wanted:
            end = buffer.find(b"\n", low)
            found.append(_read_refusal(bytes(buffer[low : end if end >= 0 else len(buffer)])))
            low = end + 1 or len(buffer)
        return found


def _read_refusal(line: bytes) -> Refusal:
    try:
        name, rule, category, source = line.split(b" ", 3)
        return Refusal(name, rule.decode(), category.decode(), source.decode())
    except ValueError as error:
        raise IndexFault(f"expected a name that was set aside, got {line[:80]!r}") from error


def find_refusals(path: Path, name: bytes) -> list[Refusal]:
    """Those of exactly this name. Raises IndexFault."""
    return [each for each in read_refusals(path) if each.name == name]
