"""What a publisher decided, from both layers of its lists, as the files of one document (`decisions`)."""

from __future__ import annotations

import hashlib

from filterdns.errors import StateFault
from filterdns.lists.own_data import OwnData
from filterdns.lists.sources import HOLDS, OVERLAY, SourceFile
from filterdns.log.home.scope import Draft
from filterdns.log.offering.decisions import PRIVATE, Document
from filterdns.log.record.shown import names_are_shown

_KINDS = ("protected", "holds", "allow", "yaml", "recipes")  # of source files; plain lists have no reasons
_OURS = "ours"  # in the name of a file of the installation's layer


def collect_decisions(own: OwnData) -> Document:
    """All that homes may have. Files with names that are not for browsing are veiled whole.

    Raises StateFault if a file is not the one any more that was read, DataFault if it is no YAML.
    """
    files: dict[str, str] = {}
    veiled: set[str] = set()
    for source in own.sources:
        name = source.name.removeprefix(OVERLAY)
        if source.kind not in _KINDS or name in PRIVATE:
            continue
        text = _read(source)
        if source.kind == "recipes":
            text = _without_paths(name, text)
        if source.is_overlay and name == HOLDS and HOLDS in files:
            text = _joined(files[HOLDS], text)
        elif source.is_overlay:
            name = _overlay_name(name, files)
        files[name] = text
        if not names_are_shown(source, own):
            veiled.add(name)
    return Document(files, frozenset(veiled))


def _read(source: SourceFile) -> str:
    try:
        octets = source.path.read_bytes()
        text = octets.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise StateFault(f"{source.path}: expected a file that can be read, got {error}") from error
    if hashlib.sha256(octets).hexdigest() != source.sha256:
        raise StateFault(f"{source.path}: expected a file that stays as it is, got a change while it was read")
    return text


def _overlay_name(name: str, taken: dict[str, str]) -> str:
    """The name of a file of the installation's layer beside one of the same name that is shipped."""
    if name not in taken:
        return name
    stem, _, end = name.rpartition(".")
    while f"{stem}.{_OURS}.{end}" in taken:
        stem = f"{stem}.{_OURS}"
    return f"{stem}.{_OURS}.{end}"


def _without_paths(name: str, text: str) -> str:
    """Recipes of lists that others can fetch: a path of this machine is nobody else's business."""
    draft = Draft(name, text)
    left = [entry for entry in draft.entries if "path" not in entry]
    if len(left) < len(draft.entries):
        draft.replace(left)
    return draft.text


def _joined(shipped: str, ours: str) -> str:
    """The entries of both files of holds."""
    draft, other = Draft(HOLDS, shipped), Draft(HOLDS, ours)
    if not draft.entries or not other.entries:
        return ours if other.entries else shipped
    draft.replace([*draft.entries, *other.entries])
    return draft.text
