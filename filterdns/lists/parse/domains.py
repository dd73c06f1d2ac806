"""Plain lists: a name a line, `#` begins a comment. Nothing is said about subdomains; they are included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from filterdns.errors import NameFault
from filterdns.lists.parse.lines import Rejected, read_name, shown

SUBDOMAINS = True


def parse(lines: Iterable[bytes]) -> Iterator[bytes | Rejected]:
    """The wire name of each line that has one, or why it has none."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if b"#" in text:
            text = text[: text.index(b"#")].rstrip()
        if not text:
            continue
        try:
            yield read_name(text)
        except NameFault:
            yield Rejected(number, shown(text), "a name of two labels or more")
