"""unbound's configuration: `local-zone`, a name with all below it, and `local-data`, a name alone.

    local-zone: "name" static       also always_nxdomain, always_nodata, always_refuse, always_deny, always_null,
                                    refuse, deny, inform_deny, redirect: filtered with all below it
    local-zone: "name" transparent  also always_transparent and typetransparent: an exception with all below it
    local-data: "name A 0.0.0.0"    also AAAA, with an address that leads nowhere: filtered alone

A name with `local-data` that leads anywhere is a redirection, as for safe search: it is rejected, and also yielded as
`open_exact`, which takes away the entry of that very name: its zone (`redirect`) was no filtering, wherever it stands.
What stands in a clause other than `server:` holds for some clients only, and is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.name import find_name
from filterdns.lists.parse.nowhere import leads_nowhere
from filterdns.lists.parse.plain import get_names
from filterdns.lists.parse.walk import Walk

_FILTERING = {
    *(b"static", b"redirect", b"refuse", b"deny", b"inform_deny", b"always_nxdomain", b"always_nodata"),
    *(b"always_refuse", b"always_deny", b"always_null"),
}
_OPENING = {b"transparent", b"always_transparent", b"typetransparent"}
_ADDRESS_TYPES = {b"A", b"AAAA"}
_REDIRECTING_TYPES = {*_ADDRESS_TYPES, b"CNAME"}

_comments = re.compile(rb"#(?<!\S#)[^\n]*")
_read_words = re.compile(rb"\"([^\"]*)\"|'([^']*)'|(#).*|([^\s\"'#]+|[\"'])").findall
_zone_alike = re.compile(
    rb"(?P<before>\s*local-zone:\s+(?P<quote>\"?))(?P<name>[^\s\"']+?)(?P<after>\.?(?P=quote)\s+(?P<type>\w+)\s*)"
).fullmatch
_data_alike = re.compile(
    rb"(?P<before>\s*local-data:\s*\")(?P<name>[^\s\"']+?)"
    rb"(?P<after>\.?(?:\s+[0-9]+)?(?:\s+IN)?\s+(?P<type>A|AAAA)\s+(?P<address>[0-9a-f.:]+)\s*\"\s*)"
).fullmatch


def parse(blocks: Iterable[Block]) -> Iterator[Found]:
    """The names by scope."""
    clauses = _Clauses()
    return Walk(clauses.take_text, clauses.take_line, b"#", _comments).over(blocks)


@dataclass(slots=True)
class _Clauses:
    in_server: bool = True  # a file without a clause is included in that one

    def take_text(self, _number: int, text: bytes, found: Found) -> bool:
        """Take a text of lines alike, or of two kinds in turn: a zone and its data."""
        return self.in_server and _take_alike(text, found)

    def take_line(self, number: int, line: bytes, found: Found) -> None:
        words = [b"".join(word) for word in _read_words(line)]
        if b"#" in words:
            del words[words.index(b"#") :]
        if not words:
            return
        try:
            if b'"' in words or b"'" in words:
                raise NameFault("a quotation mark at each end")
            self._take_words(words, found)
        except NameFault as fault:
            found.rejected.append(Rejected(number, shown(line.strip()), str(fault)))

    def _take_words(self, words: list[bytes], found: Found) -> None:
        if len(words) == 1 and words[0].endswith(b":"):
            self.in_server = words[0] == b"server:"
            if self.in_server:
                return
            raise NameFault("the clause server:, which holds for every client")
        if not self.in_server:
            raise NameFault("lines of the clause server:, which holds for every client")
        if words[0] == b"local-zone:" and len(words) == 3:
            _take_zone(words[1], words[2].lower(), found)
        elif words[0] == b"local-data:" and len(words) == 2:
            _take_data(words[1].split(), found)
        else:
            raise NameFault('local-zone: "name" type, or local-data: "name A address"')


def _take_zone(word: bytes, type_: bytes, found: Found) -> None:
    name = find_name(word)
    if type_ in _FILTERING:
        found.subdomains.append(name)
    elif type_ in _OPENING:
        found.open_subdomains.append(name)
    else:
        raise NameFault("a type of zone that filters every question, or transparent")


def _take_data(words: list[bytes], found: Found) -> None:
    if not words:
        raise NameFault("a record")
    name = find_name(words[0])
    fields = [word.upper() for word in words[1:]]
    while fields and (fields[0].isdigit() or fields[0] == b"IN"):
        del fields[0]
    if len(fields) == 2 and fields[0] in _ADDRESS_TYPES and leads_nowhere(fields[1].lower()):
        found.exact.append(name)
        return
    if fields and fields[0] in _REDIRECTING_TYPES:
        found.open_exact.append(name)
    raise NameFault("an address that leads nowhere")


def _take_alike(text: bytes, found: Found) -> bool:
    alike = [_read_alike(text, found)]
    if alike[0] is None:
        lines = text.split(b"\n")
        if len(lines) < 3 or lines[0].partition(b":")[0] == lines[1].partition(b":")[0]:
            return False
        alike = [_read_alike(b"\n".join([*lines[turn:-1:2], b""]), found) for turn in (0, 1)]
    if None in alike:
        return False
    for into, names in filter(None, alike):
        into += names
    return True


def _read_alike(text: bytes, found: Found) -> tuple[list[bytes], list[bytes]] | None:
    """(where they belong, names) of a text whose lines differ in their name alone."""
    first = text[: text.find(b"\n")]
    if (line := _zone_alike(first)) and line["type"].lower() in _FILTERING:
        into = found.subdomains
    elif (line := _data_alike(first)) and leads_nowhere(line["address"]):
        into = found.exact
    else:
        return None
    names = get_names(text, line["before"], line["after"])
    return None if names is None else (into, names)
