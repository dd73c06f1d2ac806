"""squidGuard's domain lists: a name a line, which it takes with all below it.

A name that begins with a dot means only what lies below it, and cannot be expressed. A URL list (`site.example/page`)
closes pages, not sites: it is rejected line by line and never turned into names. Comments are those of plain lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from filterdns.errors import NameFault
from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.name import find_name
from filterdns.lists.parse.one_a_line import COMMENTS, MARKS, get_one_a_line, get_word
from filterdns.lists.parse.walk import Walk


def parse(blocks: Iterable[Block]) -> Iterator[Found]:
    """The names, all below them included."""
    return Walk(_take_text, _take_line, MARKS, COMMENTS).over(blocks)


def _take_text(_number: int, text: bytes, found: Found) -> bool:
    names = get_one_a_line(text)
    if names is None:
        return False
    found.subdomains += names
    return True


def _take_line(number: int, line: bytes, found: Found) -> None:
    word = get_word(number, line, found)
    if word is None:
        return
    try:
        if word.startswith(b"."):
            raise NameFault("a name; with a dot before it, it would be only what lies below")
        found.subdomains.append(find_name(word))
    except NameFault as fault:
        found.rejected.append(Rejected(number, shown(word), str(fault)))
