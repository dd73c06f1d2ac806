"""A value that somebody wrote, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from filterdns.lists.fields import Fields
from filterdns.lists.sources import SourceFile

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Placed(Generic[T_co]):
    """`entry` gives faults of the value their file and line. `name` is canonical text, or an identifier's octets."""

    entry: Fields
    source: SourceFile
    name: bytes
    value: T_co
