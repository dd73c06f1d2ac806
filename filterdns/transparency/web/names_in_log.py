"""What this installation's log says of a name: found by the log's own index of names, each entry checked by its root.

The log is opened again when its checkpoint changes; a look-up reads a small file for each name above the one asked for,
and the bundles of the entries found, and never walks the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.places import POLICY, checkpoint_file, has_log, public_folder, release_folder
from filterdns.log.reading.reader import LogReader, entries_about, open_local
from filterdns.log.record.entries import DECISION, Entry, read_entry
from filterdns.log.record.statements import open_statement
from filterdns.names import name_text
from filterdns.tlog.note import check_note, read_note, write_vkey
from filterdns.tlog.policy import MOST_POLICY_OCTETS, parse_policy
from filterdns.tlog.proof_file import parse_proof_file
from filterdns.transparency.reasons.history import suffixes_of
from filterdns.transparency.reasons.past import Mark, Past, past_of
from filterdns.transparency.reasons.past_words import is_opening

MOST_DECISIONS = 100  # about a name and those above it that a page shows: the newest
MOST_PROOF_OCTETS = 64 * 1024


class NamesInLog:
    """Follows the log of a state folder; without one `reader` is None and nothing is found."""

    def __init__(self, state: Path, say: Callable[[str], None]) -> None:
        self._state = state
        self._say = say
        self._seen: tuple[int, int] | None = None
        self.reader: LogReader | None = None
        self.vkey = ""  # of the key that signed the checkpoint
        self._releases: dict[int, Mark] = {}

    @property
    def exists(self) -> bool:
        """Whether there is a log that can be read."""
        return self.reader is not None

    @property
    def origin(self) -> str:
        """The log's own name, a host and a path; "" without a log."""
        return self.reader.checkpoint.origin if self.reader else ""

    def follow(self) -> None:
        """Look whether there is a new checkpoint; what cannot be read leaves what was read last. Never raises."""
        seen = _identity(checkpoint_file(self._state))
        if seen == self._seen:
            return
        self._seen = seen
        try:
            reader = open_local(self._state) if has_log(self._state) else None
            self._mark_releases(reader)
            self.vkey = _signing_key(reader) if reader else ""
            self.reader = reader
        except (LogFault, OSError) as fault:
            self._say(f"pages: what is shown of the log may be old: {fault}")

    def about(self, qname: bytes) -> tuple[Past, ...]:
        """What was decided about a canonical name and those above it, oldest first. Raises LogFault."""
        if self.reader is None:
            return ()
        found: dict[int, tuple[Entry, str]] = {}
        for offset in suffixes_of(qname):
            name = name_text(qname[offset:])
            for index in entries_about(self._state, name, self.reader)[-MOST_DECISIONS:]:
                entry = self._entry(index)
                if entry.type == DECISION and self._reaches(entry, below=bool(offset)):
                    found[index] = entry, name
        newest = sorted(found)[-MOST_DECISIONS:]
        return self._past({index: found[index] for index in newest})

    def _past(self, found: Mapping[int, tuple[Entry, str]]) -> tuple[Past, ...]:
        names = {entry.fields["statement"]: name for entry, name in found.values()}
        entries = {index: entry for index, (entry, _) in found.items()}
        for entry, _ in found.values():
            if is_opening(entry.fields["kind"], entry.fields["action"]):
                for index in entries_about(self._state, entry.fields["statement"], self.reader):
                    entries.setdefault(index, self._entry(index))
        releases = [self._releases[number] for number in sorted(self._releases)]
        return past_of(entries.items(), lambda entry: names[entry.fields["statement"]], self._open, releases)

    def _entry(self, index: int) -> Entry:
        assert self.reader is not None
        return read_entry(self.reader.entry(index), index)

    def _reaches(self, entry: Entry, *, below: bool) -> bool:
        """Whether a decision says something of the name asked for; `below`: that one lies below the decision's name."""
        if not below:
            return True
        scope = entry.fields.get("scope") or (self._open(entry.fields["statement"]) or {}).get("scope")
        return bool(scope == "subdomains")

    def _open(self, commitment: str) -> Mapping[str, Any] | None:
        body = open_statement(self._state, commitment)
        return body.statement if body else None

    def _mark_releases(self, reader: LogReader | None) -> None:
        """Note where in the log the releases stand that have come since."""
        folder = public_folder(self._state) / "releases"
        if reader is None or not folder.is_dir():
            return
        for child in folder.iterdir():
            number = int(child.name) if child.name.isdigit() else 0
            if number and number not in self._releases and (mark := self._read_mark(reader, number)):
                self._releases[number] = mark

    def _read_mark(self, reader: LogReader, number: int) -> Mark | None:
        path = release_folder(self._state, number) / "release.tlog-proof"
        try:
            with path.open("rb") as file:
                index = parse_proof_file(file.read(MOST_PROOF_OCTETS)).index
        except FileNotFoundError:  # it is being written: next time
            return None
        entry = read_entry(reader.entry(index), index) if index < reader.size else None
        return Mark(index, entry.at, number) if entry else None


def _signing_key(reader: LogReader) -> str:
    """The key of the log that signed the checkpoint, as others write it down. Raises LogFault."""
    text = reader.files.read(POLICY, MOST_POLICY_OCTETS).decode("utf-8", "replace")
    keys = [log.key for log in parse_policy(text).logs]
    return write_vkey(check_note(read_note(reader.note), keys)[0])


def _identity(path: Path) -> tuple[int, int] | None:
    """What changes when the file does: it is replaced, not written over."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
