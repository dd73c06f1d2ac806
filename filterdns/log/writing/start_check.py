"""What is looked at before anything is appended: whether this is the log that was signed last, whole at its right edge.

A log that was altered, cut, put back to an older copy or signed elsewhere is left alone; each fault says where, what
was expected, what was found and what to do. All of the tiles are looked at by `verify`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from filterdns.errors import LogFault
from filterdns.log.places import CHECKPOINT, PROOF, checkpoint_file, public_folder
from filterdns.log.reading.files import FolderFiles
from filterdns.log.reading.reader import TreeReader
from filterdns.log.writing.records import Pending, Signed
from filterdns.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from filterdns.tlog.note import MOST_NOTE_OCTETS, VerifierKey, read_note
from filterdns.tlog.proof_file import MOST_PROOF_OCTETS, parse_proof_file
from filterdns.tlog.tiles import TILE_WIDTH, tile_path, tile_width
from filterdns.tlog.tree import EMPTY_ROOT, check_consistency, leaf_hash

_LEAVE_IT = (
    "nothing was written; put the newest copy of the log back (a mirror's is as good), or, if there is none, "
    "end this log in public and begin another"
)


def open_tree(state: Path, keys: Iterable[VerifierKey], origin: str) -> TreeReader:
    """The log as its checkpoint says, an empty one where none was begun. Raises LogFault if these keys did not sign."""
    files = FolderFiles(public_folder(state))
    if not checkpoint_file(state).exists():
        return TreeReader(files, Checkpoint(origin, 0, EMPTY_ROOT), b"")
    try:
        note = files.read(CHECKPOINT, MOST_NOTE_OCTETS)
        checkpoint = open_checkpoint(note, keys)
        if checkpoint.origin != origin:
            raise LogFault(f"expected origin {origin}, got {checkpoint.origin}")
    except LogFault as fault:
        raise LogFault(f"{checkpoint_file(state)}: {fault}; {_LEAVE_IT}") from fault
    return TreeReader(files, checkpoint, note)


def check_edge(tree: TreeReader) -> None:
    """Raises LogFault unless the right edge of the tiles gives the root, and the last bundles are their leaves."""
    if not tree.size:
        return
    try:
        found = tree.hashes.root()
        if found != tree.checkpoint.root:
            raise LogFault(
                f"{tree.files}: expected tiles that give root {tree.checkpoint.root.hex()} for size {tree.size}, "
                f"got {found.hex()}: a tile is damaged"
            )
        last = (tree.size - 1) // TILE_WIDTH
        for n in range(max(0, last - 1), last + 1):
            _check_leaves(tree, n)
    except LogFault as fault:
        raise LogFault(f"{fault}; {_LEAVE_IT}") from fault


def _check_leaves(tree: TreeReader, n: int) -> None:
    leaves = b"".join([leaf_hash(entry) for entry in tree.bundle(n)])
    width = tile_width(0, n, tree.size)
    if tree.read_tile(0, n, width) != leaves:
        raise LogFault(f"{tree.files}: {tile_path(0, n, width)}: expected the hashes of its entries, got others")


def check_records(tree: TreeReader, signed: Signed | None, pending: Pending | None, *, is_lost: bool) -> None:
    """Raises LogFault if the log is behind what was signed, or another than that (rewound, forked).

    `is_lost`: the key is, and the record may be lost with it.
    """
    size = tree.size
    if signed is None:
        if size and not is_lost and (pending is None or pending.size < size):
            raise LogFault(
                f"{tree.files}: expected a record of what was signed last (`signed`), got none for a log of {size} "
                f"entries; {_LEAVE_IT}"
            )
    elif signed.size > size:
        raise LogFault(_rewound(tree, signed.size, "our record of what was signed last"))
    else:
        _check_same(tree, signed.size, signed.root, "our record of what was signed last")
    if pending is not None and pending.size <= size:
        _check_same(tree, pending.size, pending.root, "our record of what was about to be signed")


def check_releases(tree: TreeReader, releases: Path) -> None:
    """Raises LogFault if a release has a proof from a larger log, or from another one.

    A proof that cannot be read is not for the log to judge: what reads the release refuses it.
    """
    for path in sorted(releases.glob(f"[0-9]*/{PROOF}")):
        try:
            with path.open("rb") as file:
                proof = parse_proof_file(file.read(MOST_PROOF_OCTETS + 1))
            checkpoint = parse_checkpoint(read_note(proof.checkpoint).text)
        except (OSError, LogFault):
            continue
        if checkpoint.origin != tree.checkpoint.origin:
            continue
        if checkpoint.size > tree.size:
            raise LogFault(_rewound(tree, checkpoint.size, str(path)))
        _check_same(tree, checkpoint.size, checkpoint.root, str(path))


def _check_same(tree: TreeReader, size: int, root: bytes, by: str) -> None:
    try:
        check_consistency(size, root, tree.size, tree.checkpoint.root, tree.consistency(size))
    except LogFault as fault:
        raise LogFault(
            f"{tree.files}: expected the log whose root at size {size} is {root.hex()} (by {by}), got another: "
            f"it was forked or altered ({fault}); {_LEAVE_IT}"
        ) from fault


def _rewound(tree: TreeReader, size: int, by: str) -> str:
    return (
        f"{tree.files}: expected a log of {size} entries or more (by {by}), got one of {tree.size}: it was rewound; "
        f"{_LEAVE_IT}"
    )
