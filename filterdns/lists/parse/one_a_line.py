"""Lists with one word a line and comments: what plain, wildcard and squidGuard lists share."""

from __future__ import annotations

import re

from filterdns.lists.parse.found import Found
from filterdns.lists.parse.lines import Rejected, shown
from filterdns.lists.parse.plain import get_names

MARKS = b"#;!"  # at the beginning of a line
# Each begins with its own octet, which makes them fast; what must stand before is looked at behind it.
COMMENTS = re.compile(rb"#[^\n]*|//(?<!\S//)[^\n]*|;(?<![^\n];)[^\n]*|!(?<![^\n]!)[^\n]*")


def get_one_a_line(text: bytes, before: bytes = b"") -> list[bytes] | None:
    """The names of a text of one name a line, each after `before` and with a final dot if the first line has one."""
    return get_names(text, before, b"." if text[: text.find(b"\n")].endswith(b".") else b"")


def get_word(number: int, line: bytes, found: Found) -> bytes | None:
    """The one word of a line; None for a comment, and with a rejection for more than one."""
    words = (COMMENTS.sub(b"", line) if b"#" in line or b"//" in line else line).split()
    if len(words) == 1:
        return words[0]
    if words:
        found.rejected.append(Rejected(number, shown(line.strip()), "one name in a line"))
    return None
