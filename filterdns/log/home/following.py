"""The publisher's log as it grows: a checkpoint is believed if it continues the one that was believed before.

What stands in between is read too, each entry checked: so a home notices when a mirror gives it an old head beside a
new checkpoint, when the log has had no entry for days, and when it changes its keys.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.home.subscription import Seen
from filterdns.log.keys.signing_keys import MOST_KEYS
from filterdns.log.offering.heads import TYPES, Head
from filterdns.log.reading.files import LogFiles
from filterdns.log.reading.reader import TreeReader
from filterdns.log.record.entries import END, FRESH, KEY, VERSION, read_entry
from filterdns.tlog.canonical import read_canonical
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.tree import check_consistency

MOST_AHEAD = timedelta(days=1)  # that an entry may be dated after now: clocks differ, days begin at other hours
MOST_FOLLOWED = 16_384  # entries that are read of what is new: 64 bundles

_READ = (*TYPES, KEY, END)


class ForkFault(LogFault):
    """Two checkpoints that the log signed cannot both be true."""


def follow(seen: Seen, checkpoint: Checkpoint, note: bytes, files: LogFiles, when: datetime) -> Seen:
    """What is known of the log with this checkpoint, whose signature was checked; `when` is now.

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
    return replace(_read_on(seen, reader), grown_at=when.astimezone(UTC).isoformat(timespec="seconds"))


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
    """What the new entries say; of a log that is seen for the first time the last bundle will do (see `look_back`)."""
    first = max(seen.size or (reader.size - 1) // 256 * 256, reader.size - MOST_FOLLOWED)
    newest, newest_at, keys, ended = dict(seen.newest), seen.newest_at, list(seen.keys), seen.ended
    for index, octets in enumerate(reader.entries(first, reader.size), first):
        values = _fields(octets)
        type_ = values.get("type")
        newest_at = _time(values.get("at")) or newest_at
        if type_ not in _READ or values.get("v") != VERSION:
            continue
        fields = read_entry(octets, index).fields
        if type_ in TYPES:
            newest[type_] = index
        elif type_ == KEY and fields["role"] == "log":
            keys = [key for key in keys if key != fields["vkey"]]
            keys += [fields["vkey"]] if fields["action"] == "added" else []
        elif type_ == END:
            ended = fields["successor"] or "none"
    if not 0 < len(keys) <= MOST_KEYS:
        raise LogFault(
            f"expected the log to have 1 to {MOST_KEYS} keys that are known here, got {len(keys)}; compare the key "
            "with what the publisher shows"
        )
    return replace(
        seen,
        origin=reader.checkpoint.origin,
        size=reader.size,
        root=reader.checkpoint.root.hex(),
        note=reader.note.decode("utf-8", "replace"),
        newest=newest,
        newest_at=newest_at,
        read_from=seen.read_from if first == seen.size else first,
        keys=tuple(keys),
        past_keys=tuple(dict.fromkeys([*seen.past_keys, *(key for key in seen.keys if key not in keys)])),
        ended=ended,
    )


def look_back(seen: Seen, head: Head, note: bytes, files: LogFiles) -> Seen:
    """What is known when the entries behind the head's have been read as well, as far as they were not.

    Anybody can prove an old entry under the newest checkpoint; so it is looked for whether there is a newer one, up to
    MOST_FOLLOWED entries back.  Raises LogFault.
    """
    first = max(head.index + 1, seen.size - MOST_FOLLOWED)
    if first >= seen.read_from:
        return seen
    reader, newest = TreeReader(files, head.checkpoint, note), dict(seen.newest)
    for index, octets in enumerate(reader.entries(first, seen.read_from), first):
        type_ = _fields(octets).get("type")
        if type_ in TYPES:
            newest[type_] = max(index, newest.get(type_, -1))
    return replace(seen, newest=newest, read_from=first)


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
    """Whether the log has had no entry for too long: it stands still, or we are shown an old copy of it.

    An entry that is dated ahead would keep it fresh for as long; then our own clock says when there was a new one.
    """
    since = seen.grown_at if is_ahead(seen, when) else seen.newest_at
    return bool(since) and when - datetime.fromisoformat(since) > FRESH


def is_ahead(seen: Seen, when: datetime) -> bool:
    """Whether the newest entry is dated after now: the publisher's clock is wrong, or ours."""
    return bool(seen.newest_at) and datetime.fromisoformat(seen.newest_at) - when > MOST_AHEAD


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
    except (TypeError, ValueError, OverflowError):  # OverflowError: the first or the last year, in another zone
        return ""
