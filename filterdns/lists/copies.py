"""Copies of sources as they were fetched: octets by digest, and a journal for each source.

STATE/downloads/<sha256>              the octets, content encodings undone; never changed
STATE/downloads/journal/<id>.json     `Journal`
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filterdns.errors import StateFault

MOST_COPIES = 4  # remembered for each source; what no journal, decision and kept release names is removed


@dataclass(frozen=True, slots=True)
class Copy:
    """One content of a source. Times are ISO 8601 in UTC; `confirmed_at`: when it was last what the source serves."""

    sha256: str
    octets: int
    url: str  # or the path it was read from
    fetched_at: str
    confirmed_at: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """What is known of fetching one source. `copies`: the newest last, never one that failed."""

    source: str
    copies: tuple[Copy, ...] = ()
    tried_at: str = ""  # the last attempt, whatever came of it
    next_at: str = ""  # not before: the interval with jitter, or the pause after failures
    failures: int = 0  # in a row
    fault: str = ""  # of the last attempt, in words; "" if it succeeded
    fetches: int = field(default=0)  # successful attempts, 304 included

    @property
    def newest(self) -> Copy | None:
        """What the source served last."""
        return self.copies[-1] if self.copies else None

    def get_copy(self, sha256: str) -> Copy | None:
        """The copy of this digest."""
        return next((copy for copy in reversed(self.copies) if copy.sha256 == sha256), None)


def downloads_folder(state: Path) -> Path:
    """Where copies lie."""
    return state / "downloads"


def copy_path(state: Path, sha256: str) -> Path:
    """Where the octets of this digest lie."""
    return downloads_folder(state) / sha256


def journal_path(state: Path, source: str) -> Path:
    """The journal of a source."""
    return downloads_folder(state) / "journal" / f"{source.replace('/', '~')}.json"


def load_journal(state: Path, source: str) -> Journal:
    """The journal of a source, an empty one if there is none or it cannot be read: everything can be fetched again."""
    try:
        values = json.loads(journal_path(state, source).read_bytes())
        values["copies"] = tuple(Copy(**copy) for copy in values["copies"])
        return Journal(**values)
    except (OSError, ValueError, TypeError, KeyError):
        return Journal(source)


def store_journal(state: Path, journal: Journal) -> None:
    """Write a journal so that a crash leaves the old or the new one. Raises StateFault."""
    path = journal_path(state, journal.source)
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(json.dumps(asdict(journal), ensure_ascii=False, indent=1).encode())
        fresh.replace(path)
    except OSError as error:
        raise StateFault(f"{path}: expected room for a journal, got {error.strerror or error}") from error
