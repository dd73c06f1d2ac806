"""The publisher's log as it grows: a checkpoint is believed if it continues the one that was believed before.

What stands in between is read too, each entry checked: so a home notices when a mirror gives it an old head beside a
new checkpoint, when the log has had no entry for days, and when it changes its keys.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.entries import END, KEY
from filterdns.log.files import LogFiles
from filterdns.log.heads import TYPES, Head
from filterdns.log.reader import TreeReader
from filterdns.log.subscription import Seen
from filterdns.tlog.canonical import read_canonical
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.tree import check_consistency

FRESH = timedelta(hours=48)  # a log has an entry a day at least; a day may be missed
MOST_FOLLOWED = 16_384  # entries that are read of what is new: 64 bundles


class ForkFault(LogFault):
    """Two checkpoints that the log signed cannot both be true."""


def follow(seen: Seen, checkpoint: Checkpoint, note: bytes, files: LogFiles) -> Seen:
    """What is known of the log with this checkpoint, whose signature was checked.

    Raises ForkFault if it contradicts what was seen, LogFault if it is of another log, older, or cannot be checked.
    """
    if seen.origin and checkpoint.origin != seen.origin:
        raise LogFault(f"expected the log {seen.origin}, got {checkpoint.origin}; is the address right?")
    if checkpoint.size < seen.size:
        old = "an old copy, or a log that was rewound"
        raise LogFault(
            f"expected a log of {seen.size} entries or more, got {checkpoint.size}: {old}; what is here stays"
        )
    if checkpoint.size == seen.size:
        if checkpoint.root.hex() != seen.root:
            raise ForkFault(f"the log shows two different trees of {seen.size} entries: somebody is shown another log")
        return seen
    reader = TreeReader(files, checkpoint, note)
    if seen.size:
        _check_continues(seen, reader)
    return _read_on(seen, reader)


def _check_continues(seen: Seen, reader: TreeReader) -> None:
    proof = reader.consistency(seen.size)
    try:
        check_consistency(seen.size, bytes.fromhex(seen.root), reader.size, reader.checkpoint.root, proof)
    except LogFault as fault:
        raise ForkFault(
            f"the log of {reader.size} entries does not continue the one of {seen.size} that was seen ({fault}): "
            "its files are damaged, or somebody is shown another log"
        ) from fault


def _read_on(seen: Seen, reader: TreeReader) -> Seen:
    """What the new entries say; of a log that is seen for the first time the last bundle is enough."""
    first = seen.size or (reader.size - 1) // 256 * 256
    first = max(first, reader.size - MOST_FOLLOWED)
    newest, newest_at, keys, ended = dict(seen.newest), seen.newest_at, list(seen.keys), seen.ended
    for index, octets in enumerate(reader.entries(first, reader.size), first):
        values = _fields(octets)
        if values.get("type") in TYPES:
            newest[values["type"]] = index
        elif values.get("type") == KEY and values.get("role") == "log":
            keys = [key for key in keys if key != values.get("vkey")]
            keys += [values["vkey"]] if values.get("action") == "added" else []
        elif values.get("type") == END:
            ended = values.get("successor") or "none"
        newest_at = _time(values.get("at")) or newest_at
    if not keys:
        raise LogFault(
            "the log has removed every key that is known of it; compare the key with what the publisher shows"
        )
    return replace(
        seen,
        origin=reader.checkpoint.origin,
        size=reader.size,
        root=reader.checkpoint.root.hex(),
        note=reader.note.decode("utf-8", "replace"),
        newest=newest,
        newest_at=newest_at,
        keys=tuple(keys),
        past_keys=tuple(dict.fromkeys([*seen.past_keys, *(key for key in seen.keys if key not in keys)])),
        ended=ended,
    )


def check_newest(seen: Seen, head: Head) -> None:
    """Raises LogFault for a head that is older than what is here, or than what the log is known to have."""
    type_ = head.entry.type
    accepted = seen.accepted.get(type_, -1)
    if head.index < accepted:
        raise LogFault(f"expected {type_} of entry {accepted} or newer, got entry {head.index}: an old copy; refused")
    newest = seen.newest.get(type_, -1)
    if head.index < newest:
        raise LogFault(
            f"expected {type_} of entry {newest}, which the log has, got entry {head.index}: held back; refused"
        )


def is_frozen(seen: Seen, when: datetime) -> bool:
    """Whether the log has had no entry for too long: it stands still, or we are shown an old copy of it."""
    return bool(seen.newest_at) and when - datetime.fromisoformat(seen.newest_at) > FRESH


def _fields(octets: bytes) -> dict[str, Any]:
    """The fields of an entry, also of a type that this version does not know."""
    try:
        values = read_canonical(octets)
    except LogFault:
        return {}
    return values if isinstance(values, dict) else {}


def _time(text: Any) -> str:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="seconds")
    except (TypeError, ValueError):
        return ""
