"""Names and their wildcards in response policy zones: together a name and all below it, in any order and far apart."""

from __future__ import annotations

from filterdns.lists.parse.lines import Rejected

# What is held to the end, for wildcards that stand far from their names. In nearly all lists they stand side by side;
# beyond these bounds, only those do count. Octets of the text of names, and wildcards of about 100 octets of memory.
MOST_HELD_OCTETS = 16 * 1024 * 1024
MOST_HELD_WILDCARDS = 100_000

_EXPECTED = "the name itself too: only what lies below it cannot be expressed"


class WildPairs:
    """The wildcards of one list that wait for their names, and the names that may come to be theirs."""

    def __init__(self) -> None:
        self._wildcards: dict[bytes, int] = {}
        self._names: list[bytes] = []
        self._octets = 0

    def add_wildcard(
        self, line: int, name: bytes, alone: list[bytes], with_below: list[bytes], rejected: list[Rejected]
    ) -> None:
        """`*.name`: if the name was the last of `alone`, it goes from there to `with_below`."""
        if alone and alone[-1] == name:
            with_below.append(alone.pop())
        elif len(self._wildcards) < MOST_HELD_WILDCARDS:
            self._wildcards.setdefault(name, line)
        else:
            rejected.append(Rejected(line, _shown(name), _EXPECTED))

    def hold(self, names: list[bytes]) -> None:
        """Remember names whose wildcards may still come, or stood before."""
        if names and self._octets < MOST_HELD_OCTETS:
            text = b"\n".join(names)
            self._names.append(text)
            self._octets += len(text)

    def resolve(self, with_below: list[bytes], rejected: list[Rejected]) -> None:
        """At the end: the names of wildcards, or why there are none."""
        if not self._wildcards:
            return
        paired: set[bytes] = set()
        for text in self._names:
            paired |= self._wildcards.keys() & text.split(b"\n")
        for name, line in self._wildcards.items():
            if name in paired:
                with_below.append(name)
            else:
                rejected.append(Rejected(line, _shown(name), _EXPECTED))


def _shown(name: bytes) -> str:
    return "*." + name.decode("ascii")
