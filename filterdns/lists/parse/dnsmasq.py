"""dnsmasq's configuration: `local=`, `server=` and `address=`, which take a name with all below it and never it alone.

    local=/a.example/b.example/    server=/name/    server=/name/127.0.0.1       no server: such names do not exist
    address=/name/    address=/name/0.0.0.0    address=/name/::    address=/name/#         an answer that leads nowhere
    server=/name/#                                                     an exception: asked as everything else is

An address or a server that leads anywhere is a redirection, and rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.name import find_name
from filterdns.lists.parse.nowhere import leads_nowhere
from filterdns.lists.parse.plain import get_names
from filterdns.lists.parse.walk import Walk

_comments = re.compile(rb"#(?<!\S#)[^\n]*")
_read_line = re.compile(rb"\s*(local|server|address)\s*=\s*/(.*)/([^/]*)").fullmatch


def parse(blocks: Iterable[Block]) -> Iterator[Found]:
    """The names, all below them included."""
    return Walk(_take_text, _take_line, b"#", _comments).over(blocks)


def _take_text(_number: int, text: bytes, found: Found) -> bool:
    """Take a text of lines that differ in their one name alone."""
    first = text[: text.find(b"\n")]
    line = _read_line(first)
    into = line and _get_meant(line[1], line[3], found)
    if not line or into is None:
        return False
    names = get_names(text, first[: line.start(2)], first[line.end(2) :])
    if names is None:
        return False
    into += names
    return True


def _take_line(number: int, text: bytes, found: Found) -> None:
    line = _read_line(_comments.sub(b"", text).strip())
    into = line and _get_meant(line[1], line[3], found)
    if not line or into is None:
        expected = "local=, server= or address= with names between slashes"
        if line:
            expected = "nothing or an address that leads nowhere after the names"
        found.rejected.append(Rejected(number, shown(text.strip()), expected))
        return
    for word in line[2].split(b"/"):
        try:
            into.append(find_name(word.removeprefix(b".")))  # dnsmasq too takes no notice of a dot before it
        except NameFault as fault:
            found.rejected.append(Rejected(number, shown(word), str(fault)))


def _get_meant(key: bytes, target: bytes, found: Found) -> list[bytes] | None:
    """Where names belong by what such a line does with them; None if that is no filtering."""
    if not target or leads_nowhere(target):
        return found.subdomains
    if target == b"#":
        return found.subdomains if key == b"address" else found.open_subdomains
    return None
