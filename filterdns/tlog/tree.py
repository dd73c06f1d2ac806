"""The Merkle tree of RFC 6962 section 2.1: hashes, proofs from complete subtrees, and how RFC 9162 verifies them.

    leaf hash  SHA-256(0x00 || entry)            node hash  SHA-256(0x01 || left || right)
    a tree of n leaves splits at the largest power of two below n; its root is the node over both parts

Everything here is asked by numbers: `get(level, n)` is the root of the n-th complete subtree of 2**level leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from filterdns.errors import LogFault

HASH_OCTETS = 32
EMPTY_ROOT = sha256(b"").digest()

Hashes = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash under which an entry stands in the tree."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree that has these leaf hashes and no others."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


class Frontier:
    """The right edge of a growing tree: all that is needed to append and to give the root.

    ``peaks`` are the roots of the complete subtrees that the tree consists of, the largest first: one for each bit set
    in ``size``. LogFault when they are not that many.
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size < 0 or len(peaks) != size.bit_count() or any(len(peak) != HASH_OCTETS for peak in peaks):
            raise LogFault(f"frontier: expected {size.bit_count()} hashes for size {size}, got {len(peaks)}")
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> tuple[bytes, ...]:
        return tuple(self._peaks)

    def add(self, leaf_hash: bytes) -> None:
        """Append one leaf hash."""
        self.extend((leaf_hash,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append many leaf hashes: one level after the other, so that a million costs little more than its SHA-256."""
        row = list(leaf_hashes)
        before, self.size = self.size, self.size + len(row)
        grown: list[bytes] = []  # peaks of the grown part, the smallest first
        while row:
            if before & 1:
                row.insert(0, self._peaks.pop())
            if len(row) & 1:
                grown.append(row.pop())
            row = parents(row)
            before >>= 1
        self._peaks += reversed(grown)

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return _fold(self._peaks)


def parents(row: Sequence[bytes]) -> list[bytes]:
    """The level above an even number of hashes."""
    hashes = iter(row)
    digest = sha256
    return [digest(b"\x01" + left + right).digest() for left, right in zip(hashes, hashes, strict=True)]


def inclusion_proof(index: int, size: int, get: Hashes) -> list[bytes]:
    """The hashes beside the way from leaf ``index`` to the root, from below (RFC 6962 section 2.1.1).

    LogFault when the tree of ``size`` has no such leaf.
    """
    if not 0 <= index < size:
        raise LogFault(f"inclusion proof: expected an index below the size {size}, got {index}")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_range_root(middle, end, get))
            end = middle
        else:
            proof.append(_range_root(begin, middle, get))
            begin = middle
    return proof[::-1]


def consistency_proof(old_size: int, size: int, get: Hashes) -> list[bytes]:
    """The hashes that show that the tree of ``old_size`` begins the one of ``size`` (RFC 6962 section 2.1.2).

    Empty for the empty tree and for the same size.
    """
    if not 0 <= old_size <= size:
        raise LogFault(f"consistency proof: expected an old size of at most {size}, got {old_size}")
    if old_size in (0, size):
        return []
    proof: list[bytes] = []
    begin, end = 0, size
    while old_size != end:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            proof.append(_range_root(middle, end, get))
            end = middle
        else:
            proof.append(_range_root(begin, middle, get))
            begin = middle
    if begin:  # else it is the old tree as a whole, whose root the verifier has
        proof.append(_range_root(begin, end, get))
    return proof[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """LogFault unless ``proof`` shows this leaf hash at ``index`` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        raise LogFault(f"inclusion proof: expected an index below the size {size}, got {index}")
    at, last, found = index, size - 1, leaf
    for beside in _of_hashes(proof, "inclusion proof"):
        if last == 0:
            raise LogFault(f"inclusion proof of {index} in {size}: {len(proof)} hashes are too many")
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, beside)
        at >>= 1
        last >>= 1
    if last or found != root:
        raise LogFault(f"inclusion proof of {index} in {size}: expected root {root.hex()}, got {found.hex()}")


def check_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """LogFault unless ``proof`` shows that the old tree is the beginning of the new one (RFC 9162 section 2.1.4.2)."""
    where = f"consistency proof from {old_size} to {size}"
    if not 0 <= old_size <= size:
        raise LogFault(f"{where}: expected an old size of at most the new one")
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if proof or old_root != expected:
            raise LogFault(f"{where}: expected no hashes and root {expected.hex()}, got {len(proof)}, {old_root.hex()}")
        return
    hashes = _of_hashes(proof, where)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)  # a complete subtree: the proof leaves out what the verifier has
    if not hashes:
        raise LogFault(f"{where}: no hashes")
    at, last = old_size - 1, size - 1
    while at & 1:
        at >>= 1
        last >>= 1
    old_found = found = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise LogFault(f"{where}: {len(proof)} hashes are too many")
        if at & 1 or at == last:
            old_found = node_hash(beside, old_found)
            found = node_hash(beside, found)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            found = node_hash(found, beside)
        at >>= 1
        last >>= 1
    if last or old_found != old_root:
        raise LogFault(f"{where}: expected old root {old_root.hex()}, got {old_found.hex()}")
    if found != root:
        raise LogFault(f"{where}: expected root {root.hex()}, got {found.hex()}")


def subtrees(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees (level, n) that the leaves from ``begin`` on consist of, the largest first.

    ``begin`` is where a subtree of a tree begins: a multiple of every power of two up to the number of leaves.
    """
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(begin: int, end: int, get: Hashes) -> bytes:
    return _fold([get(level, n) for level, n in subtrees(begin, end)])


def _fold(peaks: Sequence[bytes]) -> bytes:
    """The root over complete subtrees side by side, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def _of_hashes(proof: Sequence[bytes], where: str) -> list[bytes]:
    for at, octets in enumerate(proof):
        if len(octets) != HASH_OCTETS:
            raise LogFault(f"{where}: hash {at}: expected {HASH_OCTETS} octets, got {len(octets)}")
    return list(proof)
