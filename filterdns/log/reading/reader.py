"""Reading a log: entries, proofs and consistency under one checkpoint, each octet checked against its root.

    reader = LogReader(WebFiles(url), policy)       # or open_local(state)
    reader.checkpoint, reader.note                  # checked by the policy
    reader.entry(7), reader.entries(0, 256), reader.proof(7), reader.consistency(5)

A bundle is believed once its entries, hashed, lead to the root of the checkpoint; so what is told of a log on a server
or a stick is true, or a LogFault says which file is not.  A reader stays at its checkpoint: make another for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.places import CHECKPOINT, POLICY, public_folder
from filterdns.log.reading.files import FolderFiles, LogFiles, MissingFile
from filterdns.log.reading.name_index import find_indexed, keys_of
from filterdns.log.record.entries import MOST_ENTRY_OCTETS
from filterdns.tlog.bundles import read_bundle
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import MOST_NOTE_OCTETS
from filterdns.tlog.policy import MOST_POLICY_OCTETS, Checked, Policy, parse_policy
from filterdns.tlog.proof_file import ProofFile
from filterdns.tlog.tiles import TILE_WIDTH, TileHashes, bundle_path, tile_path, tile_width
from filterdns.tlog.tree import HASH_OCTETS, check_inclusion, consistency_proof, inclusion_proof, leaf_hash

MOST_BUNDLE_OCTETS = TILE_WIDTH * (2 + MOST_ENTRY_OCTETS)
MOST_KEPT_BUNDLES = 8  # of 100 KiB as a rule, of 4 MiB at the most: what one page asks for lies in few


class TreeReader:
    """The log at one checkpoint, whoever signed it. `note` is what proofs carry."""

    def __init__(self, files: LogFiles, checkpoint: Checkpoint, note: bytes) -> None:
        self.files = files
        self.checkpoint = checkpoint
        self.note = note
        self._hashes = TileHashes(checkpoint.size, self.read_tile)
        self._bundles: dict[int, list[bytes]] = {}

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.checkpoint.size

    @property
    def hashes(self) -> TileHashes:
        """The tree from its tiles, as true as they are."""
        return self._hashes

    def entry(self, index: int) -> bytes:
        """One entry. Raises LogFault if it is not what the checkpoint says, or there is none."""
        if not 0 <= index < self.size:
            raise LogFault(f"{self.files}: expected an index below the size {self.size}, got {index}")
        return self.bundle(index // TILE_WIDTH)[index % TILE_WIDTH]

    def entries(self, begin: int, end: int) -> Iterator[bytes]:
        """The entries from `begin` up to and without `end`, one bundle in memory at a time. Raises LogFault."""
        if not 0 <= begin <= end <= self.size:
            raise LogFault(f"{self.files}: expected entries within the size {self.size}, got {begin} to {end}")
        for n in range(begin // TILE_WIDTH, -(-end // TILE_WIDTH)):
            first = n * TILE_WIDTH
            yield from self.bundle(n)[max(0, begin - first) : end - first]

    def proof(self, index: int) -> ProofFile:
        """What proves an entry to somebody who has nothing else. Raises LogFault."""
        leaf = leaf_hash(self.entry(index))
        proof = inclusion_proof(index, self.size, self._hashes.get)
        check_inclusion(leaf, index, self.size, self.checkpoint.root, proof)
        return ProofFile(index, tuple(proof), self.note)

    def consistency(self, old_size: int) -> list[bytes]:
        """The proof that the tree of `old_size` is the beginning of this one; whoever has its root checks it."""
        return consistency_proof(old_size, self.size, self._hashes.get)

    def bundle(self, n: int) -> list[bytes]:
        """All entries of the n-th bundle, as the checkpoint has them. Raises LogFault."""
        kept = self._bundles.get(n)
        if kept is None:
            kept = self._read_bundle(n)
            if len(self._bundles) >= MOST_KEPT_BUNDLES:
                self._bundles.pop(next(iter(self._bundles)), None)
            self._bundles[n] = kept
        return kept

    def _read_bundle(self, n: int) -> list[bytes]:
        width = tile_width(0, n, self.size)
        path = bundle_path(n, width)
        try:
            try:
                entries = read_bundle(self.files.read(path, MOST_BUNDLE_OCTETS), width)
            except MissingFile:
                if width == TILE_WIDTH:
                    raise
                entries = first_entries(self.files.read(bundle_path(n), MOST_BUNDLE_OCTETS), width)
            self._check_bundle(n, [leaf_hash(entry) for entry in entries])
        except MissingFile:
            raise
        except LogFault as fault:
            raise LogFault(f"{self.files}: {path}: {fault}") from fault
        return entries

    def _check_bundle(self, n: int, leaves: list[bytes]) -> None:
        """Raises LogFault unless these leaf hashes lead to the root.

        The proof of the first of them is made from all the others, so it vouches for the whole bundle.
        """
        row = b"".join(leaves)

        def read(level: int, number: int, width: int) -> bytes:
            return row if (level, number) == (0, n) else self.read_tile(level, number, width)

        first = n * TILE_WIDTH
        proof = inclusion_proof(first, self.size, TileHashes(self.size, read).get)
        check_inclusion(leaves[0], first, self.size, self.checkpoint.root, proof)

    def read_tile(self, level: int, n: int, width: int) -> bytes:
        """The octets of a tile; of a full one the beginning, if the partial one is gone (C2SP tlog-tiles)."""
        most = TILE_WIDTH * HASH_OCTETS
        try:
            return self.files.read(tile_path(level, n, width), most)
        except MissingFile:
            if width == TILE_WIDTH:
                raise
        return self.files.read(tile_path(level, n), most)[: width * HASH_OCTETS]


class LogReader(TreeReader):
    """The log at its newest checkpoint, which the policy accepts. `checked` also says when which witness saw it."""

    def __init__(self, files: LogFiles, policy: Policy) -> None:
        """Raises MissingFile where there is no log, LogFault if the checkpoint does not meet the policy."""
        note = files.read(CHECKPOINT, MOST_NOTE_OCTETS)
        try:
            self.checked: Checked = policy.check(note)
        except LogFault as fault:
            raise LogFault(f"{files}: {fault}") from fault
        super().__init__(files, self.checked.checkpoint, note)


def open_local(state: Path) -> LogReader:
    """The log of this installation, by the keys of its own policy file. Raises LogFault.

    The quorum is not asked for again: what lies here was published when it was met.
    """
    files = FolderFiles(public_folder(state))
    text = files.read(POLICY, MOST_POLICY_OCTETS).decode("utf-8", "replace")
    return LogReader(files, Policy(parse_policy(text).logs))


def entries_about(state: Path, name: str, reader: TreeReader | None = None) -> list[int]:
    """Indexes of the entries about a name (lower case, A-labels) or about a statement (its commitment), ascending.

    For a name: decisions about this very name, HASHED ones too. For a commitment: its decision, remedies and erasure.
    What the derived index does not have yet is looked for in the log itself. `reader`: the log, if it is open already.
    Raises LogFault.
    """
    size, found = find_indexed(state, name)
    reader = reader or open_local(state)
    fresh = (
        index
        for index, entry in enumerate(reader.entries(min(size, reader.size), reader.size), min(size, reader.size))
        if name in keys_of(state, index, entry)
    )
    return sorted({index for index in found if index < reader.size}.union(fresh))


def first_entries(octets: bytes, count: int) -> list[bytes]:
    """The first entries of a longer bundle. Raises LogFault if they are not there."""
    at = 0
    for _ in range(count):
        at += 2 + int.from_bytes(octets[at : at + 2], "big")
    return read_bundle(octets[:at], count)
