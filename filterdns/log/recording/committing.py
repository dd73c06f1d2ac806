"""Statements on their way into the log: noted before their bodies are written, so that a crash leaves none behind.

    STATE/log/committing    canonical {"size": of the log, "statements": [commitment, ...]}

A body lies on the disk before its entry is appended.  If the machine stops in between, nobody would ever know of it
again, and a public one could be read by who guesses where it is; so whoever appends next removes what is noted and in
no entry from that size on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.places import private_folder
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import read_entry
from filterdns.log.record.statements import Body, erase_all, store_bodies
from filterdns.log.writing.durable import DISK, Disk, remove_files, store_file
from filterdns.tlog.canonical import read_canonical, write_canonical

_MOST_OCTETS = 16 * 1024 * 1024  # of one append of MOST_ENTRIES


def begin_committing(state: Path, size: int, bodies: Collection[tuple[Body, bool]], disk: Disk = DISK) -> None:
    """Keep statements whose entries will follow in a log of this size. Raises LogFault and StateFault."""
    if bodies:
        commitments = [body.commitment for body, _ in bodies]
        store_file(_file(state), write_canonical({"size": size, "statements": commitments}), disk)
        store_bodies(state, bodies, disk)


def end_committing(state: Path, disk: Disk = DISK) -> None:
    """All of them are in the log. Raises StateFault."""
    remove_files([_file(state)], disk)


def sweep(state: Path, tree: TreeReader, disk: Disk = DISK) -> None:
    """Remove bodies whose entries never came into the log, which is open and has no append under way.

    Raises LogFault and StateFault.
    """
    try:
        with _file(state).open("rb") as file:
            octets = file.read(_MOST_OCTETS)
    except FileNotFoundError:
        return
    except OSError as error:
        raise LogFault(f"{_file(state)}: expected a file that can be read, got {error.strerror or error}") from error
    size, commitments = _noted(octets)
    first = min(size, tree.size)
    known = set(_committed(tree.entries(first, tree.size), first))
    erase_all(state, [commitment for commitment in commitments if commitment not in known], disk)
    end_committing(state, disk)


def _committed(entries: Iterable[bytes], first: int) -> Iterable[str]:
    for index, octets in enumerate(entries, first):
        if b'"statement":"' in octets:
            yield read_entry(octets, index).fields["statement"]


def _noted(octets: bytes) -> tuple[int, list[str]]:
    """Size and commitments; none where the note itself was not whole yet, for then there is no body either."""
    try:
        values = read_canonical(octets)
        return int(values["size"]), [str(commitment) for commitment in values["statements"]]
    except (LogFault, TypeError, KeyError, ValueError):
        return 0, []


def _file(state: Path) -> Path:
    return private_folder(state) / "committing"
