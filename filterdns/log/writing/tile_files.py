"""The files of a growing tree: those that an append writes, and those that nobody needs after it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from filterdns.log.reading.reader import TreeReader
from filterdns.tlog.bundles import write_bundle
from filterdns.tlog.tiles import TILE_WIDTH, bundle_path, grow_tiles, tile_path, tile_width
from filterdns.tlog.tree import leaf_hash

_PARTIAL = ".p"  # the folder of a tile's partial versions (C2SP tlog-tiles)


def grown_files(tree: TreeReader, folder: Path, entries: Sequence[bytes]) -> tuple[dict[Path, bytes], bytes]:
    """Every tile and bundle that is new once `entries` follow the tree, and the root that it then has.

    Raises LogFault if what it builds on is not there.
    """
    leaves = [leaf_hash(entry) for entry in entries]
    frontier = tree.hashes.frontier()
    frontier.extend(leaves)
    files = {
        folder / tile_path(level, n, width): octets
        for (level, n, width), octets in grow_tiles(tree.size, leaves, tree.read_tile)
    }
    size, first = tree.size + len(entries), tree.size // TILE_WIDTH
    rows = [*tree.entries(first * TILE_WIDTH, tree.size), *entries]
    for at in range(0, len(rows), TILE_WIDTH):
        n = first + at // TILE_WIDTH
        path = folder / bundle_path(n, tile_width(0, n, size))
        files[path] = write_bundle(rows[at : at + TILE_WIDTH])
    return files, frontier.root()


def worn_files(folder: Path, size: int, needed: Collection[int]) -> list[Path]:
    """Partial tiles and bundles at the right edge of the tree of `size` that none of the trees of sizes `needed` has.

    What a crash left beside them, partial tiles that were never signed, is among them.
    """
    worn, level = [], 0
    while size >> 8 * level or level == 0:
        n = (size >> 8 * level) // TILE_WIDTH
        widths = {str(tile_width(level, n, other)) for other in needed}
        paths = [tile_path(level, n), *([bundle_path(n)] if level == 0 else [])]
        for path in paths:
            partial = folder / (path + _PARTIAL)
            if partial.is_dir():
                worn += [file for file in partial.iterdir() if file.name not in widths]
        level += 1
    return worn
