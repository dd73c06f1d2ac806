"""Records of a zone file as RFC 1035 section 5.1 has it, a line at a time: owners, parentheses, quotes and escapes.

Values stay text: only owners and types matter to those who ask. The zone's apex is the owner of its SOA or its first
`$ORIGIN`; a file that has neither leaves it to the server, and its names are relative.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from filterdns.errors import NameFault

MOST_RECORD_LINES = 20  # between parentheses; one that nobody closes must not swallow a list
_MOST_WORDS = 16  # of a record, that are kept

_read_words = re.compile(rb"\"(?:[^\"\\]|\\.)*\"|;.*|[()]|(?:[^\s;()\"\\]|\\.)+|[\"\\]").findall
_is_time_to_live = re.compile(rb"[0-9]+(?:[smhdw][0-9]*)*", re.IGNORECASE).fullmatch
_CLASSES = {b"IN", b"CH", b"HS"}
_escape = re.compile(rb"\\([0-9]{3}|.)")
_is_plain_octet = re.compile(rb"[A-Za-z0-9_-]").fullmatch


@dataclass(frozen=True, slots=True)
class Record:
    """One record, `line` being its first; its type in upper case, its values as they stand."""

    line: int
    owner: bytes
    type: bytes
    values: list[bytes]


class ZoneReader:
    """Reads lines of one zone file in their order."""

    def __init__(self) -> None:
        self.last_owner = b""  # a line that begins with a space means it
        self.open_since = 0  # the line of a parenthesis that is still open; 0 if there is none
        self._origin: bytes | None = None  # lower case, without the final dot
        self._apex: bytes | None = None
        self._depth = 0
        self._words: list[bytes] = []
        self._has_owner = True

    @property
    def is_plain(self) -> bool:
        """Whether the next line is a record of its own, and relative names are relative to the apex."""
        return not self._depth and self._origin == self._apex

    @property
    def apex_ending(self) -> bytes:
        """What an absolute name of the zone ends with, `.rpz.example.`; b"" while the apex is unknown."""
        return b".%b." % self._apex if self._apex else b""

    def read_line(self, number: int, line: bytes) -> Record | None:
        """The record that this line completes, if it is one. Raises NameFault for what is no record."""
        if not self._depth:
            self._words.clear()
            self._has_owner = not line[:1].isspace()
            self.open_since = number
        first = self.open_since
        self._add_words(line)
        if self._depth:
            if number - first < MOST_RECORD_LINES:
                return None
            self._depth = self.open_since = 0
            raise NameFault(f"a closing parenthesis within {MOST_RECORD_LINES} lines")
        self.open_since = 0
        return self._complete(first) if self._words else None

    def relative(self, owner: bytes) -> bytes:
        """An owner relative to the apex, escapes read. Raises NameFault for one that is not below it."""
        is_absolute = owner.endswith(b".")
        full = _escape.sub(_plain_octet, owner).lower()
        if is_absolute:
            if self._apex is None:
                raise NameFault("a name relative to the zone, as the file does not say the zone's own")
            full = full[:-1]
        elif self._origin == self._apex and owner != b"@":
            return full
        else:
            full = self._below_origin(full)
        if not self._apex:
            return full
        if not full.endswith(b"." + self._apex):
            raise NameFault("a name below the zone's own")
        return full[: -len(self._apex) - 1]

    def _add_words(self, line: bytes) -> None:
        for word in _read_words(line):
            if word[:1] == b";":
                return
            if word == b"(":
                self._depth += 1
            elif word == b")":
                self._depth -= 1
                if self._depth < 0:
                    self._depth = self.open_since = 0
                    raise NameFault("a parenthesis that opens before one that closes")
            elif len(self._words) < _MOST_WORDS:
                self._words.append(word)

    def _complete(self, line: int) -> Record | None:
        words = self._words
        if words[0].startswith(b"$"):
            self._take_directive(words)
            return None
        owner = words[0] if self._has_owner else self.last_owner
        if not owner:
            raise NameFault("the name of an owner")
        self.last_owner = owner
        at = 1 if self._has_owner else 0
        while at < len(words) and (words[at].upper() in _CLASSES or _is_time_to_live(words[at])):
            at += 1
        if at == len(words):
            raise NameFault("a record")
        record = Record(line, owner, words[at].upper(), words[at + 1 :])
        if record.type == b"SOA":
            self._take_apex(owner.lower())
        return record

    def _take_directive(self, words: list[bytes]) -> None:
        key = words[0].upper()
        if key == b"$ORIGIN" and len(words) == 2:
            name = words[1].lower()
            self._origin = name[:-1] if name.endswith(b".") else self._below_origin(name)
            if self._apex is None:
                self._apex = self._origin
            self.last_owner = b""
        elif key != b"$TTL":
            raise NameFault("records, $ORIGIN or $TTL")

    def _take_apex(self, owner: bytes) -> None:
        if owner.endswith(b"."):
            self._apex = owner[:-1]
            if self._origin is None:
                self._origin = self._apex
        elif self._origin is not None:
            self._apex = self._below_origin(owner)

    def _below_origin(self, name: bytes) -> bytes:
        if name == b"@":
            return self._origin or b""
        return b"%b.%b" % (name, self._origin) if self._origin else name


def _plain_octet(escape: re.Match[bytes]) -> bytes:
    """What an escape stands for, if it could as well have stood there itself."""
    octet = bytes([int(escape[1])]) if len(escape[1]) == 3 and int(escape[1]) < 256 else escape[1]
    if not _is_plain_octet(octet):
        raise NameFault("a name without escaped dots, stars and other octets")
    return octet
