"""A log in a folder of a test: begun, appended to and looked at with the real parts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from filterdns.log.keys.life import make_log
from filterdns.log.reading.reader import LogReader, TreeReader, open_local
from filterdns.log.record.entries import write_entry
from filterdns.log.writing.writer import Appended, open_writer
from filterdns.tlog.checkpoint import parse_checkpoint
from filterdns.tlog.note import read_note
from filterdns.tlog.tree import check_consistency, leaf_hash, root_of

ORIGIN = "lists.example.org/log"
WHEN = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)


def begin(folder: Path) -> Path:
    """The state folder of a log that has begun; its recovery key lies in `folder/recovery`."""
    state = folder / "state"
    state.mkdir(parents=True)
    make_log(state, ORIGIN, folder / "recovery", WHEN)
    return state


def days(count: int, first: int = 0, when: datetime = WHEN) -> list[bytes]:
    """Entries that all differ."""
    start = date(2026, 1, 1)
    return [
        write_entry("day", when, date=(start + timedelta(days=first + n)).isoformat(), appeals={"adult": first + n})
        for n in range(count)
    ]


def append(state: Path, entries: Iterable[bytes], when: datetime = WHEN) -> Appended:
    with open_writer(state, when) as log:
        return log.append(list(entries))


def check_whole(state: Path) -> LogReader:
    """The log, after reading every entry of it and comparing the root with one made from all leaf hashes."""
    reader = open_local(state)
    entries = list(reader.entries(0, reader.size))
    assert root_of([leaf_hash(entry) for entry in entries]) == reader.checkpoint.root
    assert reader.hashes.root() == reader.checkpoint.root
    return reader


def check_prefix(tree: TreeReader, size: int, root: bytes) -> None:
    check_consistency(size, root, tree.size, tree.checkpoint.root, tree.consistency(size))


class Noting:
    """Stands where witnesses are asked and notes every checkpoint that was signed: size -> roots."""

    def __init__(self) -> None:
        self.signed: dict[int, set[bytes]] = {}

    def cosign(self, note: bytes, tree: TreeReader, old_size: int) -> bytes:
        checkpoint = parse_checkpoint(read_note(note).text)
        self.signed.setdefault(checkpoint.size, set()).add(checkpoint.root)
        return note
