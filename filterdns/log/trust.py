"""Whether a release, or what it was made of, stands in a log that is trusted. Read by workers: nothing heavy here.

At a publisher the log has the release itself: `release.tlog-proof` beside the manifest proves the entry `entry.json`,
which has the manifest's digest.  A home makes its own releases, of decisions that the publisher's log has:
`decisions.tlog-proof` proves that entry, and the manifest names it among its inputs (`decisions.json`).

A proof is believed if its checkpoint meets the policy, and is not ahead of, nor another of the same size than, the one
that this installation saw last.  One signature in plain Python takes about three milliseconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from filterdns.errors import LogFault
from filterdns.log.places import DECISIONS_PROOF, ENTRY, PROOF, policy_file, signed_file
from filterdns.log.record.entries import DECISIONS, MOST_ENTRY_OCTETS, RELEASE, read_entry
from filterdns.log.writing.records import load_signed
from filterdns.tlog.canonical import write_canonical
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import parse_vkey
from filterdns.tlog.policy import MOST_POLICY_OCTETS, LogKey, Policy, parse_policy
from filterdns.tlog.proof_file import MOST_PROOF_OCTETS, ProofFile, parse_proof_file

MANIFEST, NAMED = "manifest.json", "decisions.json"
_MOST_MANIFEST_OCTETS = 16 * 1024 * 1024
_MOST_SEEN_OCTETS = 1024 * 1024


class Publisher(Protocol):
    """Whose decisions a home takes, as the configuration says it."""

    @property
    def vkey(self) -> str: ...


class Demands(Protocol):
    """What the configuration demands."""

    @property
    def require_log(self) -> bool: ...
    @property
    def log_policy_file(self) -> str: ...
    @property
    def publisher(self) -> Publisher | None: ...


@dataclass(frozen=True, slots=True)
class Trust:
    """What an installation demands of each release. `vkey`: of the publisher's log, "" where the log is our own."""

    state: Path
    vkey: str
    policy_file: str = ""  # tlog-policy; "": the key alone


def trust_of(state: Path, demands: Demands) -> Trust | None:
    """What is demanded here, None for nothing."""
    if not demands.require_log:
        return None
    return Trust(state, demands.publisher.vkey if demands.publisher else "", demands.log_policy_file)


def load_policy_text(path: str) -> str:
    """The text of a policy file, "" for no file. Raises LogFault."""
    if not path:
        return ""
    return _read(Path(path), MOST_POLICY_OCTETS).decode("utf-8", "replace")


def policy_of_subscription(text: str, keys: Sequence[str]) -> Policy:
    """What is demanded of the publisher's checkpoints: its keys as they are now, and the witnesses of the policy."""
    logs = tuple(LogKey(parse_vkey(key)) for key in keys)
    return replace(parse_policy(text), logs=logs) if text else Policy(logs)


def check_release(folder: Path, inputs: Mapping[str, str], trust: Trust) -> None:
    """Raises LogFault unless a trusted log has this release, or the decisions that it was made of.

    `inputs`: the digests of what people wrote, as the manifest has them.
    """
    if trust.vkey:
        _check_decisions(folder, inputs, trust)
    else:
        _check_own(folder, trust)


def _check_own(folder: Path, trust: Trust) -> None:
    """At a publisher: the log has the manifest."""
    proof, octets = _proof(folder / PROOF), _read(folder / ENTRY, MOST_ENTRY_OCTETS)
    text = load_policy_text(trust.policy_file or str(policy_file(trust.state)))
    policy = parse_policy(text)
    if not trust.policy_file:
        policy = Policy(policy.logs)  # the quorum was met when it was published
    checkpoint = proof.check(octets, policy).checkpoint
    entry = read_entry(octets, proof.index)
    manifest = hashlib.sha256(_read(folder / MANIFEST, _MOST_MANIFEST_OCTETS)).hexdigest()
    if entry.type != RELEASE or entry.fields["manifest"] != manifest:
        raise LogFault(f"{folder}: expected the release that entry {proof.index} of the log is about, got another")
    signed = load_signed(signed_file(trust.state))
    if signed is None:
        raise LogFault(f"{signed_file(trust.state)}: expected what the log signed last, got nothing")
    _check_known(folder, checkpoint, signed.size, signed.root.hex())


def _check_decisions(folder: Path, inputs: Mapping[str, str], trust: Trust) -> None:
    """At a home: the publisher's log has the decisions that the release was made of."""
    proof = _proof(folder / DECISIONS_PROOF)
    seen = _load_seen(trust)
    policy = policy_of_subscription(load_policy_text(trust.policy_file), seen["keys"])
    checkpoint = proof.check(proof.extra, policy).checkpoint
    entry = read_entry(proof.extra, proof.index)
    if entry.type != DECISIONS:
        raise LogFault(f"{folder}: expected a proof of decisions, got one of {entry.type}")
    named = write_named(checkpoint.origin, proof.index, entry.fields["sha256"])
    if inputs.get(NAMED) != hashlib.sha256(named).hexdigest():
        raise LogFault(f"{folder}: expected a release of the decisions that lie beside it, got one of others")
    if checkpoint.origin != seen["origin"]:
        raise LogFault(f"{folder}: expected decisions of {seen['origin']}, got those of {checkpoint.origin}")
    _check_known(folder, checkpoint, seen["size"], seen["root"])


def write_named(origin: str, index: int, sha256: str) -> bytes:
    """The octets of `decisions.json`, by which a release names the decisions that it is made of."""
    return write_canonical({"origin": origin, "index": index, "sha256": sha256})


def _check_known(folder: Path, checkpoint: Checkpoint, size: int, root: str) -> None:
    """Raises LogFault for a checkpoint that this installation has never seen."""
    if checkpoint.size > size:
        raise LogFault(
            f"{folder}: expected a checkpoint of at most {size} entries, which were seen last, got {checkpoint.size}"
        )
    if checkpoint.size == size and checkpoint.root.hex() != root:
        raise LogFault(f"{folder}: expected the tree of {size} entries that was seen, got another one of that size")


def _load_seen(trust: Trust) -> dict[str, Any]:
    """What this home knows of the log (`subscription.Seen`). Raises LogFault."""
    path = trust.state / "publisher" / "seen"
    try:
        values = json.loads(_read(path, _MOST_SEEN_OCTETS))
        keys, origin, size, root = (values[key] for key in ("keys", "origin", "size", "root"))
        keys = [*keys, *values["past_keys"]]  # what is here already was signed by a key of its time
    except (ValueError, KeyError, TypeError) as error:
        raise LogFault(f"{path}: expected what is known of the publisher, got damaged octets") from error
    if origin != trust.vkey.partition("+")[0]:
        raise LogFault(
            f"{path}: expected the log of {trust.vkey}, got {str(origin)[:120]}; it is asked at the next update"
        )
    return {"keys": keys, "origin": origin, "size": size, "root": root}


def _proof(path: Path) -> ProofFile:
    return parse_proof_file(_read(path, MOST_PROOF_OCTETS))


def _read(path: Path, most_octets: int) -> bytes:
    try:
        with path.open("rb") as file:
            octets = file.read(most_octets + 1)
    except FileNotFoundError:
        raise LogFault(f"{path}: expected the proof that a log has this, got no such file") from None
    except OSError as error:
        raise LogFault(f"{path}: expected a file that can be read, got {error.strerror or error}") from error
    if len(octets) > most_octets:
        raise LogFault(f"{path}: expected at most {most_octets} octets, got more")
    return octets
