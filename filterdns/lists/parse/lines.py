"""Names of plain-text lists, a line each: the short way for what nearly every line is, the long way for the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from filterdns.errors import NameFault
from filterdns.lists.parse.name import is_plain_name
from filterdns.names import MAX_NAME_OCTETS
from filterdns.unicode_names import parse_unicode_name
from filterdns.visible import visible

MOST_LINE_OCTETS = 1_024

_LENGTHS = [bytes([length]) for length in range(64)]
_HEADER_LINE = re.compile(r"#\s*([a-z_]+):\s*(\S.*)\Z")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that gives no name: its number from 1, its text cut short, and what was expected."""

    line: int
    text: str
    expected: str


def read_name(text: bytes) -> bytes:
    """Wire form of a name of two labels or more in any script; raises NameFault for anything else."""
    if not is_plain_name(text):
        text = _plain_text(text)
    wire = b""
    for label in text.split(b"."):
        wire += _LENGTHS[len(label)] + label
    if len(wire) >= MAX_NAME_OCTETS:
        raise NameFault(f"expected at most {MAX_NAME_OCTETS} octets")
    return wire + b"\0"


def read_header(lines: list[bytes]) -> dict[str, str]:
    """`# key: value` lines at the beginning of a list: where it comes from, as people wrote it."""
    header = {}
    for line in lines:
        found = _HEADER_LINE.match(line.decode("utf-8", "replace").strip())
        if found:
            header[found[1]] = found[2][:MOST_LINE_OCTETS]
        elif not line.startswith(b"#"):
            break
    return header


def shown(line: bytes) -> str:
    """A line as a report quotes it, cut short, and with nothing in it that a terminal would obey."""
    return visible(line[:80].decode("utf-8", "backslashreplace"))


def _plain_text(text: bytes) -> bytes:
    """The ASCII lower-case form of a name that is not written so; raises NameFault if there is none."""
    try:
        name = text.decode("utf-8").removesuffix(".")
        wire = parse_unicode_name(name)
    except UnicodeDecodeError as error:
        raise NameFault("expected a name in UTF-8") from error
    labels, at = [], 0
    while length := wire[at]:
        labels.append(wire[at + 1 : at + 1 + length])
        at += length + 1
    plain = b".".join(labels)
    if not is_plain_name(plain):
        raise NameFault("expected a name of two labels or more, of letters, digits and hyphens")
    return plain
