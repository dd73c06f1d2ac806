"""Names under which strangers register: public suffixes, shared hosts of the Public Suffix List, and what lies above.

To list one would filter everybody below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

from filterdns.errors import NameFault
from filterdns.unicode_names import to_ascii

RULE = "public_suffix"
WORDS = "strangers register below it"


class PublicSuffixes:
    """The rules of a public suffix list, from the lines of its file (publicsuffix.org/list, its "Format").

    All names are canonical text, `b"co.uk"`.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.shared: set[bytes] = set()  # suffixes and the names above them
        self._any_below: set[bytes] = set()  # `*.ck`: every name directly below ck is a suffix
        self._exceptions: set[bytes] = set()  # `!www.ck`: but not this one
        for line in lines:
            rule = line.split(None, 1)[0] if line.strip() else ""
            if rule and not rule.startswith("//"):
                self._add(rule)

    def _add(self, rule: str) -> None:
        try:
            name = to_ascii(rule.lstrip("!").removeprefix("*.")).lower().encode("ascii")
        except NameFault:
            return  # a rule of a kind that no name can match
        if rule.startswith("!"):
            self._exceptions.add(name)
            return
        if rule.startswith("*."):
            self._any_below.add(name)
        while name and name not in self.shared:
            self.shared.add(name)
            name = name.partition(b".")[2]

    def holds(self, name: bytes) -> bool:
        """Whether this name is a public suffix or lies above one."""
        return name in self.shared or (name.partition(b".")[2] in self._any_below and name not in self._exceptions)

    @property
    def wildcards(self) -> Set[bytes]:
        """Names directly below which every name is a suffix."""
        return self._any_below

    @property
    def exceptions(self) -> Set[bytes]:
        """Names that are no suffixes though they lie below such a name."""
        return self._exceptions

    def below_wildcards(self, names: Iterable[bytes]) -> set[bytes]:
        """Those of some names that are public suffixes by a rule with a wildcard."""
        return {name for name in names if name.partition(b".")[2] in self._any_below} - self._exceptions
