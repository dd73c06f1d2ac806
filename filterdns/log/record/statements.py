"""Statements: what people wrote, of which the log has the commitment only, so that it can be erased.

    commitment = SHA-256(nonce || canonical statement)        the nonce: 32 octets of chance, so that nobody can guess

The body, `{"nonce": hex, "statement": {...}}` in canonical JSON, lies in `statements/` of the public folder if its
category is OPEN, of the private one if it is HASHED: there the pages open it for whoever asks for the very name.
`erasing` erases one with its tombstone; `erase` alone removes the body, also where the log cannot be written.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filterdns.errors import LogFault
from filterdns.log.places import names_folder, statement_file
from filterdns.log.writing.durable import DISK, Disk, fresh_of, remove_files, store_files
from filterdns.tlog.canonical import read_canonical, write_canonical

NONCE_OCTETS = 32
MOST_STATEMENT_OCTETS = 64 * 1024  # of a body; texts in many languages, approvals and evidence are a tenth of it

_PRIVATE_MODE = 0o640  # for the pages, which may run as another user of the same group
_COMMITMENT = re.compile(r"[0-9a-f]{64}\Z")
_NONCE = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Body:
    """A statement and the nonce that its commitment was made with."""

    nonce: bytes
    statement: Mapping[str, Any]

    @property
    def commitment(self) -> str:
        """What the log has of it, in hexadecimal."""
        return hashlib.sha256(self.nonce + write_canonical(self.statement)).hexdigest()


Open = Callable[[str], Body | None]
"""The body of a statement by its commitment; None if it cannot be had."""


def write_body(body: Body) -> bytes:
    """The octets of a body as they lie on the disk. Raises LogFault if it is too long or no JSON."""
    octets = write_canonical({"nonce": body.nonce.hex(), "statement": body.statement})
    if len(octets) > MOST_STATEMENT_OCTETS:
        raise LogFault(f"statement: expected at most {MOST_STATEMENT_OCTETS} octets, got {len(octets)}")
    return octets


def read_body(octets: bytes) -> Body:
    """The body in these octets. Raises LogFault; whether it is the one of a commitment says `check_opening`."""
    if len(octets) > MOST_STATEMENT_OCTETS:
        raise LogFault(f"statement: expected at most {MOST_STATEMENT_OCTETS} octets, got more")
    values = read_canonical(octets)
    if not isinstance(values, dict) or values.keys() != {"nonce", "statement"}:
        raise LogFault("statement: expected an object of nonce and statement, got something else")
    nonce, statement = values["nonce"], values["statement"]
    if not isinstance(nonce, str) or not _NONCE.match(nonce) or not isinstance(statement, dict):
        raise LogFault("statement: expected a nonce of 64 hexadecimal digits and an object, got something else")
    return Body(bytes.fromhex(nonce), statement)


def check_opening(commitment: str, body: Body) -> None:
    """Raises LogFault unless this body is what the commitment was made of."""
    if body.commitment != commitment:
        raise LogFault(f"statement {commitment}: expected the body that the log committed to, got another")


def make_body(statement: Mapping[str, Any]) -> Body:
    """A body for a statement, with a nonce of chance."""
    return Body(os.urandom(NONCE_OCTETS), statement)


def commit(state: Path, statement: Mapping[str, Any], *, is_open: bool) -> str:
    """Keep a statement and give its commitment for the log. Raises StateFault, or LogFault for what is no JSON."""
    return commit_all(state, [(statement, is_open)])[0]


def commit_all(state: Path, statements: Iterable[tuple[Mapping[str, Any], bool]], disk: Disk = DISK) -> list[str]:
    """As `commit`, for many at once: (statement, is_open) of each; the commitments in the same order."""
    bodies = [(make_body(statement), is_open) for statement, is_open in statements]
    store_bodies(state, bodies, disk)
    return [body.commitment for body, _ in bodies]


def store_bodies(state: Path, bodies: Iterable[tuple[Body, bool]], disk: Disk = DISK) -> None:
    """Keep bodies, each with whether it is OPEN. Raises StateFault, or LogFault for what is too long or no JSON."""
    of_readers: dict[Path, bytes] = {}
    of_us: dict[Path, bytes] = {}
    for body, is_open in bodies:
        path = statement_file(state, body.commitment, is_open=is_open)
        (of_readers if is_open else of_us)[path] = write_body(body)
    store_files(of_readers, disk)
    store_files(of_us, disk, _PRIVATE_MODE)


def open_statement(state: Path, commitment: str) -> Body | None:
    """The body of a commitment; None if it is not here, erased or never ours. Raises LogFault if it is damaged."""
    for path in _files(state, commitment):
        try:
            with path.open("rb") as file:
                octets = file.read(MOST_STATEMENT_OCTETS + 1)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LogFault(f"{path}: expected a statement, got {error.strerror or error}") from error
        try:
            body = read_body(octets)
            check_opening(commitment, body)
        except LogFault as fault:
            raise LogFault(f"{path}: {fault}; restore it from a copy") from fault
        return body
    return None


def erase(state: Path, commitment: str, disk: Disk = DISK) -> bool:
    """Remove the body of a commitment from wherever it lies; whether there was one. Twice is as good as once.

    A name that only a HASHED body told goes from the derived index too. The tombstone in the log is the caller's:
    `erasing.erase_statement` does both. Raises StateFault if the disk refuses.
    """
    return erase_all(state, [commitment], disk)


def erase_all(state: Path, commitments: Iterable[str], disk: Disk = DISK) -> bool:
    """As `erase`, for many at once."""
    places = [_files(state, commitment) for commitment in commitments]
    public, private = [path for path, _ in places], [path for _, path in places]
    found = [path for path in [*public, *private] if path.exists()]
    index = names_folder(state)
    if not set(private).isdisjoint(found) and index.is_dir():
        remove_files(list(index.iterdir()), disk)
    remove_files([*found, *map(fresh_of, [*public, *private])], disk)
    return bool(found)


def _files(state: Path, commitment: str) -> tuple[Path, Path]:
    """Where a body may lie: with readers, with us. Raises LogFault for what is no commitment."""
    if not _COMMITMENT.match(commitment):
        raise LogFault(f"expected a commitment of 64 hexadecimal digits, got {commitment[:80]!r}")
    return statement_file(state, commitment, is_open=True), statement_file(state, commitment, is_open=False)
