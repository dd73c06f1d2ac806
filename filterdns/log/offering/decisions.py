"""What a publisher decided, as one document: the files that people wrote, in a canonical form that has one digest.

    {"files": {"allow/starter.yaml": "- name: ...", "own/gambling.yaml": "...", ...}, "v": 1}

Only what people write with a reason is in it: `own/*.yaml`, `allow/`, `protected/`, `holds.yaml` and `sources/`.  Plain
lists of names, the choices of a household and the lists that it added are nobody else's business.  Files with names of
HASHED categories stand beside `files` in `veiled` (see `veil`): a home reads them as well, and nobody browses them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.offering.veil import unveil, veil
from filterdns.tlog.canonical import read_canonical, write_canonical

VERSION = 1
MOST_OCTETS = 8 * 1024 * 1024  # of a document: 14 times what the project decided; reading YAML takes a hundredfold
MOST_FILES = 2_000
HOLDS = "holds.yaml"
KIND_OF_FOLDER = {"own": "listings", "allow": "allow", "protected": "protected", "sources": "sources"}
PRIVATE = ("sources/choices.yaml", "sources/household.yaml")  # of a household

_NAME = re.compile(r"(?:holds|(?:own|allow|protected|sources)/[a-z0-9][a-z0-9_.-]{0,100})\.yaml\Z")

Files = Mapping[str, str]
"""Text by name of the file."""


@dataclass(frozen=True, slots=True)
class Document:
    """All files, and which of them are veiled in a document's octets."""

    files: Files
    veiled: frozenset[str] = frozenset()


def kind_of(name: str) -> str:
    """Which kind of decisions a file holds: `listings`, `allow`, `protected`, `holds` or `sources`."""
    return "holds" if name == HOLDS else KIND_OF_FOLDER[name.partition("/")[0]]


def write_document(document: Document) -> bytes:
    """The octets of a document; the same files give the same. Raises LogFault for what may not be in one."""
    _check(document.files)
    shown = {name: text for name, text in document.files.items() if name not in document.veiled}
    hidden = {name: text for name, text in document.files.items() if name in document.veiled}
    values: dict[str, Any] = {"v": VERSION, "files": shown} | ({"veiled": veil(hidden)} if hidden else {})
    octets = write_canonical(values)
    if len(octets) > MOST_OCTETS:
        raise LogFault(f"decisions: expected at most {MOST_OCTETS} octets, got {len(octets)}")
    return octets


def read_document(octets: bytes) -> Document:
    """The files of a document, without their veil. Raises LogFault if it is not one."""
    if len(octets) > MOST_OCTETS:
        raise LogFault(f"decisions: expected at most {MOST_OCTETS} octets, got more")
    values = read_canonical(octets)
    if not isinstance(values, dict) or values.keys() - {"veiled"} != {"v", "files"} or values["v"] != VERSION:
        raise LogFault(f"decisions: expected a document of version {VERSION}, got another; is filterdns up to date?")
    shown, hidden = values["files"], unveil(values["veiled"]) if "veiled" in values else {}
    if not isinstance(shown, dict):
        raise LogFault("decisions: expected files, got none")
    if twice := shown.keys() & hidden.keys():
        raise LogFault(f"decisions: expected each file once, got {min(twice)} with and without a veil")
    _check(shown | hidden)
    return Document(shown | hidden, frozenset(hidden))


def digest_of(octets: bytes) -> str:
    """SHA-256 of a document, in hexadecimal: what it is called."""
    return hashlib.sha256(octets).hexdigest()


def _check(files: Files) -> None:
    if len(files) > MOST_FILES:
        raise LogFault(f"decisions: expected at most {MOST_FILES} files, got {len(files)}")
    for name, text in files.items():
        if not _NAME.match(name) or name in PRIVATE:
            raise LogFault(f"decisions: expected files of own, allow, protected, sources and holds, got {name[:120]!r}")
        if not isinstance(text, str):
            raise LogFault(f"decisions: {name}: expected a text, got something else")
