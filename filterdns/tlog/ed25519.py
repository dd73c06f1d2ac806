"""Ed25519 (RFC 8032): signing by the `cryptography` library, verifying by it or in plain Python.

Verifying takes the library when the process has it loaded already, as everything that signs has. It does not load it:
that is 9 MiB of private memory, and a worker of the resolver, or a home without the wheel, verifies a signature or two
for each release, at 2 ms. Both ways accept and refuse the same signatures.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, cast

from filterdns.errors import LogFault
from filterdns.tlog import ed25519_plain

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_OCTETS = 32
PUBLIC_OCTETS = 32
SIGNATURE_OCTETS = 64
LIBRARY = "cryptography.hazmat.primitives.asymmetric.ed25519"


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature (64 octets) of the message is the public key's (32 octets)."""
    library = sys.modules.get(LIBRARY)
    if library is None:
        return ed25519_plain.verify(public, message, signature)
    if len(signature) != SIGNATURE_OCTETS or not ed25519_plain.is_point(public):
        return False
    key = cast("type[Ed25519PublicKey]", library.Ed25519PublicKey).from_public_bytes(public)
    try:
        key.verify(signature, message)
    except sys.modules["cryptography.exceptions"].InvalidSignature:
        return False
    return True


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature (64 octets) of the message by the private key (32 octets, RFC 8032 section 5.1.5)."""
    return _private(seed).sign(message)


def public_of(seed: bytes) -> bytes:
    """The public key (32 octets) of a private key."""
    return _private(seed).public_key().public_bytes_raw()


def load_library() -> bool:
    """Load the library, so that verifying takes it from now on; False where it is not installed."""
    try:
        import_module(LIBRARY)
    except ImportError:
        return False
    return True


def _private(seed: bytes) -> Ed25519PrivateKey:
    if len(seed) != SEED_OCTETS:
        raise LogFault(f"private key: expected {SEED_OCTETS} octets, got {len(seed)}")
    if not load_library():
        raise LogFault("signing needs the Python package cryptography, which is not installed")
    library = sys.modules[LIBRARY]
    return cast("type[Ed25519PrivateKey]", library.Ed25519PrivateKey).from_private_bytes(seed)
