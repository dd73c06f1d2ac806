"""What lies beside the log of a release, `releases/<number>/`, judged by the log's own entry of it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from filterdns.errors import LogFault
from filterdns.log.entries import MOST_ENTRY_OCTETS, Entry
from filterdns.log.files import LogFiles, MissingFile
from filterdns.log.findings import Report
from filterdns.log.signing_keys import KeyState
from filterdns.tlog.checkpoint import open_checkpoint
from filterdns.tlog.proof_file import MOST_PROOF_OCTETS, parse_proof_file
from filterdns.tlog.tree import check_inclusion, leaf_hash

MOST_MANIFEST_OCTETS = 16 * 1024 * 1024

_OTHER = "Whoever takes this release from here gets something that was not decided."


@dataclass(frozen=True, slots=True)
class StatedRoot:
    """The root of the first `size` entries as somebody states it. `is_seen`: it is one that the reader kept."""

    size: int
    root: bytes
    where: str
    is_seen: bool = False


def check_release_files(
    report: Report, files: LogFiles, keys: KeyState | None, index: int, octets: bytes, entry: Entry
) -> StatedRoot | None:
    """Look at what there is of a release; the tree under which its proof was made, to be compared with this one.

    An old release may have been cleared away: what is not there is no fault.
    """
    folder = f"releases/{entry.fields['number']}"
    found = [
        _check_digest(report, files, f"{folder}/manifest.json", MOST_MANIFEST_OCTETS, entry.fields["manifest"], index),
        _check_digest(report, files, f"{folder}/entry.json", MOST_ENTRY_OCTETS, sha256(octets).hexdigest(), index),
    ]
    stated = _check_proof(report, files, f"{folder}/release.tlog-proof", keys, index, octets)
    report.releases += any(found) or stated is not None
    return stated


def _check_digest(report: Report, files: LogFiles, path: str, most_octets: int, digest: str, index: int) -> bool:
    """Whether the file is there."""
    try:
        got = sha256(files.read(path, most_octets)).hexdigest()
    except MissingFile:
        return False
    except LogFault as fault:
        report.add(path, f"the file that entry {index} has the digest of", fault, _OTHER)
        return True
    if got != digest:
        report.add(path, f"SHA-256 {digest} by entry {index}", got, _OTHER)
    return True


def _check_proof(
    report: Report, files: LogFiles, path: str, keys: KeyState | None, index: int, octets: bytes
) -> StatedRoot | None:
    try:
        proof = parse_proof_file(files.read(path, MOST_PROOF_OCTETS))
        known = (*keys.log, *keys.recovery, *keys.removed) if keys else ()
        checkpoint = open_checkpoint(proof.checkpoint, known)
        if proof.index != index:
            raise LogFault(f"expected a proof of entry {index}, got one of entry {proof.index}")
        check_inclusion(leaf_hash(octets), index, checkpoint.size, checkpoint.root, proof.proof)
    except MissingFile:
        return None
    except LogFault as fault:
        report.add(path, f"a proof of entry {index}", fault, "A home that asks for proofs does not take this release.")
        return None
    return StatedRoot(checkpoint.size, checkpoint.root, path)
