"""Names under which strangers register: public suffixes, shared hosts of the Public Suffix List, and what lies above.

To list one would filter everybody below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from filterdns.errors import NameFault
from filterdns.lists.curate.below import names_below
from filterdns.names import label_offsets, name_text
from filterdns.unicode_names import parse_unicode_name


class PublicSuffixes:
    """The rules of a public suffix list, from the lines of its file (publicsuffix.org/list, its "Format")."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.shared: set[bytes] = set()  # suffixes and the names above them
        self.any_below: set[bytes] = set()  # `*.ck`: every name directly below ck is a suffix
        self.exceptions: set[bytes] = set()  # `!www.ck`: but not this one
        for line in lines:
            rule = line.split(None, 1)[0] if line.strip() else ""
            if rule and not rule.startswith("//"):
                self._add(rule)

    def _add(self, rule: str) -> None:
        try:
            if rule.startswith("!"):
                self.exceptions.add(parse_unicode_name(rule[1:]))
            elif rule.startswith("*."):
                name = parse_unicode_name(rule[2:])
                self.any_below.add(name)
                self._add_with_parents(name)
            else:
                self._add_with_parents(parse_unicode_name(rule))
        except NameFault:
            return  # a rule of a kind that no name can match

    def _add_with_parents(self, name: bytes) -> None:
        self.shared.update(name[at:] for at in label_offsets(name))

    def holds(self, name: bytes) -> bool:
        """Whether this name is a public suffix or lies above one."""
        if name in self.shared:
            return True
        return name[name[0] + 1 :] in self.any_below and name not in self.exceptions


class SharedSuffixes:
    """The same rules for many names at once, in text; made from the same lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        rules = PublicSuffixes(lines)
        self._exact = frozenset(_text(name) for name in rules.shared if name[name[0] + 1])  # of two labels or more
        self._any_below = frozenset(_text(name) for name in rules.any_below)
        self._exceptions = frozenset(_text(name) for name in rules.exceptions)

    def refused(self, names: Sequence[bytes], present: Set[bytes], above: Set[bytes]) -> set[bytes]:
        """Those of these names that are a public suffix or lie above one.

        `present` holds the same names, `above` whatever lies above one of them.
        """
        zones = above & self._any_below
        below = {name for name in names_below(names, zones) if name.partition(b".")[2] in zones}
        return {*(present & self._exact), *(below - self._exceptions)}


def _text(name: bytes) -> bytes:
    return name_text(name).encode("ascii")
