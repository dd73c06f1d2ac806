"""What imported lists may not touch: protected names and what lies below them, and names that many strangers share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from filterdns.lists.curate.suffixes import PublicSuffixes
from filterdns.lists.manifest import MOST_EXAMPLES
from filterdns.lists.parse.lines import Rejected
from filterdns.names import label_offsets, name_text


class Guarded:
    """Protected names, asked for each name that is to be listed."""

    def __init__(self, names: Iterable[bytes] = ()) -> None:
        self.names: set[bytes] = set()
        self._ends: set[bytes] = set()
        for name in names:
            self.add(name)

    def add(self, name: bytes) -> None:
        """Protect one name more, and what lies below it."""
        self.names.add(name)
        self._ends.add(_last_two_labels(name))

    def covers(self, name: bytes) -> bool:
        """Whether this name is protected or lies below one that is."""
        if _last_two_labels(name) not in self._ends:
            return False
        return any(name[at:] in self.names for at in label_offsets(name))


@dataclass(slots=True)
class Sieve:
    """Lets through the names of an import that may be listed, and counts the rest."""

    guarded: Guarded
    suffixes: PublicSuffixes
    rejected: int = 0
    rejected_examples: list[str] = field(default_factory=list)
    set_aside: int = 0
    set_aside_examples: list[str] = field(default_factory=list)

    def pass_names(self, parsed: Iterable[bytes | Rejected], source: str) -> Iterator[bytes]:
        """The names that may be listed, in their order."""
        covers, is_shared = self.guarded.covers, self.suffixes.holds
        for name in parsed:
            if isinstance(name, Rejected):
                self._reject(name, source)
            elif covers(name):
                self.note_protected(name, source)
            elif is_shared(name):
                self._set_aside(f"{source}: {name_text(name)}: shared by many, at or above a public suffix")
            else:
                yield name

    def note_protected(self, name: bytes, source: str) -> None:
        """Count a name that is not listed because it is protected."""
        self._set_aside(f"{source}: {name_text(name)}: protected")

    def _reject(self, line: Rejected, source: str) -> None:
        self.rejected += 1
        if len(self.rejected_examples) < MOST_EXAMPLES:
            self.rejected_examples.append(f'{source}:{line.line}: expected {line.expected}, got "{line.text}"')

    def _set_aside(self, example: str) -> None:
        self.set_aside += 1
        if len(self.set_aside_examples) < MOST_EXAMPLES:
            self.set_aside_examples.append(example)


def _last_two_labels(name: bytes) -> bytes:
    at, one, end = 0, name[0] + 1, len(name) - 1
    while one < end:
        two = one + name[one] + 1
        if two >= end:
            break
        at, one = one, two
    return name[at:]
