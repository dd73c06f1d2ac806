"""The checkpoint that somebody saw last, in a file: a log that does not continue it has been rewritten.

The file is the signed note itself, so it is evidence as well, and `check_log.py --since` takes it. It was checked when
it was stored; keys may have changed since, so it is not checked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.writing.durable import store_file
from filterdns.tlog.checkpoint import Checkpoint, parse_checkpoint
from filterdns.tlog.note import MOST_NOTE_OCTETS, read_note


@dataclass(frozen=True, slots=True)
class SeenCheckpoint:
    """A checkpoint and where it is from, for people."""

    where: str
    checkpoint: Checkpoint
    note: bytes


def seen_file(state: Path, origin: str, *, use: str = "verify") -> Path:
    """Where an installation keeps what it saw of a log; each use has its own, since each looks at other times."""
    return state / "seen" / origin.replace("/", "+") / f"{use}.checkpoint"


def load_checkpoint(path: Path) -> SeenCheckpoint | None:
    """What was seen last, None if nothing was. Raises LogFault for a damaged file."""
    try:
        with path.open("rb") as file:
            note = file.read(MOST_NOTE_OCTETS + 1)
        return SeenCheckpoint(str(path), parse_checkpoint(read_note(note).text), note)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogFault(f"{path}: expected a checkpoint, got {error.strerror or error}") from error
    except LogFault as fault:
        raise LogFault(f"{path}: {fault}; remove it only if you know what happened to it") from fault


def store_checkpoint(path: Path, note: bytes) -> None:
    """Remember a checkpoint that was checked. Raises StateFault."""
    store_file(path, note)
