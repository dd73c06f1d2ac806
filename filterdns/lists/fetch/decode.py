"""From octets as they were sent to the list itself: content codings and .gz undone, archives refused, all counted.

A few kilobytes of gzip can hold gigabytes (a bomb), so it is decoded a piece at a time, and each layer counts.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from filterdns.lists.fetch.faults import FetchFault
from filterdns.lists.fetch.sizes import octets_words

CODINGS = ("", "gzip", "deflate")  # what we say we accept; "" is identity
_ALIASES = {"identity": "", "x-gzip": "gzip"}  # RFC 9110 section 8.4.1.3
_PIECE = 256 * 1024
_HEAD = 512  # an old tar says what it is at octet 257
_GZIP_MAGIC = b"\x1f\x8b"
_PADDING = b"\0"  # may follow the last member of a gzip file
_ARCHIVES = (
    (0, _GZIP_MAGIC, "gzip within gzip"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (4, b"1AY&SY", "bzip2"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (257, b"ustar", "tar"),
)


def parse_coding(header: str) -> str:
    """One of CODINGS from a Content-Encoding header. Raises FetchFault for any other."""
    coding = header.strip().lower()
    coding = _ALIASES.get(coding, coding)
    if coding not in CODINGS:
        raise FetchFault(f'the server packed the list in a way we did not ask for ("{coding[:40]}")')
    return coding


def is_gzip(head: bytes) -> bool:
    """Whether octets begin as a gzip file does."""
    return head.startswith(_GZIP_MAGIC)


def read_decoded(file: BinaryIO, coding: str, most_octets: int) -> Iterator[bytes]:
    """The list in `file`, piece by piece: its content coding undone, and then gzip if the list itself is a .gz file.

    Raises FetchFault if it is longer than `most_octets`, wrongly packed, or an archive: which of the files in it?
    """
    pieces = _counted(iter(lambda: file.read(_PIECE), b""), most_octets)
    if coding:
        pieces = _counted(_inflate(pieces, coding), most_octets)
    head, pieces = _peek(pieces)
    if is_gzip(head):
        pieces = _counted(_inflate(pieces, "gzip"), most_octets)
        head, pieces = _peek(pieces)
    for offset, magic, kind in _ARCHIVES:
        if head.startswith(magic, offset):
            raise FetchFault(
                f"this is an archive ({kind}); a list must be plain text, or one text packed as .gz", lasting=True
            )
    yield from pieces


def too_long(most_octets: int) -> FetchFault:
    """The fault of a list beyond the limit."""
    return FetchFault(f"the list is longer than {octets_words(most_octets)}, which no sound list is", lasting=True)


def _counted(pieces: Iterator[bytes], most_octets: int) -> Iterator[bytes]:
    octets = 0
    for piece in pieces:
        octets += len(piece)
        if octets > most_octets:
            raise too_long(most_octets)
        yield piece


def _peek(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first octets, and everything with them."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break

    def all_of_it() -> Iterator[bytes]:
        yield head
        yield from pieces

    return head, all_of_it()


def _inflate(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """gzip with any number of members, or deflate with or without zlib's header (servers send both)."""
    unpack = None
    members = 0
    try:
        for piece in pieces:
            if unpack is None and members:
                piece = piece.lstrip(_PADDING)
            while piece:
                if unpack is None:
                    unpack = zlib.decompressobj(_window(piece, coding))
                    members += 1
                yield unpack.decompress(piece, _PIECE)
                piece = unpack.unconsumed_tail
                if unpack.eof:
                    piece, unpack = unpack.unused_data.lstrip(_PADDING), None
        # What is left inside after the last octet: the decompressor holds back output beyond a piece.
        while unpack is not None and (rest := unpack.decompress(unpack.unconsumed_tail, _PIECE)):
            yield rest
    except zlib.error as error:
        raise FetchFault(f"the list is packed as {coding}, but wrongly") from error
    if unpack is not None and not unpack.eof:
        raise FetchFault(f"the list is packed as {coding}, but ends too early")


def _window(head: bytes, coding: str) -> int:
    if coding == "gzip":
        return zlib.MAX_WBITS | 16
    has_zlib_header = len(head) > 1 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
    return zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS
