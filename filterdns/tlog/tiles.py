"""Tiles: the tree cut into pieces of 256 hashes, each a file that never changes once it is full (C2SP tlog-tiles).

A tile of level 0 holds leaf hashes; a hash of level L + 1 is the root of a full tile of level L. The rightmost tile of
a level may be partial: its name says how many hashes it has. Empty tiles do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from filterdns.errors import LogFault
from filterdns.tlog.tree import HASH_OCTETS, Frontier, parents, subtrees

TILE_BITS = 8
TILE_WIDTH = 1 << TILE_BITS
TOP_LEVEL = 63  # the highest that a path may name
MOST_KEPT_TILES = 64  # of 8 KiB each: the way from many leaves to one root goes through the same few

ReadTile = Callable[[int, int, int], bytes]  # (level, n, width) -> octets


def tile_path(level: int, n: int, width: int = TILE_WIDTH) -> str:
    """Where a tile lies below the log's prefix: ``tile/0/x001/x234/067`` or, partial, ``tile/0/x001/x234/067.p/12``."""
    if not 0 <= level <= TOP_LEVEL:
        raise LogFault(f"tile: expected a level from 0 to {TOP_LEVEL}, got {level}")
    return f"tile/{level}/{_number(n)}{_suffix(width)}"


def bundle_path(n: int, width: int = TILE_WIDTH) -> str:
    """Where the entries of the n-th tile of level 0 lie below the log's prefix."""
    return f"tile/entries/{_number(n)}{_suffix(width)}"


def tile_width(level: int, n: int, size: int) -> int:
    """How many hashes the n-th tile of a level has in the tree of ``size``; 0 when there is no such tile."""
    return max(0, min(TILE_WIDTH, (size >> TILE_BITS * level) - n * TILE_WIDTH))


def new_tiles(old_size: int, size: int) -> Iterator[tuple[int, int, int]]:
    """The tiles (level, n, width) of the tree of ``size`` that the one of ``old_size`` has not, level by level."""
    level = 0
    while size >> TILE_BITS * level:
        before, now = old_size >> TILE_BITS * level, size >> TILE_BITS * level
        if before != now:
            for n in range(before >> TILE_BITS, (now + TILE_WIDTH - 1) >> TILE_BITS):
                yield level, n, tile_width(level, n, size)
        level += 1


def grow_tiles(
    old_size: int, leaf_hashes: Sequence[bytes], read: ReadTile
) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    """All tiles that change when ``leaf_hashes`` follow the tree of ``old_size``, with their octets, level by level.

    ``read`` is asked for the partial tiles of the old tree alone. LogFault when one is not as wide as it must be.
    """
    row, level = list(leaf_hashes), 0
    while row:
        before = old_size >> TILE_BITS * level
        first = before >> TILE_BITS
        if held := before % TILE_WIDTH:
            row[:0] = _hashes(read(level, first, held), (level, first, held))
        roots: list[bytes] = []
        for begin in range(0, len(row), TILE_WIDTH):
            part = row[begin : begin + TILE_WIDTH]
            if len(part) == TILE_WIDTH:
                roots.append(_root(part))
            yield (level, first + begin // TILE_WIDTH, len(part)), b"".join(part)
        row, level = roots, level + 1


class TileHashes:
    """The hashes of complete subtrees of the tree of ``size``, from its tiles.

    ``read(level, n, width)`` gives a tile's octets; it is asked for the width that the tile has in this tree. What
    comes out is as true as the tiles are: compare `root` with a checkpoint, or verify the proof that was made from it.
    """

    def __init__(self, size: int, read: ReadTile) -> None:
        self.size = size
        self._read = read
        self._kept: dict[tuple[int, int], list[bytes]] = {}

    def get(self, level: int, n: int) -> bytes:
        """The root of the n-th complete subtree of 2**level leaves; LogFault when the tree has none."""
        if level < 0 or n < 0 or (n + 1) << level > self.size:
            raise LogFault(f"tree of size {self.size}: no complete subtree {n} of level {level}")
        tile_level, above = divmod(level, TILE_BITS)
        first = n << above
        hashes = self._tile(tile_level, first >> TILE_BITS)
        begin = first % TILE_WIDTH
        return _root(hashes[begin : begin + (1 << above)])

    def frontier(self) -> Frontier:
        """The right edge of the tree."""
        return Frontier(self.size, [self.get(level, n) for level, n in subtrees(0, self.size)])

    def root(self) -> bytes:
        """The root of the tree."""
        return self.frontier().root()

    def _tile(self, level: int, n: int) -> list[bytes]:
        kept = self._kept.get((level, n))
        if kept is None:
            width = tile_width(level, n, self.size)
            kept = _hashes(self._read(level, n, width), (level, n, width))
            if len(self._kept) >= MOST_KEPT_TILES:
                self._kept.clear()
            self._kept[level, n] = kept
        return kept


def _root(hashes: Sequence[bytes]) -> bytes:
    """The root over 1, 2, 4 ... 256 hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = parents(row)
    return row[0]


def _hashes(octets: bytes, tile: tuple[int, int, int]) -> list[bytes]:
    width = tile[2]
    if len(octets) != width * HASH_OCTETS:
        raise LogFault(f"{tile_path(*tile)}: expected {width * HASH_OCTETS} octets, got {len(octets)}")
    return [octets[at : at + HASH_OCTETS] for at in range(0, len(octets), HASH_OCTETS)]


def _number(n: int) -> str:
    """Groups of three digits, all but the last marked with an x."""
    if n < 0:
        raise LogFault(f"tile: expected a number of at least 0, got {n}")
    groups = f"{n:,}".split(",")
    return "/".join([*(f"x{group:0>3}" for group in groups[:-1]), f"{groups[-1]:0>3}"])


def _suffix(width: int) -> str:
    if not 1 <= width <= TILE_WIDTH:
        raise LogFault(f"tile: expected a width from 1 to {TILE_WIDTH}, got {width}")
    return "" if width == TILE_WIDTH else f".p/{width}"
