"""Proof files: all that is needed to see offline that an entry is in a log (C2SP tlog-proof).

c2sp.org/tlog-proof@v1
extra <base64>                  optional; not covered by anything
index <decimal>
<base64>                        the hashes of the inclusion proof, from below
<empty line>
the checkpoint, verbatim
"""

from __future__ import annotations

from dataclasses import dataclass

from filterdns.errors import LogFault
from filterdns.tlog.checkpoint import MOST_SIZE
from filterdns.tlog.note import MOST_NOTE_OCTETS
from filterdns.tlog.policy import Checked, Policy
from filterdns.tlog.text import parse_base64, parse_decimal, write_base64
from filterdns.tlog.tree import HASH_OCTETS, check_inclusion, leaf_hash

HEADER = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63  # of a tree of up to 2**63 leaves
MOST_EXTRA_OCTETS = 64 * 1024
MOST_PROOF_OCTETS = MOST_NOTE_OCTETS + 2 * MOST_EXTRA_OCTETS


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof as it was read: nothing is verified before `check`. ``extra`` is never trusted."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def check(self, entry: bytes, policy: Policy) -> Checked:
        """The checkpoint that holds the entry; LogFault unless it meets the policy and the entry is in its tree."""
        checked = policy.check(self.checkpoint)
        found = checked.checkpoint
        check_inclusion(leaf_hash(entry), self.index, found.size, found.root, self.proof)
        return checked


def write_proof_file(proof: ProofFile) -> bytes:
    """The octets of a proof file."""
    extra = [f"extra {write_base64(proof.extra)}"] if proof.extra else []
    lines = [HEADER, *extra, f"index {proof.index}", *map(write_base64, proof.proof), ""]
    octets = "".join(f"{line}\n" for line in lines).encode() + proof.checkpoint
    if parse_proof_file(octets) != proof:
        raise LogFault("proof file: expected an index and whole hashes, got what cannot be read back")
    return octets


def parse_proof_file(octets: bytes) -> ProofFile:
    """The proof of a file; LogFault when it is none."""
    if len(octets) > MOST_PROOF_OCTETS:
        raise LogFault(f"proof file: expected at most {MOST_PROOF_OCTETS} octets, got {len(octets)}")
    head, empty_line, checkpoint = octets.partition(b"\n\n")
    if not empty_line or not head.isascii():
        raise LogFault("proof file: expected lines of ASCII, an empty line and a checkpoint")
    lines = head.decode("ascii").split("\n")
    if lines.pop(0) != HEADER:
        raise LogFault(f"proof file: expected {HEADER} on the first line")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = parse_base64(lines.pop(0).removeprefix("extra "), "proof file: extra")
        if not extra or len(extra) > MOST_EXTRA_OCTETS:
            raise LogFault(f"proof file: extra: expected 1 to {MOST_EXTRA_OCTETS} octets, got {len(extra)}")
    if not lines or not lines[0].startswith("index "):
        raise LogFault("proof file: expected a line `index NUMBER`")
    index = parse_decimal(lines.pop(0).removeprefix("index "), MOST_SIZE, "proof file: index")
    return ProofFile(index, parse_hashes(lines, "proof file"), checkpoint, extra)


def parse_hashes(lines: list[str], where: str) -> tuple[bytes, ...]:
    """The hashes of a proof, one on a line; LogFault, beginning with ``where``, if one is none or they are too many."""
    if len(lines) > MOST_HASHES:
        raise LogFault(f"{where}: expected at most {MOST_HASHES} hashes, got {len(lines)}")
    hashes = tuple(parse_base64(line, f"{where}: hash {at}") for at, line in enumerate(lines))
    for at, octets in enumerate(hashes):
        if len(octets) != HASH_OCTETS:
            raise LogFault(f"{where}: hash {at}: expected {HASH_OCTETS} octets, got {len(octets)}")
    return hashes
