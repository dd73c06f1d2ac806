"""What the writer remembers for itself: what it is about to sign, and what it signed last.

`pending` is on the disk before anything of its size is signed, so a crash can only be rolled forward: there are never
two trees of one size.  `signed` lies apart from what is published, so that an old copy put in its place is noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filterdns.errors import LogFault
from filterdns.tlog.canonical import read_canonical, write_canonical
from filterdns.tlog.tree import HASH_OCTETS

NO_KEYS = -1

_MOST_OCTETS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Signed:
    """The last checkpoint that was published. `before`: the size of the one before it."""

    size: int
    root: bytes
    before: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A tree whose tiles are on the disk. `old_size`: of the checkpoint before; `vkeys`: who signs it.

    `first_key`: the index of its first entry if its entries change keys, else NO_KEYS.
    """

    size: int
    root: bytes
    old_size: int
    vkeys: tuple[str, ...]
    first_key: int


def write_signed(signed: Signed) -> bytes:
    """The octets of `signed`."""
    return write_canonical({"size": signed.size, "root": signed.root.hex(), "before": signed.before})


def load_signed(path: Path) -> Signed | None:
    """What was signed last, None if nothing was. Raises LogFault if the file is damaged."""
    values = _load(path)
    if values is None:
        return None
    with _told(path):
        return Signed(_number(values["size"]), _root(values["root"]), _number(values["before"]))


def write_pending(pending: Pending) -> bytes:
    """The octets of `pending`."""
    return write_canonical(
        {
            "size": pending.size,
            "root": pending.root.hex(),
            "old_size": pending.old_size,
            "vkeys": list(pending.vkeys),
            "first_key": pending.first_key,
        }
    )


def load_pending(path: Path) -> Pending | None:
    """What is about to be signed, None if nothing is. Raises LogFault if the file is damaged."""
    values = _load(path)
    if values is None:
        return None
    with _told(path):
        return Pending(
            _number(values["size"]),
            _root(values["root"]),
            _number(values["old_size"]),
            tuple(str(vkey) for vkey in values["vkeys"]),
            _number(values["first_key"], NO_KEYS),
        )


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what is wrong in a record as a LogFault about its file."""
    try:
        yield
    except (ValueError, TypeError, KeyError) as error:
        raise LogFault(f"{path}: expected a record of ours, got damaged octets; restore it from a copy") from error


def _load(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            octets = file.read(_MOST_OCTETS)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LogFault(f"{path}: expected a file that can be read, got {error.strerror or error}") from error
    try:
        return read_canonical(octets)
    except LogFault as fault:
        raise LogFault(f"{path}: {fault}; restore it from a copy") from fault


def _number(value: Any, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise ValueError(value)
    return value


def _root(value: Any) -> bytes:
    root = bytes.fromhex(value)
    if len(root) != HASH_OCTETS:
        raise ValueError(value)
    return root
