"""The log at its newest checkpoint, as a page shows it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.places import POLICY, public_folder
from filterdns.log.reading.reader import LogReader
from filterdns.log.record.entries import read_entry
from filterdns.tlog.note import write_vkey
from filterdns.tlog.policy import MOST_POLICY_OCTETS, Policy, parse_policy


@dataclass(frozen=True, slots=True)
class LogHead:
    """`newest`: when the last entry was written; `witnesses`: who saw this checkpoint when; `keys`: of the log."""

    origin: str
    size: int
    root: str
    newest: datetime
    witnesses: tuple[tuple[str, datetime], ...]
    keys: tuple[str, ...]


def read_head(state: Path, reader: LogReader) -> LogHead:
    """The head of the log that is open. Raises LogFault."""
    try:
        with (public_folder(state) / POLICY).open("rb") as file:
            policy = parse_policy(file.read(MOST_POLICY_OCTETS).decode("utf-8", "replace"))
    except OSError as error:
        raise LogFault(f"{POLICY}: expected a file, got {error.strerror}") from error
    seen = sorted(Policy(policy.logs, policy.witnesses).check(reader.note).seconds.items())
    return LogHead(
        origin=reader.checkpoint.origin,
        size=reader.size,
        root=base64.b64encode(reader.checkpoint.root).decode(),
        newest=read_entry(reader.entry(reader.size - 1), reader.size - 1).at,
        witnesses=tuple((name, datetime.fromtimestamp(seconds, UTC)) for name, seconds in seen),
        keys=tuple(write_vkey(log.key) for log in policy.logs),
    )
