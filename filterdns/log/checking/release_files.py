"""What lies beside the log of releases, decisions and revocations, judged by the log's own entries of them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from filterdns.errors import LogFault
from filterdns.log.checking.findings import Report
from filterdns.log.keys.signing_keys import KeyState
from filterdns.log.offering.heads import body_path
from filterdns.log.reading.files import LogFiles, MissingFile
from filterdns.log.record.entries import MOST_ENTRY_OCTETS, Entry
from filterdns.tlog.checkpoint import open_checkpoint, parse_checkpoint
from filterdns.tlog.note import read_note
from filterdns.tlog.proof_file import MOST_PROOF_OCTETS, parse_proof_file
from filterdns.tlog.tree import check_inclusion, leaf_hash

MOST_MANIFEST_OCTETS = 16 * 1024 * 1024

_REFUSED = "A home that asks for proofs does not take this release."
_OTHER = "Whoever takes this from here gets something that was not decided."


@dataclass(frozen=True, slots=True)
class StatedRoot:
    """The root of the first `size` entries as somebody states it, and the signed note that does.

    `is_seen`: it is one that the reader kept.
    """

    size: int
    root: bytes
    where: str
    note: bytes = b""
    is_seen: bool = False


def check_release_files(report: Report, files: LogFiles, index: int, octets: bytes, entry: Entry) -> StatedRoot | None:
    """Look at what there is of a release; the tree under which its proof was made, to be compared with this one.

    Proofs are made anew under later checkpoints, so who may have signed them is to be asked when all keys are known
    (`check_signed`). An old release may have been cleared away: what is not there is no fault.
    """
    folder = f"releases/{entry.fields['number']}"
    found = [
        _check_digest(report, files, f"{folder}/manifest.json", MOST_MANIFEST_OCTETS, entry.fields["manifest"], index),
        _check_digest(report, files, f"{folder}/entry.json", MOST_ENTRY_OCTETS, sha256(octets).hexdigest(), index),
    ]
    stated = _check_proof(report, files, f"{folder}/release.tlog-proof", index, octets)
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


def check_body(report: Report, files: LogFiles, index: int, entry: Entry) -> None:
    """Look at the decisions or revocations that an entry has the digest of, as homes fetch them."""
    digest, most_octets = entry.fields["sha256"], entry.fields["octets"]
    if not _check_digest(report, files, body_path(entry.type, digest), most_octets, digest, index):
        means = "No home can take what was decided last."
        report.add(body_path(entry.type, digest), f"the {entry.type} of entry {index}", "no file", means)


def check_signed(report: Report, stated: StatedRoot, keys: KeyState) -> None:
    """Whether a proof is under a checkpoint that a key of this log has signed."""
    try:
        open_checkpoint(stated.note, (*keys.log, *keys.recovery, *keys.removed))
    except LogFault as fault:
        report.add(stated.where, "a checkpoint that a key of this log has signed", fault, _REFUSED)


def _check_proof(report: Report, files: LogFiles, path: str, index: int, octets: bytes) -> StatedRoot | None:
    try:
        proof = parse_proof_file(files.read(path, MOST_PROOF_OCTETS))
        checkpoint = parse_checkpoint(read_note(proof.checkpoint).text)
        if proof.index != index:
            raise LogFault(f"expected a proof of entry {index}, got one of entry {proof.index}")
        check_inclusion(leaf_hash(octets), index, checkpoint.size, checkpoint.root, proof.proof)
    except MissingFile:
        return None
    except LogFault as fault:
        report.add(path, f"a proof of entry {index}", fault, _REFUSED)
        return None
    return StatedRoot(checkpoint.size, checkpoint.root, path, proof.checkpoint)
