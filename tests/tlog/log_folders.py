"""A whole log in a folder, made with the functions of `filterdns.tlog` alone."""

from __future__ import annotations

from pathlib import Path

from filterdns.tlog.bundles import write_bundle
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import Signer, sign_note
from filterdns.tlog.tiles import TILE_WIDTH, TileHashes, bundle_path, grow_tiles, new_tiles, tile_path
from filterdns.tlog.tree import leaf_hash


class LogFolder:
    """What a publisher would put behind a web server."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self.folder = folder
        self.signer = signer
        self.entries: list[bytes] = []

    def append(self, entries: list[bytes]) -> None:
        old_size = len(self.entries)
        self.entries += entries
        for level, n, width in new_tiles(old_size, len(self.entries)):
            if level == 0:
                part = self.entries[n * TILE_WIDTH : n * TILE_WIDTH + width]
                self._store(bundle_path(n, width), write_bundle(part))
        for tile, octets in grow_tiles(old_size, [leaf_hash(entry) for entry in entries], self.read):
            self._store(tile_path(*tile), octets)
        self.sign(self.hashes().root())

    def sign(self, root: bytes) -> None:
        checkpoint = Checkpoint(self.signer.key.name, len(self.entries), root)
        self._store("checkpoint", sign_note(checkpoint.text, [self.signer]))

    def hashes(self) -> TileHashes:
        return TileHashes(len(self.entries), self.read)

    def read(self, level: int, n: int, width: int) -> bytes:
        return (self.folder / tile_path(level, n, width)).read_bytes()

    def _store(self, path: str, octets: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(octets)
