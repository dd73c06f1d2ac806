"""Checkpoints: a note whose text says how large the log is and what its root is (C2SP tlog-checkpoint).

origin                          who the log is; the name of its key
tree size                       decimal
root hash                       base64
extension lines                 opaque, rarely any
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from filterdns.errors import LogFault
from filterdns.tlog.note import VerifierKey, check_note, check_text, read_note
from filterdns.tlog.text import parse_base64, parse_decimal, write_base64
from filterdns.tlog.tree import HASH_OCTETS

MOST_SIZE = 2**63 - 1  # what other people's programs hold a size in


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one size. LogFault for what no text can say."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or any("\n" in line or not line for line in (self.origin, *self.extensions)):
            raise LogFault("checkpoint: expected an origin and extensions of one line each, none of them empty")
        if not 0 <= self.size <= MOST_SIZE:
            raise LogFault(f"checkpoint: expected a size from 0 to {MOST_SIZE}, got {self.size}")
        if len(self.root) != HASH_OCTETS:
            raise LogFault(f"checkpoint: expected a root of {HASH_OCTETS} octets, got {len(self.root)}")
        check_text(self.text)

    @property
    def text(self) -> str:
        """The text that is signed, to its last line feed."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text; LogFault when it is none. Its signature is not looked at."""
    check_text(text)
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3:
        raise LogFault(f"checkpoint: expected origin, size and root on a line each, got {len(lines)} lines")
    size = parse_decimal(lines[1], MOST_SIZE, "checkpoint: size")
    return Checkpoint(lines[0], size, parse_base64(lines[2], "checkpoint: root"), tuple(lines[3:]))


def open_checkpoint(octets: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint of a signed note.

    LogFault unless one of the keys has signed it under the name of its origin: a log speaks for itself alone.
    """
    note = read_note(octets)
    signed = check_note(note, keys)
    checkpoint = parse_checkpoint(note.text)
    if all(key.name != checkpoint.origin for key in signed):
        raise LogFault(f"checkpoint of {checkpoint.origin}: signed by {signed[0].name}, which is another log's key")
    return checkpoint
