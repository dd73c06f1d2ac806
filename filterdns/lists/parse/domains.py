"""Plain lists: a name a line. Nothing is said about subdomains: the names stand in `Found.unsaid`.

`#` begins a comment anywhere, `//` at the beginning of a line or after a space, `;` and `!` at the beginning alone.
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
    """The names, their scope unsaid."""
    return Walk(_take_text, _take_line, MARKS, COMMENTS).over(blocks)


def _take_text(_number: int, text: bytes, found: Found) -> bool:
    names = get_one_a_line(text)
    if names is None:
        return False
    found.unsaid += names
    return True


def _take_line(number: int, line: bytes, found: Found) -> None:
    word = get_word(number, line, found)
    if word is None:
        return
    try:
        found.unsaid.append(find_name(word))
    except NameFault as fault:
        found.rejected.append(Rejected(number, shown(word), str(fault)))
