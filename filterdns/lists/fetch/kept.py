"""Octets kept by their digest: written once, whole or not at all, and removed when nobody needs them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.copies import copy_path, downloads_folder, load_journal
from filterdns.lists.fetch.faults import FetchFault
from filterdns.lists.fetch.partial import partial_folder, partial_path

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class BusyFault(StateFault):
    """Somebody else fetches into this state folder."""


@contextmanager
def only_fetch(state: Path) -> Iterator[None]:
    """Let nobody else fetch into this state folder meanwhile. Raises BusyFault at once if somebody does."""
    path = downloads_folder(state) / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except OSError as error:
        raise _fault(path, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            remedy = "wait until that is done; `filterdns lists status` says how far it is"
            raise BusyFault(f"{path}: lists are being fetched already; {remedy}") from error
        yield


def is_kept(state: Path, sha256: str, octets: int) -> bool:
    """Whether the octets of a digest are there in full length."""
    try:
        return copy_path(state, sha256).stat().st_size == octets
    except OSError:
        return False


def keep_octets(
    state: Path, source: str, read: Callable[[], Iterable[bytes]], ready: Path | None = None
) -> tuple[str, int]:
    """Keep what `read()` yields; its SHA-256 and length. Raises StateFault, and what `read` raises.

    It is read twice where it is new and once where it is known: reading is cheap, and each write wears an SD card.
    `ready`: a synchronised file with these very octets that may be taken instead of writing them again.
    """
    digest, octets = _measure(read())
    if not is_kept(state, digest, octets):
        path = ready
        if path is None:
            path = partial_path(state, source)
            path = path.with_name(path.name + ".whole")
            digest, octets = _write(path, read())
        try:
            path.replace(copy_path(state, digest))
            _synchronise_folder(downloads_folder(state))
        except OSError as error:
            raise _fault(path, error) from error
    return digest, octets


def remove_unused(state: Path, keep_digests: Collection[str]) -> int:
    """Remove octets that neither a journal nor `keep_digests` (those of kept releases) names, and what crashes left.

    Gives the number of octets freed. Partial downloads stay while their source has a journal. Raises StateFault while
    somebody fetches: a copy is there before its journal names it.
    """
    folder = downloads_folder(state)
    if not folder.is_dir():
        return 0
    with only_fetch(state):
        sources = [path.stem for path in (folder / "journal").glob("*.json")]
        needed = set(keep_digests)
        for source in sources:
            needed.update(copy.sha256 for copy in load_journal(state, source).copies)
        going_on = {name for source in sources for name in (source, f"{source}.json")}
        unused = [path for path in folder.iterdir() if _DIGEST.match(path.name) and path.name not in needed]
        if partial_folder(state).is_dir():
            unused += [path for path in partial_folder(state).iterdir() if path.name not in going_on]
        freed = 0
        for path in unused:
            try:
                size = path.stat().st_size
                path.unlink()
            except OSError:
                continue  # it is asked for again at the next time
            freed += size
    return freed


def _measure(pieces: Iterable[bytes]) -> tuple[str, int]:
    digest, octets = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        octets += len(piece)
    return digest.hexdigest(), octets


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Write and synchronise; measured again, since a file of this machine may change between two readings."""
    digest, octets = hashlib.sha256(), 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for piece in pieces:
                digest.update(piece)
                octets += len(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _fault(path, error) from error
    except FetchFault:
        path.unlink(missing_ok=True)
        raise
    return digest.hexdigest(), octets


def _synchronise_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fault(path: Path, error: OSError) -> StateFault:
    return StateFault(f"{path}: expected room for downloads, got {error.strerror or error}")
