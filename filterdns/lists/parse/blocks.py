"""From the octets of a file to blocks of whole lines, whatever system wrote it; memory stays at a block or two."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from filterdns.lists.parse.found import Block
from filterdns.lists.parse.lines import MOST_LINE_OCTETS

BLOCK_OCTETS = 16_384  # small enough for the nearest cache, and one odd line spoils few others

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_blocks(read: Callable[[int], bytes]) -> Iterator[Block]:
    """Blocks of whole lines; `read` returns at most so many octets, and none at the end (`file.read`).

    A byte-order mark is left out, CRLF and a lone CR end a line as a line feed does, and so does the end of the file.
    An overlong line comes cut short, but with a NUL octet and still overlong, so that what is left is never a name.
    """
    line, rest = 1, b""
    for octets in _unmarked(_with_line_feeds(read)):
        rest += octets
        end = rest.rfind(b"\n") + 1
        if end:
            block = Block(line, rest[:end])
            line += block.text.count(b"\n")
            yield block
        rest = rest[end:]
        if len(rest) > MOST_LINE_OCTETS:
            rest = rest[:MOST_LINE_OCTETS] + b"\0"
    if rest:
        yield Block(line, rest + b"\n")


def _with_line_feeds(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The octets in portions of about a block, every line end a line feed."""
    held = b""  # a carriage return whose line feed may follow
    while octets := _read_block(read):
        if held or b"\r" in octets:
            octets = held + octets
            held = b"\r" if octets.endswith(b"\r") else b""
            octets = octets[: len(octets) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield octets
    if held:
        yield b"\n"


def _unmarked(portions: Iterator[bytes]) -> Iterator[bytes]:
    """The octets without the mark at their beginning; the first portion is longer than it, or the only one."""
    for octets in portions:
        yield octets.removeprefix(_BYTE_ORDER_MARK)
        break
    yield from portions


def _read_block(read: Callable[[int], bytes]) -> bytes:
    """About a block, even from a reader that gives little at a time; nothing at the end."""
    octets = read(BLOCK_OCTETS)
    if not octets or len(octets) >= BLOCK_OCTETS // 2:
        return octets
    parts, size = [octets], len(octets)
    while size < BLOCK_OCTETS and (octets := read(BLOCK_OCTETS - size)):
        parts.append(octets)
        size += len(octets)
    return b"".join(parts)
