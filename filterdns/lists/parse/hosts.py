"""Hosts files (hosts(5)): an address, then names. Only addresses that lead nowhere are taken.

The format cannot say "and its subdomains": its names stand in `Found.unsaid`. A list of real addresses, as for safe
search, is a list of redirections: each line is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.nowhere import MARK_OF_OWN_NAMES, get_hosts_prefix, take_hosts
from filterdns.lists.parse.plain import get_names
from filterdns.lists.parse.walk import Walk

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
