"""All that proves what a release says of one name, in one document that anybody can check offline.

    {"v": 1, "name": NAME,
     "release": {"number": N, "entry": TEXT, "proof": TEXT},          the release's entry, and its C2SP tlog-proof
     "categories": [{...}],                                           of each tree the proof of `name_proof`
     "decisions": [{"index": N, "entry": TEXT, "proof": TEXT, "statement": {"nonce": HEX, "statement": {...}} or null}]}

`statement` is null where it was erased.  A name of a category that is only counted has no leaf and no decision here, so
that nobody can tell it from a name that is not listed; names of HASHED categories are opened, since who asks for a name
knows it already.  Reads only: pages may import it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from filterdns.errors import LogFault
from filterdns.lists.release import MANIFEST, MOST_MANIFEST_OCTETS, Release
from filterdns.log.names.trees import NameTrees
from filterdns.log.places import PROOF
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import TreeReader, entries_about
from filterdns.log.record.entries import DECISION, RELEASE, read_entry
from filterdns.log.record.statements import Open, open_statement
from filterdns.tlog.proof_file import MOST_PROOF_OCTETS, parse_proof_file, write_proof_file

VERSION = 1


class ReleaseProofs:
    """Proofs of one release of an installation that has a log; keep it, the first proof of a tree takes longest.

    `index`: of the entry of a release that was made again from the log of somebody else; its decisions are then opened
    by `opened`. Raises IndexFault for a release without trees, LogFault for one that is not in the log.
    """

    def __init__(self, state: Path, release: Release, index: int | None = None, opened: Open | None = None) -> None:
        self._number, self._trees = release.number, NameTrees(release)
        files = FolderFiles(release.folder)
        self._manifest = hashlib.sha256(files.read(MANIFEST, MOST_MANIFEST_OCTETS)).hexdigest()
        self._state = state if index is None else release.folder  # which has no index of a log
        self._index = parse_proof_file(files.read(PROOF, MOST_PROOF_OCTETS)).index if index is None else index
        self._open = opened or partial(open_statement, state)

    def document(self, name: str, reader: TreeReader, category: str = "") -> dict[str, Any]:
        """What proves this name, canonical text in A-labels, in one category or in all.

        `reader`: the log, under whose checkpoint all proofs are. Takes milliseconds, however many names there are.
        Raises LogFault for a category that has no tree.
        """
        entry = read_entry(reader.entry(self._index), self._index)
        if entry.type != RELEASE or entry.fields["manifest"] != self._manifest:
            raise LogFault(f"entry {self._index}: expected that of release {self._number}, got another")
        wanted = [category] if category else list(self._trees.trees)
        return {
            "v": VERSION,
            "name": name,
            "release": {"number": self._number, **self._proven(reader, self._index)},
            "categories": [self._trees.prove(each, name).as_json() for each in wanted],
            "decisions": list(self._decisions(name, reader)),
        }

    def _decisions(self, name: str, reader: TreeReader) -> Iterator[dict[str, Any]]:
        """What the log has of decisions about this very name, the oldest first."""
        for index in entries_about(self._state, name, reader):
            octets = reader.entry(index)
            entry = read_entry(octets, index)
            category = entry.fields.get("category", "")
            if entry.type != DECISION or (category and category not in self._trees.trees):
                continue
            opened = self._opened(entry.fields["statement"])
            yield {"index": index, **self._proven(reader, index), "statement": opened}

    def _proven(self, reader: TreeReader, index: int) -> dict[str, str]:
        """An entry and its proof, as texts."""
        return {"entry": reader.entry(index).decode(), "proof": write_proof_file(reader.proof(index)).decode()}

    def _opened(self, commitment: str) -> dict[str, Any] | None:
        body = self._open(commitment)
        return {"nonce": body.nonce.hex(), "statement": dict(body.statement)} if body else None
