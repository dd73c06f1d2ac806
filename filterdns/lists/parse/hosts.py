"""Hosts files (hosts(5)): an address, then names. Only addresses that lead nowhere are taken.

The format cannot say "and its subdomains": its names stand in `Found.unsaid`. A list of real addresses, as for safe
search, is a list of redirections: each line is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import Rejected, read_name, shown
from filterdns.lists.parse.nowhere import MARK_OF_OWN_NAMES, OWN_NAMES, get_hosts_prefix, leads_nowhere, take_hosts
from filterdns.lists.parse.plain import get_names
from filterdns.lists.parse.walk import Walk

SUBDOMAINS = False

_comments = re.compile(rb"#[^\n]*")


def parse(blocks: Iterable[Block]) -> Iterator[Found]:
    """The names of the hosts."""
    return Walk(_take_text, _take_line, b"#", _comments).over(blocks)


def _take_text(_number: int, text: bytes, found: Found) -> bool:
    before = get_hosts_prefix(text)
    names = get_names(text, before) if before and MARK_OF_OWN_NAMES not in text else None
    if names is None:
        return False
    found.unsaid += names
    return True


def _take_line(number: int, line: bytes, found: Found) -> None:
    take_hosts(number, line.split(b"#", 1)[0].split(), found)


def parse_lines(lines: Iterable[bytes]) -> Iterator[bytes | Rejected]:
    """The wire name of each host, or why a line or a word has none."""
    for number, line in enumerate(lines, 1):
        words = line.split(b"#", 1)[0].split()
        if not words:
            continue
        if not leads_nowhere(words[0]):
            if not OWN_NAMES.issuperset(words[1:]):
                yield Rejected(number, shown(line.strip()), "an address that leads nowhere, such as 0.0.0.0")
            continue
        for word in words[1:]:
            if word in OWN_NAMES:
                continue
            try:
                yield read_name(word)
            except NameFault:
                yield Rejected(number, shown(word), "a name of two labels or more")
