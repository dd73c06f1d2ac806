"""The files of the lists folders, in reading order: shipped first, then the installation's overlay."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filterdns.errors import DataFault, Fault

CATEGORIES = "categories.yaml"
HOLDS = "holds.yaml"
OVERLAY = "overlay/"
MOST_OCTETS = 512 * 1024 * 1024  # about twenty million names

_OWN = re.compile(r"([a-z][a-z0-9_]*)(?:\.[a-z0-9_-]+)*\.(yaml|txt|hosts)\Z")
_PROTECTED = re.compile(r"(p1|p2)(?:\.[a-z0-9_-]+)*\.yaml\Z")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: how releases name it, where it lies, what it is of and its SHA-256."""

    name: str  # `own/gambling.yaml`, or `overlay/own/gambling.yaml`
    path: Path
    kind: str  # categories, protected, holds, yaml, txt or hosts
    subject: str  # category or level of protection
    sha256: str

    @property
    def is_overlay(self) -> bool:
        """Whether the installation itself brought it."""
        return self.name.startswith(OVERLAY)


def find_sources(shipped: Path, overlay: Path | None) -> list[SourceFile]:
    """All files in reading order. Raises DataFault for files whose names say nothing, all at once."""
    faults: list[Fault] = []
    sources = [*_find(shipped, "", faults), *(_find(overlay, OVERLAY, faults) if overlay else ())]
    if faults:
        raise DataFault(faults)
    return sources


def _find(folder: Path, prefix: str, faults: list[Fault]) -> Iterator[SourceFile]:
    categories = folder / CATEGORIES
    if prefix and categories.exists():
        expected, remedy = "no taxonomy of an installation's own", "use the categories that there are"
        faults.append(Fault(str(categories), "", expected, "one", remedy))
    elif not prefix:
        yield _source(categories, CATEGORIES, "categories", "")
    for path in _files(folder / "protected"):
        found = _PROTECTED.match(path.name)
        if found:
            yield _source(path, f"{prefix}protected/{path.name}", "protected", found[1])
        else:
            faults.append(Fault(str(path), "", "p1.yaml, p2.yaml or p1.<label>.yaml", path.name, "rename it"))
    if (folder / HOLDS).exists():
        yield _source(folder / HOLDS, f"{prefix}{HOLDS}", "holds", "")
    for path in _files(folder / "own"):
        found = _OWN.match(path.name)
        if found:
            yield _source(path, f"{prefix}own/{path.name}", found[2], found[1])
        else:
            faults.append(Fault(str(path), "", "<category>[.<label>].yaml, .txt or .hosts", path.name, "rename it"))


def _files(folder: Path) -> list[Path]:
    """The files of a folder in order; none if there is no such folder. Hidden ones and editors' copies are left out."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".") and path.name[-1] != "~"
    )


def _source(path: Path, name: str, kind: str, subject: str) -> SourceFile:
    try:
        octets = path.stat().st_size
        if octets > MOST_OCTETS:
            raise DataFault([Fault(str(path), "", f"at most {MOST_OCTETS} octets", str(octets))])
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataFault([Fault(str(path), "", "a file that can be read", error.strerror or str(error))]) from error
    return SourceFile(name, path, kind, subject, digest)
