"""Cosignatures: a witness says when this was the largest tree of the log that it saw (C2SP tlog-cosignature).

signed       cosignature/v1 LF  time <POSIX seconds> LF  the checkpoint's text
line         key id (type 0x04), then the time as uint64 big-endian, then the Ed25519 signature
"""

from __future__ import annotations

from filterdns.errors import LogFault
from filterdns.tlog import ed25519
from filterdns.tlog.note import COSIGNATURE, Signature, Signer, VerifierKey

TIME_OCTETS = 8
MOST_SECONDS = 2**63 - 1


def cosigner_key(signer: Signer) -> VerifierKey:
    """The key under which a signer's cosignatures are verified: the same public key, another type and id."""
    return VerifierKey(signer.key.name, COSIGNATURE, signer.key.public)


def cosign(checkpoint_text: str, when_seconds: int, signer: Signer) -> Signature:
    """The signer's cosignature of a checkpoint at a time in POSIX seconds."""
    signature = signer.sign(_message(checkpoint_text, when_seconds))
    key = cosigner_key(signer)
    return Signature(key.name, key.key_id, when_seconds.to_bytes(TIME_OCTETS, "big") + signature)


def check_cosignature(checkpoint_text: str, signature: Signature, key: VerifierKey) -> int:
    """When the witness saw the checkpoint, in POSIX seconds; LogFault unless the cosignature is the key's and good."""
    if key.algorithm != COSIGNATURE or not signature.is_by(key):
        raise LogFault(f"cosignature of {signature.name}: expected one of {key.name} ({key.key_id.hex()})")
    octets = signature.octets
    if len(octets) != TIME_OCTETS + ed25519.SIGNATURE_OCTETS:
        raise LogFault(f"cosignature of {key.name}: expected {TIME_OCTETS + 64} octets, got {len(octets)}")
    seconds = int.from_bytes(octets[:TIME_OCTETS], "big")
    if not ed25519.verify(key.public, _message(checkpoint_text, seconds), octets[TIME_OCTETS:]):
        raise LogFault(f"cosignature of {key.name} ({key.key_id.hex()}) does not fit the checkpoint")
    return seconds


def _message(checkpoint_text: str, seconds: int) -> bytes:
    if not 0 <= seconds <= MOST_SECONDS:
        raise LogFault(f"cosignature: expected a time up to {MOST_SECONDS} seconds, got {seconds}")
    return f"cosignature/v1\ntime {seconds}\n{checkpoint_text}".encode()
