"""Erasing a statement so that it ends whole: intent, tombstone in the log, body gone, intent gone.

    STATE/log/erasing/<commitment>      canonical {"why": one of WHYS}

The intent is on the disk first, and whoever opens the log for writing finishes what was begun; so after a crash the log
never says for long that something is gone which is still there, and a body is never missing without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from filterdns.errors import LogFault
from filterdns.log.places import erasing_folder
from filterdns.log.reading.reader import TreeReader, entries_about, open_local
from filterdns.log.record.entries import ERASURE, NAMED, WHYS, read_entry, write_entry
from filterdns.log.record.statements import erase, open_statement
from filterdns.log.writing.durable import DISK, Disk, remove_files, store_file
from filterdns.tlog.canonical import read_canonical, write_canonical

_MOST_OCTETS = 1_024


class Log(Protocol):
    """An open log: see `writer`."""

    @property
    def tree(self) -> TreeReader:
        """The log as it is now."""
        ...

    @property
    def has_ended(self) -> bool:
        """Whether nothing can be appended any more."""
        ...

    def append(self, entries: Sequence[bytes]) -> Any:
        """Add entries."""
        ...


def begin_erasure(state: Path, commitment: str, why: str, disk: Disk = DISK) -> bool:
    """Note that a statement is to be erased; False if it has been already. Raises LogFault, and nothing changes.

    It is one that the log has a decision for, or whose body lies here.
    """
    if why not in WHYS:
        raise LogFault(f"erase: expected one of {', '.join(WHYS)}, got {why[:40]!r}")
    body = open_statement(state, commitment)
    types = _types(state, commitment, open_local(state))
    if ERASURE in types and body is None:
        return False
    if NAMED.isdisjoint(types) and body is None:
        raise LogFault(f"statement {commitment}: expected one that the log has, got none; is it copied whole?")
    store_file(erasing_folder(state) / commitment, write_canonical({"why": why}), disk)
    return True


def finish_erasures(state: Path, when: datetime, log: Log, disk: Disk = DISK) -> None:
    """Carry out what was noted, each with its tombstone once. Raises LogFault or StateFault."""
    folder = erasing_folder(state)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        commitment = path.name
        if path.suffix:
            continue  # what a crash left of an intent being written
        if not log.has_ended and ERASURE not in _types(state, commitment, log.tree):
            log.append([write_entry(ERASURE, when, statement=commitment, why=_load_why(path))])
        erase(state, commitment, disk)
        remove_files([path], disk)


def _types(state: Path, commitment: str, tree: TreeReader) -> set[str]:
    """Of which types the entries about a statement are."""
    return {read_entry(tree.entry(index), index).type for index in entries_about(state, commitment, tree)}


def _load_why(path: Path) -> str:
    try:
        with path.open("rb") as file:
            why = read_canonical(file.read(_MOST_OCTETS))["why"]
    except (OSError, LogFault, TypeError, KeyError) as error:
        raise LogFault(f"{path}: expected why a statement is erased, got {error}; remove it and ask again") from error
    return str(why)
