"""The walk over a list: a whole block at once where that can be proved, else pieces of it, at last line by line.

Nearly all lines of nearly all lists are alike, and an odd one costs its neighbours the long way; so a block is cut into
eighths first, and these in halves. A small piece gets one more try without comments, blank lines and needless spaces.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from filterdns.lists.parse.found import Block, Found
from filterdns.lists.parse.lines import MOST_LINE_OCTETS, Rejected, shown

PIECES = 8
LEAST_PIECE_OCTETS = 1_024
SMALL_OCTETS = 1_536  # a text up to this is not cut again

_OF_NAMES = (string.ascii_letters + string.digits + "-_.\n").encode()

BARE = 0  # in place of a line's number: lines were left out

TakeText = Callable[[int, bytes, Found], bool]
TakeLine = Callable[[int, bytes, Found], None]


@dataclass(frozen=True, slots=True)
class Walk:
    """How a format is read.

    `take_text` takes all lines of a text, whose first has the given number or which is BARE, or it returns False and
    has taken nothing. `take_line` takes one line that is neither blank, nor overlong, nor a comment.
    """

    take_text: TakeText
    take_line: TakeLine
    marks: bytes  # octets that make a line a comment if it begins with one
    comments: re.Pattern[bytes]  # what comments are left out of a text

    def over(self, blocks: Iterable[Block]) -> Iterator[Found]:
        """What each block gives."""
        for block in blocks:
            found = Found()
            self._take(block.first_line, block.text, found)
            yield found

    def _take(self, number: int, text: bytes, found: Found) -> None:
        if self.take_text(number, text, found):
            return
        if len(text) <= SMALL_OCTETS:
            self._take_small(number, text, found)
            return
        at, step = 0, max(LEAST_PIECE_OCTETS, len(text) // PIECES)
        while at < len(text):
            end = text.find(b"\n", at + step) + 1 or len(text)
            piece = text[at:end]
            if piece == text:  # hardly more than one line
                self._take_lines(number, text, found)
                return
            self._take(number, piece, found)
            number += piece.count(b"\n")
            at = end

    def _take_small(self, number: int, text: bytes, found: Found) -> None:
        bare = self._get_bare(text)
        if bare is None or (bare and (bare == text or not self.take_text(BARE, bare, found))):
            self._take_lines(number, text, found)

    def _take_lines(self, number: int, text: bytes, found: Found) -> None:
        marks, take_line = self.marks, self.take_line
        for line_number, line in enumerate(text[:-1].split(b"\n"), number):
            mark = line.lstrip()[:1]
            if not mark or mark in marks:
                continue
            if len(line) > MOST_LINE_OCTETS:
                expected = f"a line of at most {MOST_LINE_OCTETS} octets"
                found.rejected.append(Rejected(line_number, shown(line), expected))
            else:
                take_line(line_number, line, found)

    def _get_bare(self, text: bytes) -> bytes | None:
        """The text without what says nothing; spaces before a line stay. None if a line is too long to be believed."""
        if b"\n\n" not in text and not text.translate(None, _OF_NAMES):
            return text
        if max(map(len, text.split(b"\n"))) > MOST_LINE_OCTETS:
            return None
        text = self.comments.sub(b"", text).replace(b"\t", b" ")
        while b"  " in text:
            text = text.replace(b"  ", b" ")
        text = text.replace(b" \n", b"\n")
        while b"\n\n" in text:
            text = text.replace(b"\n\n", b"\n")
        return text.removeprefix(b"\n")
