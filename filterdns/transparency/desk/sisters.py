"""Sister names: others of the same site, or called alike, that the same lists name: often wrong together.

Nothing is asked outside. What one site is, is guessed by the last two labels, or three below a country's second level;
it only chooses what is shown.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from filterdns.lists.sightings import Sighting

MOST_SHOWN = 20
_MOST_LOOKED_AT = 100
_LEAST_LABEL = 4  # characters: shorter first labels are called alike by chance
_EVERYWHERE = frozenset({"www", "mail", "blog", "shop", "home", "info", "news", "static", "login", "test", "images"})
_COUNTRY_LETTERS, _SECOND_LEVEL = 2, 3


class Memory(Protocol):
    """What is needed of a release's sightings."""

    def named(self, name: bytes) -> list[Sighting]: ...
    def beginning(self, prefix: bytes, most: int) -> list[bytes]: ...
    def ending(self, suffix: bytes, most: int) -> list[bytes]: ...


def find_sisters(memory: Memory, name: str, sources: Collection[str]) -> list[str]:
    """Up to MOST_SHOWN names, in order, that one of these lists names today. Raises IndexFault."""
    if not sources:
        return []
    site, first = site_of(name), name.removeprefix("www.").partition(".")[0]
    candidates = [site.encode(), *memory.ending(f".{site}".encode(), _MOST_LOOKED_AT)]
    if len(first) >= _LEAST_LABEL and first not in _EVERYWHERE:
        candidates += memory.beginning(f"{first}.".encode(), _MOST_LOOKED_AT)
    found = []
    for candidate in dict.fromkeys(candidates):
        if candidate != name.encode() and _is_named(memory, candidate, sources):
            found.append(candidate.decode("ascii", "replace"))
        if len(found) == MOST_SHOWN:
            break
    return sorted(found)


def site_of(name: str) -> str:
    """What is probably the whole site of a name."""
    labels = name.split(".")
    is_country = len(labels) > 2 and len(labels[-1]) == _COUNTRY_LETTERS and len(labels[-2]) <= _SECOND_LEVEL
    return ".".join(labels[-3 if is_country else -2 :])


def _is_named(memory: Memory, name: bytes, sources: Collection[str]) -> bool:
    return any(sighting.last is None and sighting.source in sources for sighting in memory.named(name))
