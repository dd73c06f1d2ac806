"""Tiles: their names, which of them a log has, and the same hashes in any of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filterdns.errors import LogFault
from filterdns.tlog.tiles import TileHashes, bundle_path, grow_tiles, new_tiles, tile_path, tile_width
from filterdns.tlog.tree import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)

MOST = 70_000
LEAVES = [leaf_hash(b"%d" % at) for at in range(MOST)]


class Stored:
    """Tiles in memory, as a publisher's folder holds them: partial ones of earlier sizes stay."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int, int], bytes] = {}
        self.size = 0

    def grow(self, size: int) -> None:
        changed = dict(grow_tiles(self.size, LEAVES[self.size : size], self.read))
        assert list(changed) == list(new_tiles(self.size, size))
        assert all(len(octets) == width * 32 for (_, _, width), octets in changed.items())
        self.tiles |= changed
        self.size = size

    def read(self, level: int, n: int, width: int) -> bytes:
        return self.tiles[level, n, width]

    def hashes(self) -> TileHashes:
        return TileHashes(self.size, self.read)


@pytest.fixture(scope="module")
def whole() -> Stored:
    stored = Stored()
    stored.grow(MOST)
    return stored


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tile_path(0, 0), "tile/0/000"),
        (tile_path(0, 273, 112), "tile/0/273.p/112"),
        (tile_path(1, 1_234_067), "tile/1/x001/x234/067"),
        (tile_path(63, 1_000, 1), "tile/63/x001/000.p/1"),
        (bundle_path(5), "tile/entries/005"),
        (bundle_path(1_234_067, 255), "tile/entries/x001/x234/067.p/255"),
    ],
)
def test_paths_are_those_of_c2sp(path: str, expected: str) -> None:
    assert path == expected


@pytest.mark.parametrize(("level", "n", "width"), [(-1, 0, 1), (64, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_tiles_that_cannot_be_have_no_path(level: int, n: int, width: int) -> None:
    with pytest.raises(LogFault):
        tile_path(level, n, width)


def test_a_log_of_70000_has_the_tiles_of_c2sps_example(whole: Stored) -> None:
    assert sum(level == 0 and width == 256 for level, _, width in whole.tiles) == 273
    assert [tile for tile in whole.tiles if tile[2] < 256] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert tile_width(0, 273, MOST) == 112
    assert tile_width(1, 0, MOST) == 256
    assert tile_width(2, 0, MOST) == 1
    assert tile_width(3, 0, MOST) == tile_width(0, 274, MOST) == 0


def test_a_full_tile_has_its_root_one_level_up() -> None:
    stored = Stored()
    stored.grow(256)
    assert list(stored.tiles) == [(0, 0, 256), (1, 0, 1)]
    assert stored.tiles[1, 0, 1] == root_of(LEAVES[:256])


@settings(max_examples=50)
@given(st.lists(st.one_of(st.integers(0, 1_500), st.sampled_from([255, 256, 257, 512])), max_size=5))
def test_tiles_grown_in_any_parts_are_the_same(parts: list[int]) -> None:
    stored, at_once = Stored(), Stored()
    for part in parts:
        stored.grow(stored.size + part)
    at_once.grow(stored.size)
    assert at_once.tiles.items() <= stored.tiles.items()
    assert stored.hashes().root() == root_of(LEAVES[: stored.size])


@given(st.integers(0, 300_000), st.integers(0, 300_000))
def test_new_tiles_are_those_that_the_smaller_tree_has_not(one: int, other: int) -> None:
    old, size = sorted((one, other))
    assert set(new_tiles(old, size)) == set(new_tiles(0, size)) - set(new_tiles(0, old))


def test_growing_across_two_levels_is_the_same(whole: Stored) -> None:
    stored = Stored()
    for size in (65_535, 65_536, 65_537, MOST):
        stored.grow(size)
        assert stored.hashes().root() == root_of(LEAVES[:size])
    assert whole.tiles.items() <= stored.tiles.items()


@pytest.mark.parametrize("level", range(17))
def test_each_level_is_found_in_the_tiles(whole: Stored, level: int) -> None:
    hashes = whole.hashes()
    last = (MOST >> level) - 1
    for n in {0, last // 2, last}:
        assert hashes.get(level, n) == root_of(LEAVES[n << level : (n + 1) << level])
    with pytest.raises(LogFault, match="no complete subtree"):
        hashes.get(level, last + 1)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999])
def test_proofs_from_tiles_are_accepted(whole: Stored, index: int) -> None:
    hashes = whole.hashes()
    root = hashes.root()
    check_inclusion(LEAVES[index], index, MOST, root, inclusion_proof(index, MOST, hashes.get))
    check_consistency(index, root_of(LEAVES[:index]), MOST, root, consistency_proof(index, MOST, hashes.get))


def test_a_proof_needs_few_tiles(whole: Stored) -> None:
    asked: list[tuple[int, int, int]] = []

    def read(level: int, n: int, width: int) -> bytes:
        asked.append((level, n, width))
        return whole.read(level, n, width)

    inclusion_proof(1_000, MOST, TileHashes(MOST, read).get)
    assert len(asked) == len(set(asked)) <= 5


def test_any_changed_octet_of_a_tile_changes_the_root() -> None:
    stored = Stored()
    stored.grow(300)
    root = stored.hashes().root()
    for tile in [(0, 1, 44), (1, 0, 1)]:  # the others are read for proofs alone, which are verified
        octets = stored.tiles[tile]
        for at in range(len(octets)):
            stored.tiles[tile] = octets[:at] + bytes([octets[at] ^ 0x80]) + octets[at + 1 :]
            assert stored.hashes().root() != root
        stored.tiles[tile] = octets


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(44 * 32 + 1), bytes(43 * 32), bytes(256 * 32)])
def test_a_tile_of_another_width_is_refused(wrong: bytes) -> None:
    with pytest.raises(LogFault, match=r"tile/0/001\.p/44: expected 1408 octets"):
        TileHashes(300, lambda *_: wrong).get(0, 256)
    with pytest.raises(LogFault, match=r"tile/0/001\.p/44: expected 1408 octets"):
        list(grow_tiles(300, LEAVES[300:301], lambda *_: wrong))
