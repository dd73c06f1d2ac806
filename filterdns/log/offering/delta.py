"""What changed between two documents of decisions, so that those who have one need not fetch the other whole.

    {"files": {"own/gambling.yaml": [[12, 1, "- name: ...\\n"], ...], "allow/old.yaml": null, "allow/new.yaml": "..."},
     "from": "<sha256>", "to": "<sha256>", "v": 1}

An edit is [line, how many lines go, the text that comes], lines counted from 0 in the old text, in rising order.  A
file that is gone is null, one that is new its whole text.  Changes of files that are veiled in the new document are
veiled themselves, in `veiled` (see `veil`), as canonical JSON.  Nothing needs to be believed: what comes out has the
digest of the new document, or is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.offering.decisions import MOST_OCTETS, Document, digest_of, read_document, write_document
from filterdns.log.offering.veil import unveil, veil
from filterdns.tlog.canonical import read_canonical, write_canonical

VERSION = 1
MOST_DELTA_OCTETS = MOST_OCTETS // 8  # beyond that the whole document is as well fetched

_MOST_PAIRS = 4_000_000  # of lines to compare within one change; beyond that it is written whole
_Edit = list[Any]  # [line, lines that go, text that comes]


def write_delta(old: bytes, new: bytes) -> bytes:
    """The octets that make one document into another. Raises LogFault if either is none."""
    before, after = read_document(old), read_document(new)
    changes = dict(_changes(before, after))
    hidden = {name: write_canonical(change).decode() for name, change in changes.items() if name in after.veiled}
    values = {"v": VERSION, "from": digest_of(old), "to": digest_of(new)}
    values["files"] = {name: change for name, change in changes.items() if name not in hidden}
    return write_canonical(values | ({"veiled": veil(hidden)} if hidden else {}))


def _changes(before: Document, after: Document) -> Iterator[tuple[str, Any]]:
    for name in sorted({*before.files, *after.files}):
        if name not in after.files:
            yield name, None
        elif name not in before.files:
            yield name, after.files[name]
        elif before.files[name] != after.files[name] or (name in before.veiled) != (name in after.veiled):
            yield name, _edits(before.files[name], after.files[name])


def _edits(before: str, after: str) -> list[_Edit]:
    """The lines to change. Entries are compared first: lines such as `scope: exact` stand everywhere."""
    old, new = _entries(before), _entries(after)
    line_at = [0]
    for entry in old:
        line_at.append(line_at[-1] + entry.count("\n"))
    edits: list[_Edit] = []
    for tag, begin, end, begin_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone, come = "".join(old[begin:end]), "".join(new[begin_new:end_new])
            edits += _edits_within(_lines(gone), _lines(come), line_at[begin])
    return edits


def _edits_within(old: list[str], new: list[str], first: int) -> Iterator[_Edit]:
    if len(old) * len(new) > _MOST_PAIRS:
        yield [first, len(old), "".join(new)]
        return
    for tag, begin, end, begin_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield [first + begin, end - begin, "".join(new[begin_new:end_new])]


def _entries(text: str) -> list[str]:
    """The text in pieces that begin with a line which is not indented."""
    pieces: list[str] = []
    for line in _lines(text):
        if pieces and line[0] in " \t\n":
            pieces[-1] += line
        else:
            pieces.append(line)
    return pieces


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one, whatever else Unicode takes for an end."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def apply_delta(old: bytes, delta: bytes) -> bytes:
    """The new document. Raises LogFault if the delta is not one of this document or does not give what it says."""
    values = read_canonical(delta)
    if not isinstance(values, dict) or values.keys() - {"veiled"} != {"v", "from", "to", "files"}:
        raise LogFault("expected changes, got something else")
    if values["v"] != VERSION or values["from"] != digest_of(old) or not isinstance(values["files"], dict):
        raise LogFault(f"expected changes of version {VERSION} to the document that is here, got others")
    shown, hidden = values["files"], unveil(values["veiled"]) if "veiled" in values else {}
    before = read_document(old)
    files = dict(before.files)
    for name, change in [*shown.items(), *((name, read_canonical(text.encode())) for name, text in hidden.items())]:
        if change is None:
            files.pop(name, None)
        elif isinstance(change, str):
            files[name] = change
        else:
            files[name] = _edited(files.get(name, ""), change)
    new = write_document(Document(files, (before.veiled - shown.keys()) | hidden.keys()))
    if digest_of(new) != values["to"]:
        raise LogFault("expected changes that give the document they name, got another document")
    return new


def _edited(text: str, edits: Sequence[_Edit]) -> str:
    """The text with all edits, checked: they come from outside."""
    lines = _lines(text)
    parts: list[str] = []
    at = 0
    try:
        for line, gone, come in edits:
            if not at <= line <= line + gone <= len(lines):
                raise ValueError
            parts += [*lines[at:line], come]
            at = line + gone
        return "".join([*parts, *lines[at:]])
    except (TypeError, ValueError) as error:
        raise LogFault("expected edits of lines in rising order, got something else") from error
