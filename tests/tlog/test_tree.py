"""The tree against RFC 6962's definitions, written down once more as slowly as they stand there."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.tree import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)
from tests.tlog import vectors

SIZES = 70
LEAVES = [leaf_hash(b"entry %d" % at) for at in range(SIZES)]
ROOTS = [root_of(LEAVES[:size]) for size in range(SIZES + 1)]


def split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


@cache
def slow_root(begin: int, end: int) -> bytes:
    if begin == end:
        return sha256(b"").digest()
    if end - begin == 1:
        return LEAVES[begin]
    middle = begin + split(end - begin)
    return sha256(b"\x01" + slow_root(begin, middle) + slow_root(middle, end)).digest()


def slow_path(m: int, begin: int, end: int) -> list[bytes]:
    if end - begin == 1:
        return []
    k = split(end - begin)
    if m < k:
        return [*slow_path(m, begin, begin + k), slow_root(begin + k, end)]
    return [*slow_path(m - k, begin + k, end), slow_root(begin, begin + k)]


def slow_subproof(m: int, begin: int, end: int, is_whole: bool) -> list[bytes]:
    if m == end - begin:
        return [] if is_whole else [slow_root(begin, end)]
    k = split(end - begin)
    if m <= k:
        return [*slow_subproof(m, begin, begin + k, is_whole), slow_root(begin + k, end)]
    return [*slow_subproof(m - k, begin + k, end, False), slow_root(begin, begin + k)]


def get(level: int, n: int) -> bytes:
    assert (n + 1) << level <= SIZES
    return slow_root(n << level, (n + 1) << level)


def damaged(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with a hash changed, left out, twice, or one too many."""
    return [
        *([*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]] for at in range(len(proof))),
        *([*proof[:at], *proof[at + 1 :]] for at in range(len(proof))),
        *([*proof[:at], proof[at], *proof[at:]] for at in range(len(proof))),
        [*proof, bytes(32)],
        [bytes(32), *proof],
    ]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of([leaf_hash(entry) for entry in vectors.ENTRIES[:size]]) == vectors.ROOTS[size]


def test_proofs_begin_as_the_published_ones() -> None:
    leaves = [leaf_hash(entry) for entry in vectors.ENTRIES]

    def published(level: int, n: int) -> bytes:
        return root_of(leaves[n << level : (n + 1) << level])

    inclusion = inclusion_proof(2, 7, published)
    assert [octets[:4].hex() for octets in inclusion] == ["07506a85", "fac54203", "837dbb15"]
    consistency = consistency_proof(3, 7, published)
    assert [octets[:4].hex() for octets in consistency] == ["0298d122", "07506a85", "fac54203", "837dbb15"]
    check_inclusion(leaves[2], 2, 7, vectors.ROOTS[7], inclusion)
    check_consistency(3, vectors.ROOTS[3], 7, vectors.ROOTS[7], consistency)


def test_roots_are_those_of_the_definition() -> None:
    assert [slow_root(0, size) for size in range(SIZES + 1)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


def test_each_inclusion_proof_is_that_of_the_definition_and_is_accepted() -> None:
    for size in range(1, SIZES + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, get)
            assert proof == slow_path(index, 0, size)
            check_inclusion(LEAVES[index], index, size, ROOTS[size], proof)


def test_each_consistency_proof_is_that_of_the_definition_and_is_accepted() -> None:
    for size in range(SIZES + 1):
        for old in range(size + 1):
            proof = consistency_proof(old, size, get)
            assert proof == (slow_subproof(old, 0, size, True) if old else [])
            check_consistency(old, ROOTS[old], size, ROOTS[size], proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 31, 64, 70])
def test_damaged_inclusion_proofs_are_refused(size: int) -> None:
    for index in range(size):
        proof = inclusion_proof(index, size, get)
        for wrong in damaged(proof):
            with pytest.raises(LogFault):
                check_inclusion(LEAVES[index], index, size, ROOTS[size], wrong)
        for other in {*range(size), -1, size, size + 1} - {index}:
            with pytest.raises(LogFault):
                check_inclusion(LEAVES[index], other, size, ROOTS[size], proof)
        with pytest.raises(LogFault):
            check_inclusion(LEAVES[index - 1] if size > 1 else bytes(32), index, size, ROOTS[size], proof)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 31, 64, 70])
def test_damaged_consistency_proofs_are_refused(size: int) -> None:
    for old in range(size + 1):
        proof = consistency_proof(old, size, get)
        for wrong in damaged(proof):
            with pytest.raises(LogFault):
                check_consistency(old, ROOTS[old], size, ROOTS[size], wrong)
        for old_root, root in ((bytes(32), ROOTS[size]), (ROOTS[old], bytes(32))):
            if old or old_root != ROOTS[0]:  # the empty tree begins every tree, whatever its root
                with pytest.raises(LogFault):
                    check_consistency(old, old_root, size, root, proof)


def test_a_tree_that_shrank_is_refused() -> None:
    with pytest.raises(LogFault, match="at most"):
        check_consistency(8, ROOTS[8], 7, ROOTS[7], consistency_proof(7, 8, get))


def test_hashes_of_another_length_are_refused() -> None:
    proof = inclusion_proof(2, 7, get)
    with pytest.raises(LogFault, match="hash 1: expected 32 octets, got 33"):
        check_inclusion(LEAVES[2], 2, 7, ROOTS[7], [proof[0], proof[1] + b"!", proof[2]])


def test_a_leaf_cannot_pose_as_a_node() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.lists(st.integers(0, 40), max_size=12))
def test_a_tree_grown_in_any_parts_is_the_same(parts: list[int]) -> None:
    frontier, size = Frontier(), 0
    for part in parts:
        leaves = [leaf_hash(b"%d" % at) for at in range(size, size + part)]
        if part == 1:
            frontier.add(leaves[0])
        else:
            frontier.extend(leaves)
        size += part
        frontier = Frontier(frontier.size, frontier.peaks)
    assert frontier.size == size
    assert frontier.root() == root_of([leaf_hash(b"%d" % at) for at in range(size)])


@pytest.mark.parametrize(("size", "peaks"), [(3, [bytes(32)]), (1, []), (0, [bytes(32)]), (1, [bytes(31)]), (-1, [])])
def test_an_edge_that_fits_no_tree_is_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(LogFault):
        Frontier(size, peaks)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5)])
def test_no_proof_of_what_is_not_in_the_tree(index: int, size: int) -> None:
    with pytest.raises(LogFault):
        inclusion_proof(index, size, get)
    with pytest.raises(LogFault):
        consistency_proof(size + 1, size, get)
