"""Verification of a whole log: every octet of it against the newest checkpoint, and the log against itself.

    checkpoint  signed as the policy asks, by a key that the log itself names, consistent with every one seen before
    bundles     every entry hashed; leaf hashes against the tiles of level 0, their roots against every level above
    entries     canonical, of the schema, dated forwards, in an order that can be (`entry_order`)
    statements  each that is public opened against its commitment; none gone without an erasure
    releases    manifest, entry and proof beside the log, and what was decided last, by their digests (`release_files`)

Bundles are read in their order, one in memory at a time; of the tree 32 octets are kept for each 256 entries.  What is
wrong is taken down and the rest is looked at all the same, so that a report says how much is damaged, and what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from filterdns.errors import LogFault
from filterdns.log.checking.entry_order import EntryOrder
from filterdns.log.checking.findings import Report
from filterdns.log.checking.release_files import StatedRoot, check_body, check_release_files, check_signed
from filterdns.log.checking.seen import SeenCheckpoint
from filterdns.log.keys.handovers import follow_keys
from filterdns.log.offering.heads import TYPES
from filterdns.log.places import CHECKPOINT
from filterdns.log.reading.files import LogFiles, MissingFile
from filterdns.log.reading.reader import MOST_BUNDLE_OCTETS, TreeReader, first_entries
from filterdns.log.record.entries import RELEASE, Entry, read_entry
from filterdns.tlog.bundles import read_bundle
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import MOST_NOTE_OCTETS, check_note, read_note, write_vkey
from filterdns.tlog.policy import Policy
from filterdns.tlog.tiles import TILE_WIDTH, bundle_path, tile_path
from filterdns.tlog.tree import HASH_OCTETS, leaf_hash, root_of

Tell = Callable[[int, int], None]
"""How many entries of how many have been looked at."""

_ALTERED = "An entry was altered after it was logged."
_HOLE = "A part of the log is missing; whoever has a copy of it can fill the hole, and the hashes show whether rightly."
_REWRITTEN = (
    "The log was rewritten, or different logs are shown to different people. Keep both checkpoints as evidence."
)


def verify_log(
    files: LogFiles, policy: Policy, when: datetime, since: Iterable[SeenCheckpoint] = (), tell: Tell | None = None
) -> Report:
    """Look at all of a log. `when` is now; `since`: checkpoints that were seen before.

    Where the keys have changed, they are followed from one that the policy has. Raises LogFault if there is no log.
    """
    note = files.read(CHECKPOINT, MOST_NOTE_OCTETS)
    report = Report(str(files), note)
    checkpoint = _open_checkpoint(report, files, policy, note)
    if checkpoint is None:
        return report
    report.origin, report.size, report.root = checkpoint.origin, checkpoint.size, checkpoint.root.hex()
    walk = _Walk(report, files, TreeReader(files, checkpoint, note), when, tell or (lambda done, size: None))
    walk.expect_seen(since)
    walk.look_at_all()
    _check_signers(report, walk.order, note)
    return report


def _open_checkpoint(report: Report, files: LogFiles, policy: Policy, note: bytes) -> Checkpoint | None:
    try:
        checked = follow_keys(files, policy).check(note)
    except LogFault as fault:
        means = "Nothing that this log says can be relied on: nobody whom you trust has signed it as it is."
        report.add(CHECKPOINT, "a checkpoint that meets the policy", fault, means)
        return None
    report.cosigned = dict(checked.seconds)
    return checked.checkpoint


def _check_signers(report: Report, order: EntryOrder, note: bytes) -> None:
    """Whether one of the keys that may sign by the log's own entries has signed."""
    keys = order.keys.log if order.keys else ()
    try:
        report.signed_by = tuple(write_vkey(key) for key in check_note(read_note(note), keys))
    except LogFault as fault:
        means = "It was signed with a key that the log has taken out of use, or never had."
        report.add(CHECKPOINT, "a signature by a key that the log names", fault, means)


class _Walk:
    """One way through all entries, from the first to the last."""

    def __init__(self, report: Report, files: LogFiles, tree: TreeReader, when: datetime, tell: Tell) -> None:
        self._report, self._files, self._tree, self._tell = report, files, tree, tell
        self.order = EntryOrder(report, files, when)
        self._by_entries: list[bytes] = []  # of each full bundle the root over its entries
        self._by_tiles: list[bytes] = []  # the same over its tile
        self._stated: list[StatedRoot] = []  # that are still to be compared
        self._proofs: list[StatedRoot] = []
        self._newest: dict[str, tuple[int, Entry]] = {}  # of decisions and of revocations

    def expect_seen(self, since: Iterable[SeenCheckpoint]) -> None:
        """Check these checkpoints on the way."""
        own, size = self._tree.checkpoint, self._tree.size
        for seen in since:
            other = seen.checkpoint
            if other.origin != own.origin:
                means = "It is a checkpoint of another log, so it says nothing about this one."
                self._report.add(seen.where, f"a checkpoint of {own.origin}", other.origin, means)
            elif other.size > size:
                means = "The log was rolled back, or this is an old copy of it: entries that you saw are gone."
                self._report.add(CHECKPOINT, f"{other.size} entries or more ({seen.where})", f"{size} entries", means)
            else:
                self._stated.append(StatedRoot(other.size, other.root, seen.where, is_seen=True))

    def look_at_all(self) -> None:
        """Bundles with their tiles, the levels above, what was stated of the whole."""
        size = self._tree.size
        own = StatedRoot(size, self._tree.checkpoint.root, CHECKPOINT)
        for n in range(-(-size // TILE_WIDTH)):
            last = self._look_at_bundle(n, min(TILE_WIDTH, size - n * TILE_WIDTH))
            self._tell(min(size, (n + 1) * TILE_WIDTH), size)
        if size:
            self._check_whole(own, last)
        self._look_at_levels()
        self.order.finish()
        for index, entry in self._newest.values():
            check_body(self._report, self._files, index, entry)
        for proof in self._proofs:
            if self.order.keys is not None:
                check_signed(self._report, proof, self.order.keys)

    def _look_at_bundle(self, n: int, width: int) -> tuple[list[bytes], list[bytes]]:
        """Leaf hashes by the entries and by the tile; where one of them is missing, the other one stands for it."""
        tile = self._read_tile(0, n, width)
        entries = self._read_entries(n, width)
        leaves = [leaf_hash(entry) for entry in entries]
        if not leaves:
            leaves = tile or [bytes(HASH_OCTETS)] * width
        tile = tile or leaves
        for index, entry in enumerate(entries, n * TILE_WIDTH):
            self._look_at_entry(index, entry)
        if tile != leaves:
            self._tell_difference(n, leaves, tile)
        self._check_stated(n * TILE_WIDTH, leaves)
        if width == TILE_WIDTH:
            self._by_entries.append(root_of(leaves))
            self._by_tiles.append(self._by_entries[-1] if tile == leaves else root_of(tile))
        return leaves, tile

    def _read_entries(self, n: int, width: int) -> list[bytes]:
        """The entries of a bundle, none if they cannot be read."""
        path = bundle_path(n, width)
        try:
            try:
                return read_bundle(self._files.read(path, MOST_BUNDLE_OCTETS), width)
            except MissingFile:
                if width == TILE_WIDTH:
                    raise
                return first_entries(self._files.read(bundle_path(n), MOST_BUNDLE_OCTETS), width)
        except MissingFile:
            self._report.add(path, f"{width} entries", "no file", _HOLE)
        except LogFault as fault:
            self._report.add(path, f"{width} entries", fault, "These octets are no entries, so none of them is known.")
        return []

    def _read_tile(self, level: int, n: int, width: int) -> list[bytes]:
        """The hashes of a tile, none if they cannot be read."""
        path = tile_path(level, n, width)
        try:
            octets = self._tree.read_tile(level, n, width)
        except MissingFile:
            self._report.add(path, f"{width} hashes", "no file", _HOLE)
            return []
        except LogFault as fault:
            self._report.add(path, f"{width} hashes", fault, "Proofs that need this tile cannot be made.")
            return []
        if len(octets) != width * HASH_OCTETS:
            means = "Proofs that need this tile cannot be made."
            self._report.add(path, f"{width * HASH_OCTETS} octets", f"{len(octets)} octets", means)
            return []
        return [octets[at : at + HASH_OCTETS] for at in range(0, len(octets), HASH_OCTETS)]

    def _tell_difference(self, n: int, leaves: list[bytes], tile: list[bytes]) -> None:
        for at, (leaf, stated) in enumerate(zip(leaves, tile, strict=True)):
            if leaf != stated:
                where = f"entry {n * TILE_WIDTH + at}"
                means = "The entry or the tile was altered; what is said of the checkpoint tells which."
                self._report.add(
                    where, f"leaf hash {stated.hex()} as in {tile_path(0, n, len(tile))}", leaf.hex(), means
                )
                return

    def _look_at_entry(self, index: int, octets: bytes) -> None:
        try:
            entry = read_entry(octets, index)
        except LogFault as fault:
            means = "No program of ours writes such an entry, and what it says may be read in two ways."
            self._report.add(f"entry {index}", "an entry in its one form", fault, means)
            return
        self.order.take(index, entry)
        if entry.type == RELEASE:
            stated = check_release_files(self._report, self._files, index, octets, entry)
            if stated is not None:
                self._stated.append(stated)
                self._proofs.append(stated)
        elif entry.type in TYPES:
            self._newest[entry.type] = index, entry

    def _check_stated(self, begin: int, leaves: list[bytes]) -> None:
        """Compare what others have stated of trees that end in this bundle."""
        end = begin + len(leaves)
        for stated in [stated for stated in self._stated if stated.size <= end]:
            self._stated.remove(stated)
            root = root_of([*self._by_entries, root_of(leaves[: stated.size - begin])]) if stated.size else root_of([])
            if root != stated.root:
                expected = f"root {stated.root.hex()} over the first {stated.size} entries"
                self._report.add(stated.where, expected, root.hex(), _REWRITTEN)
            elif stated.is_seen:
                self._report.held += (stated.where,)

    def _check_whole(self, own: StatedRoot, last: tuple[list[bytes], list[bytes]]) -> None:
        """The root of the checkpoint over the entries, and if it is another, over the tiles."""
        roots = [
            root_of([*full, root_of(part)] if len(part) < TILE_WIDTH else full)
            for full, part in zip((self._by_entries, self._by_tiles), last, strict=True)
        ]
        if roots[0] == own.root:
            return
        means = f"{_ALTERED} The tiles of hashes are true." if roots[1] == own.root else f"{_ALTERED} So were tiles."
        self._report.add(own.where, f"root {own.root.hex()} over {own.size} entries", roots[0].hex(), means)
        if roots[1] == own.root:
            self._by_entries = self._by_tiles

    def _look_at_levels(self) -> None:
        """Tiles above level 0, from the roots of full tiles below."""
        row, level = self._by_entries, 1
        while row:
            parts = [row[at : at + TILE_WIDTH] for at in range(0, len(row), TILE_WIDTH)]
            for n, hashes in enumerate(parts):
                tile = self._read_tile(level, n, len(hashes))
                if tile and tile != hashes:
                    path, means = tile_path(level, n, len(hashes)), "Proofs that are made with this tile lead nowhere."
                    self._report.add(path, "the roots of the tiles below", "other hashes", means)
            row, level = [root_of(hashes) for hashes in parts if len(hashes) == TILE_WIDTH], level + 1
