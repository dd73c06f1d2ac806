"""What parsers of public lists take and give: blocks of lines in, names by scope out.

A parser is a function `parse(blocks: Iterable[Block]) -> Iterator[Found]`.  Names are canonical text: octets of
lower-case A-labels without a final dot, two labels or more, `b"www.example.com"`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from filterdns.lists.parse.lines import Rejected


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines of a list: `text` ends with a line feed, has no carriage returns and no byte-order mark."""

    first_line: int  # its number in the file, from 1
    text: bytes


@dataclass(slots=True)
class Found:
    """What a block gave. A name stands in one of the first three by the scope that the format can express, or none."""

    unsaid: list[bytes] = field(default_factory=list)  # the format cannot say: the source's `subdomains` decides
    exact: list[bytes] = field(default_factory=list)
    subdomains: list[bytes] = field(default_factory=list)
    open_exact: list[bytes] = field(default_factory=list)  # exceptions: they subtract from this source alone
    open_subdomains: list[bytes] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


Parser = Callable[[Iterable[Block]], Iterator[Found]]
