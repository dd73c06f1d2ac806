"""What a leaf of a name tree says: which name, as what, how far, by whose word. Octets in, octets out.

OPEN     canonical JSON {"category","name","scope","sources"}; leaves in ascending order of the name's text octets
HASHED   canonical JSON {"category","hash","scope","sources"}; leaves in ascending order of `hash`, which is
         SHA-256(salt || canonical JSON {"category","name"}), in hexadecimal

The hash is of category and name alone, so that who knows a name and the salt can prove that it is not there: with scope
and sources in it, nobody could say where it would have stood.  A name has one leaf in a tree: its sources are all that
list it in this category, in order, and its scope is `subdomains` if any of them covers those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress, count, repeat
from operator import gt
from typing import Any

from filterdns.tlog.canonical import write_canonical

OPEN, HASHED, COUNTED = "open", "hashed", "counted"
PROTECTIONS = ("p1", "p2", "hold")  # which are no categories, and have trees as well; all of them OPEN

_SALT = b"filterdns name trees\n"


@dataclass(frozen=True, slots=True)
class Said:
    """What a set of listings says of a name in one category."""

    category: str
    scope: str
    sources: tuple[str, ...]


def said_of(listings: Iterable[Mapping[str, Any]], today: date) -> list[Said]:
    """By category, what these listings say of a name: those that count today, and none that a household added itself.

    `listings` are rows of a release's `listings` file.
    """
    found: dict[str, tuple[bool, set[str]]] = {}
    for row in listings:
        if row.get("about", {}).get("household") or not row.get("expires", "9999-12-31") > today.isoformat():
            continue
        wide, sources = found.get(row["category"], (False, set()))
        found[row["category"]] = wide or row["scope"] == "subdomains", sources | {row["source"]}
    return [
        Said(category, "subdomains" if wide else "exact", tuple(sorted(sources)))
        for category, (wide, sources) in sorted(found.items())
    ]


def around_name(said: Said) -> tuple[bytes, bytes]:
    """What stands before and behind a name in its OPEN leaf: the same octets for all names of which this is said."""
    octets = write_canonical(
        {"category": said.category, "name": "", "scope": said.scope, "sources": list(said.sources)}
    )
    before, after = octets.split(b'"name":""', 1)
    return before + b'"name":"', b'"' + after


def around_hashed(category: str, salt: bytes) -> tuple[bytes, bytes]:
    """What stands before and behind a name in the octets that a HASHED tree takes the hash of."""
    before, after = write_canonical({"category": category, "name": ""}).split(b'""', 1)
    return salt + before + b'"', b'"' + after


def open_leaf(said: Said, name: bytes) -> bytes:
    """The leaf of a name, canonical text, in an OPEN tree."""
    before, after = around_name(said)
    return before + name + after


def hashed_leaf(said: Said, hashed: bytes) -> bytes:
    """The leaf of a name of this hash in a HASHED tree."""
    return write_canonical(
        {"category": said.category, "hash": hashed.hex(), "scope": said.scope, "sources": list(said.sources)}
    )


def hash_of(category: str, name: bytes, salt: bytes) -> bytes:
    """The hash of a name, canonical text, by which a HASHED tree is ordered."""
    before, after = around_hashed(category, salt)
    return hashlib.sha256(before + name + after).digest()


def salt_of(inputs_sha256: str) -> bytes:
    """The salt of a release's HASHED trees: the same inputs give the same trees."""
    return hashlib.sha256(_SALT + inputs_sha256.encode()).digest()


def texts_of(wires: Sequence[bytes]) -> list[bytes]:
    """Canonical text of wire names that come without their root label."""
    texts = b"\0".join(wires).translate(_DOTS).replace(b"\0.", b"\0")[1:].split(b"\0") if wires else []
    for place in compress(count(), map(gt, map(len, wires), repeat(_CLEAR))):
        texts[place] = text_of(wires[place])
    return texts


def text_of(wire: bytes) -> bytes:
    """Canonical text of one wire name without its root label."""
    labels, at = [], 0
    while at < len(wire):
        labels.append(wire[at + 1 : at + 1 + wire[at]])
        at += wire[at] + 1
    return b".".join(labels)


# Octets of length become dots at once where none of them can be a letter, a digit, a hyphen or an underscore of a
# label: up to 44, and so in every name that is not longer than that.
_CLEAR = 45
_DOTS = bytes(ord(".") if 0 < octet < _CLEAR else octet for octet in range(256))
