"""Wildcard lists: `*.name` in a line, or `.name` as Squid has it, both meant as the name and all below it.

In the DNS `*.name` leaves out the name itself (RFC 4592); such lists do not mean it so, they hold `*.casino.example` to
close the casino. Plain names in the same list say nothing about subdomains. Comments are those of plain lists.
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
    """The names with a wildcard with all below them, the others with their scope unsaid."""
    return Walk(_take_text, _take_line, MARKS, COMMENTS).over(blocks)


def _take_text(_number: int, text: bytes, found: Found) -> bool:
    for before, into in ((b"*.", found.subdomains), (b".", found.subdomains), (b"", found.unsaid)):
        names = get_one_a_line(text, before)
        if names is not None:
            into += names
            return True
    return False


def _take_line(number: int, line: bytes, found: Found) -> None:
    word = get_word(number, line, found)
    if word is None:
        return
    name = word.removeprefix(b"*").removeprefix(b".") if word.startswith((b"*.", b".")) else word
    names = found.unsaid if name is word else found.subdomains
    try:
        names.append(find_name(name))
    except NameFault as fault:
        found.rejected.append(Rejected(number, shown(word), str(fault)))
