"""Hashes of names: xxhash where it is installed, blake2b of the standard library where not.

Lists are written by strangers.  The seed follows from the digest of all inputs, so that nobody can make names for it
without changing it, and the same inputs give the same index.  xxhash is not keyed against somebody who computes; where
it clusters under four seeds the index is written with blake2b.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from filterdns.errors import IndexFault
from filterdns.lists.index.layout import BLAKE2B, XXH32

Hash = Callable[[bytes, int], int]

xxh32_intdigest: Hash | None
try:
    from xxhash import xxh32_intdigest
except ImportError:  # no wheel for this machine
    xxh32_intdigest = None

SEEDS_WITH_XXHASH = 4  # the first and three retries


def blake2b_32(octets: bytes, seed: int) -> int:
    """blake2b of 4 octets keyed with the seed, as a number."""
    return int.from_bytes(blake2b(octets, digest_size=4, key=seed.to_bytes(4, "little")).digest(), "little")


def get_hash(kind: int) -> Hash | None:
    """The hash of this kind, or None if this machine has none."""
    if kind == XXH32:
        return xxh32_intdigest
    return blake2b_32 if kind == BLAKE2B else None


def find_hash(kind: int) -> Hash:
    """The hash of this kind; raises IndexFault if this machine has none."""
    found = get_hash(kind)
    if found is None:
        remedy = "install xxhash or build the lists here" if kind == XXH32 else "build the lists again"
        raise IndexFault(f"expected an index with a hash that is known here, got kind {kind}; {remedy}")
    return found


def seed_for(salt: bytes, retry: int) -> int:
    """The seed of the given retry, from the digest of the release's inputs."""
    return int.from_bytes(blake2b(salt, digest_size=4, person=b"seed%d" % retry).digest(), "little")
