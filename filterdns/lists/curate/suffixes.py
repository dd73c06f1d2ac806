"""Names under which strangers register: public suffixes, shared hosts of the Public Suffix List, and what lies above.

To list one would filter everybody below it.
"""

from __future__ import annotations

from collections.abc import Iterable

from filterdns.errors import NameFault
from filterdns.names import label_offsets
from filterdns.unicode_names import parse_unicode_name


class PublicSuffixes:
    """The rules of a public suffix list, from the lines of its file (publicsuffix.org/list, its "Format")."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._shared: set[bytes] = set()  # suffixes and the names above them
        self._any_below: set[bytes] = set()  # `*.ck`: every name directly below ck is a suffix
        self._exceptions: set[bytes] = set()  # `!www.ck`: but not this one
        for line in lines:
            rule = line.split(None, 1)[0] if line.strip() else ""
            if rule and not rule.startswith("//"):
                self._add(rule)

    def _add(self, rule: str) -> None:
        try:
            if rule.startswith("!"):
                self._exceptions.add(parse_unicode_name(rule[1:]))
            elif rule.startswith("*."):
                name = parse_unicode_name(rule[2:])
                self._any_below.add(name)
                self._add_with_parents(name)
            else:
                self._add_with_parents(parse_unicode_name(rule))
        except NameFault:
            return  # a rule of a kind that no name can match

    def _add_with_parents(self, name: bytes) -> None:
        self._shared.update(name[at:] for at in label_offsets(name))

    def holds(self, name: bytes) -> bool:
        """Whether this name is a public suffix or lies above one."""
        if name in self._shared:
            return True
        return name[name[0] + 1 :] in self._any_below and name not in self._exceptions
