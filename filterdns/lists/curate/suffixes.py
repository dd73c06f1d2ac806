"""Names under which strangers register: public suffixes and the shared hosts of the Public Suffix List.

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
        self._suffixes: set[bytes] = set()
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
                self._any_below.add(parse_unicode_name(rule[2:]))
            else:
                self._suffixes.add(parse_unicode_name(rule))
        except NameFault:
            return  # a rule of a kind that no name can match

    def holds(self, name: bytes) -> bool:
        """Whether strangers register names directly below this one."""
        if name in self._suffixes or name in self._any_below:
            return True
        return name[name[0] + 1 :] in self._any_below and name not in self._exceptions

    def is_above(self, name: bytes) -> bool:
        """Whether a public suffix other than the name itself lies below it; slow, for what people write."""
        return any(
            len(suffix) > len(name) and suffix.endswith(name) and len(suffix) - len(name) in label_offsets(suffix)
            for suffix in self._suffixes | self._any_below
        )
