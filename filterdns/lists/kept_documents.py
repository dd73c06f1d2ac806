"""YAML files of the lists folders as they were read, kept by digest: most are the same at the next build.

    STATE/work/written     SHA-256 of the rest in hexadecimal and a line feed, and then JSON:
                           {"version": ..., "documents": {sha256: [data, [line, ...], [path, ...]]}}

To read them so takes a fifth of what YAML does.  Only files without a fault are kept, and only those of the last build;
a file that is damaged, or of another version of the program, is as good as none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import filterdns
from filterdns.lists.read_file import read_yaml
from filterdns.lists.sources import SourceFile
from filterdns.yaml_lines import Document

VERSION = f"1 {filterdns.__version__}"

ReadDocument = Callable[[SourceFile], Document]


def read_document(source: SourceFile) -> Document:
    """The document of a file. Raises DataFault."""
    return read_yaml(source.path)


class KeptDocuments:
    """Documents that the last build read, and those that this one reads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = _load(path)
        self._used: dict[str, Any] = {}

    def read(self, source: SourceFile) -> Document:
        """The document of a file, as it was when it was digested. Raises DataFault."""
        kept = self._kept.get(source.sha256)
        if kept is None:
            document = read_yaml(source.path)
            kept = [document.data, list(document.lines.values()), list(document.lines)]
        else:
            data, lines, paths = kept
            document = Document(str(source.path), data, dict(zip(map(tuple, paths), lines, strict=True)))
        self._used[source.sha256] = kept
        return document

    def keep(self) -> None:
        """Keep what was used, if it is not that already; only once the files are known to be as they were digested.

        Nothing is synchronised, and a disk that refuses costs time alone.
        """
        if self._used.keys() == self._kept.keys():
            return
        octets = json.dumps({"version": VERSION, "documents": self._used}, separators=(",", ":")).encode()
        fresh = self._path.with_suffix(".new")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(hashlib.sha256(octets).hexdigest().encode() + b"\n" + octets)
            fresh.replace(self._path)


def kept_in(state: Path) -> KeptDocuments:
    """Those of the last build of a state folder."""
    return KeptDocuments(state / "work" / "written")


def _load(path: Path) -> dict[str, Any]:
    try:
        digest, _, octets = path.read_bytes().partition(b"\n")
        if digest.decode("ascii", "replace") != hashlib.sha256(octets).hexdigest():
            return {}
        values = json.loads(octets)
        return dict(values["documents"]) if values["version"] == VERSION else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
