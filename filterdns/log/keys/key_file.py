"""Secret keys on the disk: lines of a vkey and its seed, in a file that only its owner can read.

    lists.example.org/log+e183b02a+AQOh... 000102030405...           (64 hexadecimal digits: RFC 8032 section 5.1.5)

A line that begins with # is for people. Losing the file is what the recovery key is for; lending it is losing it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.writing.durable import DISK, SECRET_MODE, Disk, store_file
from filterdns.tlog.note import Signer, parse_vkey, write_vkey

_MOST_OCTETS = 16 * 1024
_SEED = re.compile(r"[0-9a-f]{64}\Z")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key that signs. Its `repr` tells the public half only."""

    signer: Signer
    seed_hex: str

    def __repr__(self) -> str:
        return f"SecretKey({self.vkey})"

    @property
    def vkey(self) -> str:
        """The public half, as text."""
        return write_vkey(self.signer.key)


def make_key(name: str) -> SecretKey:
    """A new key from the system's chance. Raises LogFault for a name that no key may have."""
    seed = os.urandom(32)
    return SecretKey(Signer(name, seed), seed.hex())


def load_keys(path: Path) -> list[SecretKey]:
    """The keys of a file, one or more. Raises LogFault: missing, readable by others, or not what it must be."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            octets = file.read(_MOST_OCTETS)
    except OSError as error:
        raise LogFault(f"{path}: expected secret keys, got {error.strerror or error}") from error
    if mode & _OTHERS:
        raise LogFault(
            f"{path}: expected a file that only its owner can read (0600), got {stat.S_IMODE(mode):04o}; who could "
            f"read it may have copied it: `chmod 600 {path}`, then replace the key (`filterdns log keys rotate`)"
        )
    lines = [line for line in octets.decode("utf-8", "replace").split("\n") if line and not line.startswith("#")]
    keys = [_parse(line, path) for line in lines]
    if not keys:
        raise LogFault(f"{path}: expected secret keys, got none; restore it from a copy, or use the recovery key")
    return keys


def store_keys(path: Path, keys: Sequence[SecretKey], note: str, disk: Disk = DISK) -> None:
    """Write keys, for the owner alone. `note` says to people what they are. Raises StateFault."""
    lines = [f"# {note}", *(f"{key.vkey} {key.seed_hex}" for key in keys), ""]
    store_file(path, "\n".join(lines).encode(), disk, SECRET_MODE)


def _parse(line: str, path: Path) -> SecretKey:
    """No fault tells the line: it is a secret."""
    vkey, _, seed = line.partition(" ")
    if not _SEED.match(seed):
        raise LogFault(f"{path}: expected lines of a vkey and 64 hexadecimal digits, got another")
    key = parse_vkey(vkey)
    signer = Signer(key.name, bytes.fromhex(seed))
    if signer.key != key:
        raise LogFault(f"{path}: expected the seed of {vkey}, got that of another key")
    return SecretKey(signer, seed)
