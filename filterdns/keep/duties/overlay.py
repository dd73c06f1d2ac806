"""Entries written into hand-written files: what stands there is kept, comments too, and lint has seen it before.

A file of entries is a YAML list.  An entry is put behind the others, or in the place of the older one about the same;
only a file that is written as one line is written anew.  What comes of it is linted in a copy of the folder made of
links, so that a fault never reaches a build: who wrote it is told, and the others are written all the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from filterdns.errors import DataFault, Fault, StateFault
from filterdns.keep.duties.entries import Edit
from filterdns.lists.lint import LintReport, lint
from filterdns.lists.sources import OVERLAY
from filterdns.lists.store_file import one_writer, store_file
from filterdns.yaml_lines import Document, load_yaml, render_yaml

_HEADING = "# Written by the desk of filterdns; each entry names its case. Comments and other entries are kept.\n"


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit that was not made, and why, in words for people."""

    edit: Edit
    why: str


def write_edits(shipped: Path, overlay: Path, scratch: Path, edits: Sequence[Edit], today: date) -> list[Refused]:
    """Write these entries into an overlay; those that lint refuses. Raises StateFault if the disk does.

    `scratch`: a folder for the copy that is linted.  Twice comes to the same as once.
    """
    with one_writer(overlay):
        refused = _refusals(shipped, overlay, scratch, edits, today)
        kept = [edit for edit in edits if edit not in [each.edit for each in refused]]
        for file, text in _texts(overlay, kept).items():
            store_file(overlay / file, text.encode())
    return refused


def write_edit(folder: Path, edit: Edit) -> bool:
    """Write one entry into a lists folder that somebody else looks after; whether it was not there yet.

    Raises DataFault, StateFault.
    """
    texts = _texts(folder, [edit])
    for file, text in texts.items():
        store_file(folder / file, text.encode())
    return bool(texts)


def find_entry(folder: Path, file: str, name: str) -> Mapping[str, Any] | None:
    """The entry of a name in a file of entries. Raises DataFault, StateFault."""
    entries = _entries(load_yaml(_load(folder / file), file))
    return next((each for each in entries if isinstance(each, Mapping) and each.get("name") == name), None)


def edited(text: str, edit: Edit, file: str) -> str:
    """The text of a file with this entry in it. Raises DataFault if the text is no list of entries."""
    document = load_yaml(text, file)
    entries = _entries(document)
    place = next((n for n, entry in enumerate(entries) if edit.is_about(entry)), None)
    if entries[place] == dict(edit.entry) if place is not None else edit.takes_away:
        return text
    new = [] if edit.takes_away else [dict(edit.entry)]
    wanted = [*entries, *new] if place is None else [*entries[:place], *new, *entries[place + 1 :]]
    written = _spliced(text, document, edit, place, len(entries))
    if _get_entries(written, file) == wanted:
        return written
    # A list on one line, or something else that cannot be cut.
    return _HEADING + (render_yaml(wanted) if wanted else "")


def _refusals(shipped: Path, overlay: Path, scratch: Path, edits: Sequence[Edit], today: date) -> list[Refused]:
    """Those of the edits that stand against the rules: all are tried at once, and each alone if that fails."""
    if not _faults(shipped, overlay, scratch, edits, edits, today):
        return []
    refused: list[Refused] = []
    good: list[Edit] = []
    for edit in edits:
        faults = _faults(shipped, overlay, scratch, [*good, edit], [edit], today)
        if faults:
            refused.append(Refused(edit, faults[0]))
        else:
            good.append(edit)
    return refused


def _faults(
    shipped: Path, overlay: Path, scratch: Path, edits: Sequence[Edit], judged: Collection[Edit], today: date
) -> list[str]:
    """What lint has against the edits that it does not have against what stands there now.

    `judged`: those that must count afterwards. What makes an older one not count any more, a protection, may do so.
    """
    try:
        texts = _texts(overlay, edits)
    except DataFault as fault:
        return [str(each) for each in fault.faults]
    if not texts:
        return []
    with _copy(overlay, scratch, texts) as trial:
        after = lint(shipped, trial, today)
        found = _words(after, trial)
        names = {(f"{OVERLAY}{edit.file}", edit.name.encode()) for edit in judged}
        found |= {str(each): str(each) for each in after.set_aside if (each.source, each.name) in names}
    if found:
        before = lint(shipped, overlay if overlay.is_dir() else None, today)
        for known in _words(before, overlay):
            found.pop(known, None)
    return list(found.values())


def _words(report: LintReport, folder: Path) -> dict[str, str]:
    """Faults by what they say without the line, and as they are told."""
    return {_told(fault, folder, lines=False): _told(fault, folder, lines=True) for fault in report.faults}


def _told(fault: Fault, folder: Path, *, lines: bool) -> str:
    where = fault.where.removeprefix(f"{folder}{os.sep}")
    where = where if lines else where.partition(":")[0]
    return str(Fault(where, fault.path, fault.expected, fault.got, fault.remedy))


def _texts(folder: Path, edits: Sequence[Edit]) -> dict[str, str]:
    """The files that the edits change, as they are to be. Raises DataFault, StateFault."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for edit in edits:
        if edit.file not in before:
            before[edit.file] = after[edit.file] = _load(folder / edit.file)
        after[edit.file] = edited(after[edit.file], edit, edit.file)
    return {file: text for file, text in after.items() if text != before[file]}


def _load(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise StateFault(f"{path}: expected a list of entries, got {error}") from error


def _entries(document: Document) -> list[Any]:
    if document.data is None:
        return []
    if not isinstance(document.data, list):
        raise DataFault([document.fault((), "a list of entries", "something else", "mend the file first")])
    return document.data


def _get_entries(text: str, file: str) -> list[Any] | None:
    try:
        return _entries(load_yaml(text, file))
    except DataFault:
        return None


def _spliced(text: str, document: Document, edit: Edit, place: int | None, count: int) -> str:
    """The text with the entry behind the others, or in the place of one, and every other line as it is."""
    entry = "" if edit.takes_away else render_yaml([dict(edit.entry)])
    if not count:
        lines = [line for line in text.splitlines(keepends=True) if line.strip() not in ("[]", "---")]
        return _ended("".join(lines) or _HEADING) + entry
    if place is None:
        return _ended(text) + entry
    lines = text.splitlines(keepends=True)
    begin = document.line((place,)) - 1
    end = document.line((place + 1,)) - 1 if place + 1 < count else len(lines)
    while end > begin + 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1  # comments before the next entry are about that one
    return _ended("".join(lines[:begin])) + entry + "".join(lines[end:])


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


@contextmanager
def _copy(overlay: Path, scratch: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """A folder like the overlay, of links, with these files in their place."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=scratch, prefix="lint-") as folder:
            trial = Path(folder)
            for path in _files(overlay):
                relative = path.relative_to(overlay)
                (trial / relative).parent.mkdir(parents=True, exist_ok=True)
                if str(relative) not in texts:
                    (trial / relative).symlink_to(path.resolve())
            for file, text in texts.items():
                (trial / file).parent.mkdir(parents=True, exist_ok=True)
                (trial / file).write_text(text, encoding="utf-8")
            yield trial
    except OSError as error:
        raise StateFault(f"{scratch}: expected a folder that can be written, got {error.strerror or error}") from error


def _files(overlay: Path) -> Iterator[Path]:
    """The files of a lists folder and of those in it; hidden ones are no lists."""
    if overlay.is_dir():
        for path in sorted((*overlay.glob("*"), *overlay.glob("*/*"))):
            if path.is_file() and not path.name.startswith("."):
                yield path
