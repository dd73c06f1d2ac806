"""The heads: which decisions and which revocations count now, each with the proof that the log has them.

    decisions.head     a tlog-proof file (C2SP); `extra` is the entry that it proves
    decisions/<sha256>             the document (`decisions`), the same with .gz behind it
    decisions/<new>.from.<old>     what changed between two of them (`delta`)
    revocations.head, revocations/<sha256>      the same for revocations (`lists.revocations`)

A head is written anew with each checkpoint, so that it says how new the log is; all else never changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from filterdns.errors import LogFault
from filterdns.log.record.entries import DECISIONS, REVOCATIONS, Entry, read_entry
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.policy import Policy
from filterdns.tlog.proof_file import ProofFile, parse_proof_file

TYPES = (DECISIONS, REVOCATIONS)


@dataclass(frozen=True, slots=True)
class Head:
    """An entry whose proof was checked. `octets`: the proof file."""

    index: int
    entry: Entry
    checkpoint: Checkpoint
    octets: bytes

    @property
    def sha256(self) -> str:
        """Digest of what it stands for."""
        return str(self.entry.fields["sha256"])

    @property
    def body_octets(self) -> int:
        """How long that is."""
        return int(self.entry.fields["octets"])


def head_path(type_: str) -> str:
    """Where a head lies below a log's URL or folder."""
    return f"{type_}.head"


def body_path(type_: str, sha256: str) -> str:
    """Where the octets lie that a head stands for."""
    return f"{type_}/{sha256}"


def delta_path(new: str, old: str) -> str:
    """Where the change from one document of decisions to another lies."""
    return f"{body_path(DECISIONS, new)}.from.{old}"


def read_head(octets: bytes, type_: str, policy: Policy) -> Head:
    """The head in these octets. Raises LogFault unless a trusted log has its entry, of this type."""
    return check_head(octets, type_, lambda proof: proof.check(proof.extra, policy).checkpoint)


def check_head(octets: bytes, type_: str, check: Callable[[ProofFile], Checkpoint]) -> Head:
    """The same with another check of the proof."""
    proof = parse_proof_file(octets)
    checkpoint = check(proof)
    entry = read_entry(proof.extra, proof.index)
    if entry.type != type_:
        raise LogFault(f"{head_path(type_)}: expected an entry of type {type_}, got one of type {entry.type}")
    return Head(proof.index, entry, checkpoint, octets)
