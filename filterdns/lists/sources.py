"""The files of the lists folders, in reading order: shipped first, then the installation's overlay."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filterdns.errors import DataFault, Fault

CATEGORIES = "categories.yaml"
DECISIONS = "decisions.json"  # beside what a publisher decided: which entry of its log that is (`shipped.base_folder`)
HOLDS = "holds.yaml"
CHOICES = "choices.yaml"  # in sources/: which lists a household turned on or off
HOUSEHOLD = "household.yaml"  # in sources/: the lists that a household added
SUFFIXES = "public_suffix_list.dat"  # how releases name the Public Suffix List that they were built with
OVERLAY = "overlay/"
MOST_OCTETS = 512 * 1024 * 1024  # about twenty million names

_OWN = re.compile(r"([a-z][a-z0-9_]*)(?:\.[a-z0-9_-]+)*\.(yaml|txt|hosts)\Z")
_PROTECTED = re.compile(r"(p1|p2)(?:\.[a-z0-9_-]+)*\.yaml\Z")
_SHARED = re.compile(r"(hosts|popular|safe_search)(?:\.[a-z0-9_-]+)*\.yaml\Z")
_ANY = re.compile(r"([a-z0-9][a-z0-9_.-]*)\.yaml\Z")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: how releases name it, where it lies, what it is of and its SHA-256."""

    name: str  # `own/gambling.yaml`, or `overlay/own/gambling.yaml`
    path: Path
    kind: str  # categories, decisions, protected, holds, yaml, txt, hosts; allow, shared, services, recipes, ...
    subject: str  # category, level of protection or kind of shared names; else the file's stem
    sha256: str

    @property
    def is_overlay(self) -> bool:
        """Whether the installation itself brought it."""
        return self.name.startswith(OVERLAY)


@dataclass(frozen=True, slots=True)
class _Folder:
    """How files of one folder are called; `kind` is "" where the end of the file's name says it."""

    name: str
    pattern: re.Pattern[str]
    kind: str
    expected: str


_PROTECTED_FOLDER = _Folder("protected", _PROTECTED, "protected", "p1.yaml, p2.yaml or p1.<label>.yaml")
_FOLDERS = (
    _Folder("own", _OWN, "", "<category>[.<label>].yaml, .txt or .hosts"),
    _Folder("allow", _ANY, "allow", "<label>.yaml"),
    _Folder("shared", _SHARED, "shared", "hosts.yaml, popular.yaml, safe_search.yaml or hosts.<label>.yaml"),
    _Folder("services", _ANY, "services", "<label>.yaml"),
    _Folder("sources", _ANY, "recipes", "<keeper>.yaml"),
)
FOLDERS = (_PROTECTED_FOLDER.name, *(folder.name for folder in _FOLDERS))


def find_sources(shipped: Path, overlay: Path | None) -> list[SourceFile]:
    """All files in reading order. Raises DataFault for files whose names say nothing or that cannot be read."""
    faults: list[Fault] = []
    sources = note_sources(shipped, overlay, faults)
    if faults:
        raise DataFault(faults)
    return sources


def note_sources(shipped: Path, overlay: Path | None, faults: list[Fault]) -> list[SourceFile]:
    """All files in reading order but for those with faults, which are noted."""
    return [*_find(shipped, "", faults), *(_find(overlay, OVERLAY, faults) if overlay else ())]


def suffix_source(path: Path) -> SourceFile:
    """The Public Suffix List as a file that a release is made of, of kind `suffixes`."""
    return SourceFile(SUFFIXES, path, "suffixes", "", hashlib.sha256(path.read_bytes()).hexdigest())


def _find(folder: Path, prefix: str, faults: list[Fault]) -> Iterator[SourceFile]:
    categories = folder / CATEGORIES
    if prefix and categories.exists():
        expected, remedy = "no taxonomy of an installation's own", "use the categories that there are"
        faults.append(Fault(str(categories), "", expected, "one", remedy))
    elif not prefix:
        yield from _source(categories, CATEGORIES, "categories", "", faults)
        if (folder / DECISIONS).exists():
            yield from _source(folder / DECISIONS, DECISIONS, "decisions", "", faults)
    yield from _find_in(folder, _PROTECTED_FOLDER, prefix, faults)
    if (folder / HOLDS).exists():
        yield from _source(folder / HOLDS, f"{prefix}{HOLDS}", "holds", "", faults)
    for part in _FOLDERS:
        yield from _find_in(folder, part, prefix, faults)


def _find_in(folder: Path, part: _Folder, prefix: str, faults: list[Fault]) -> Iterator[SourceFile]:
    for path in _files(folder / part.name):
        found = part.pattern.match(path.name)
        kind = _kind(path, part, found) if found else ""
        if not found:
            faults.append(Fault(str(path), "", part.expected, path.name, "rename it"))
        elif not prefix and kind in ("household", "choices"):
            remedy = "it belongs into the lists folder of an installation"
            faults.append(Fault(str(path), "", "no choices of a household among what is shipped", path.name, remedy))
        else:
            yield from _source(path, f"{prefix}{part.name}/{path.name}", kind, found[1], faults)


def _kind(path: Path, part: _Folder, found: re.Match[str]) -> str:
    if part.name == "sources" and path.name in (HOUSEHOLD, CHOICES):
        return found[1]
    return part.kind or found[2]


def _files(folder: Path) -> list[Path]:
    """The files of a folder in order; none if there is no such folder. Hidden ones and editors' copies are left out."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".") and path.name[-1] != "~"
    )


def _source(path: Path, name: str, kind: str, subject: str, faults: list[Fault]) -> Iterator[SourceFile]:
    try:
        octets = path.stat().st_size
        if octets > MOST_OCTETS:
            faults.append(Fault(str(path), "", f"at most {MOST_OCTETS} octets", str(octets)))
            return
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        faults.append(Fault(str(path), "", "a file that can be read", error.strerror or str(error)))
        return
    yield SourceFile(name, path, kind, subject, digest)
