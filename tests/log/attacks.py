"""What somebody may do to the files of a log: with nothing but a disk, or with the key as well."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from filterdns.log.keys.key_file import load_keys, make_key
from filterdns.log.places import key_file
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import END, write_entry
from filterdns.tlog.bundles import read_bundle, write_bundle
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import Signer, sign_note
from filterdns.tlog.tiles import TILE_WIDTH, bundle_path, grow_tiles, tile_path
from filterdns.tlog.tree import leaf_hash, root_of
from tests.log.logs import ORIGIN, Written, decision, release

SEEN = 329  # the size of the checkpoint that was kept
CHANGED, REMOVED = 22, 23  # decisions that follow others


@dataclass
class Copied:
    """A copy of the log, to be harmed. `seen`: a checkpoint that a reader kept before."""

    log: Written
    folder: Path
    entries: list[bytes]
    seen: bytes

    @property
    def signer(self) -> Signer:
        return load_keys(key_file(self.log.state))[0].signer

    def file(self, path: str) -> Path:
        return self.folder / path

    def rewrite(self, entries: list[bytes], signer: Signer | None = None) -> None:
        """The whole log anew with these entries, signed: what only somebody with the key can do."""
        shutil.rmtree(self.folder / "tile")
        leaves = [leaf_hash(entry) for entry in entries]
        for (level, n, width), octets in grow_tiles(0, leaves, lambda *_: b""):
            self.write(tile_path(level, n, width), octets)
        for n in range(0, len(entries), TILE_WIDTH):
            part = entries[n : n + TILE_WIDTH]
            self.write(bundle_path(n // TILE_WIDTH, len(part)), write_bundle(part))
        self.sign(len(entries), root_of(leaves), signer)

    def sign(self, size: int, root: bytes, signer: Signer | None = None) -> None:
        note = sign_note(Checkpoint(ORIGIN, size, root).text, [signer or self.signer])
        self.write("checkpoint", note)

    def write(self, path: str, octets: bytes) -> None:
        self.file(path).parent.mkdir(parents=True, exist_ok=True)
        self.file(path).write_bytes(octets)

    def change_bundle(self, change: Callable[[list[bytes]], list[bytes]]) -> None:
        """Do something to the entries of the first bundle, and nothing else."""
        path = bundle_path(0)
        self.write(path, write_bundle(change(read_bundle(self.file(path).read_bytes(), TILE_WIDTH))))

    def statement_of(self, index: int) -> str:
        commitment = str(json.loads(self.entries[index])["statement"])
        return f"statements/{commitment[:2]}/{commitment}.json"


def copy_of(log: Written, folder: Path) -> Copied:
    shutil.copytree(log.folder, folder)
    reader = open_local(log.state)
    return Copied(log, folder, list(reader.entries(0, reader.size)), log.notes.get(SEEN, b""))


def put(entries: list[bytes], index: int, entry: bytes) -> list[bytes]:
    return [*entries[:index], entry, *entries[index + 1 :]]


def altered(entry: bytes) -> bytes:
    return entry.replace(b"gambling", b"phishing")


def swap(copy: Copied, one: str, other: str) -> None:
    first, second = copy.file(one).read_bytes(), copy.file(other).read_bytes()
    copy.write(one, second)
    copy.write(other, first)


def alter_leaf(copy: Copied) -> None:
    """An entry and its hash in the tile, as somebody would who has read the formats."""
    copy.change_bundle(lambda entries: put(entries, 5, altered(entries[5])))
    tile = bytearray(copy.file(tile_path(0, 0)).read_bytes())
    tile[5 * 32 : 6 * 32] = leaf_hash(altered(copy.entries[5]))
    copy.write(tile_path(0, 0), bytes(tile))


def dated_back(copy: Copied) -> None:
    when = copy.log.when - timedelta(days=30)
    copy.rewrite([*copy.entries, decision(copy.log.state, when, "late.example", hashed=True)])


def after_the_end(copy: Copied) -> None:
    copy.rewrite([*copy.entries, write_entry(END, copy.log.when, successor=""), copy.entries[-1]])


def long_entry(copy: Copied) -> None:
    entry = copy.entries[300]
    copy.rewrite(put(copy.entries, 300, entry.replace(b'"ut1"', b'"' + b"u" * 16_384 + b'"')))


def lesser_release(copy: Copied) -> None:
    copy.rewrite([*copy.entries, release(copy.log.when, 8)])


def another_statement(copy: Copied) -> None:
    path = copy.statement_of(3)
    copy.write(path, copy.file(path).read_bytes().replace(b"roulette", b"nothing"))


def swapped_statement(copy: Copied) -> None:
    copy.write(copy.statement_of(3), copy.file(copy.statement_of(4)).read_bytes())


def rolled_back(copy: Copied) -> None:
    copy.write("checkpoint", copy.log.notes[25])


def fork(copy: Copied) -> None:
    """Another tree of the size that was seen."""
    copy.rewrite(put(copy.entries[:SEEN], 5, altered(copy.entries[5])))


def altered_and_signed(copy: Copied) -> None:
    copy.rewrite(put(copy.entries, 300, copy.entries[300].replace(b'"names":', b'"names":1')))


def reordered_and_signed(copy: Copied) -> None:
    copy.rewrite([*copy.entries[:300], copy.entries[301], copy.entries[300], *copy.entries[302:]])


def dropped_and_signed(copy: Copied) -> None:
    copy.rewrite([*copy.entries[:300], *copy.entries[301:]])


def manifest(copy: Copied) -> None:
    copy.write("releases/7/manifest.json", b'{"another":"manifest"}')


def partial(level: int) -> str:
    return {0: tile_path(0, 2, 89), 1: tile_path(1, 0, 2)}[level]


Attack = Callable[[Copied], object]

# By whoever has the disk of a mirror.
ON_FILES: dict[str, Attack] = {
    "an entry altered": lambda c: c.change_bundle(lambda e: put(e, 5, altered(e[5]))),
    "an entry and its leaf hash altered": alter_leaf,
    "an entry dropped": lambda c: c.change_bundle(lambda e: [*e[:5], *e[6:]]),
    "an entry added": lambda c: c.change_bundle(lambda e: [*e, e[5]]),
    "entries reordered": lambda c: c.change_bundle(lambda e: [*e[:5], e[6], e[5], *e[7:]]),
    "a bundle cut": lambda c: c.write(bundle_path(1), c.file(bundle_path(1)).read_bytes()[:-3]),
    "octets behind a bundle": lambda c: c.write(bundle_path(1), c.file(bundle_path(1)).read_bytes() + b"x"),
    "a bundle swapped with another": lambda c: swap(c, bundle_path(0), bundle_path(1)),
    "a bundle of garbage": lambda c: c.write(bundle_path(0), b"\xff" * 9000),
    "a bundle gone": lambda c: c.file(bundle_path(1)).unlink(),
    "a tile altered": lambda c: c.write(tile_path(0, 1), bytes(8192)),
    "a tile swapped with another": lambda c: swap(c, tile_path(0, 0), tile_path(0, 1)),
    "an upper tile altered": lambda c: c.write(partial(1), bytes(64)),
    "the last tile altered": lambda c: c.write(partial(0), bytes(89 * 32)),
    "a tile gone": lambda c: c.file(tile_path(0, 1)).unlink(),
    "an upper tile gone": lambda c: c.file(partial(1)).unlink(),
    "a tile cut": lambda c: c.write(tile_path(0, 1), c.file(tile_path(0, 1)).read_bytes()[:-32]),
    "octets behind a tile": lambda c: c.write(tile_path(0, 1), c.file(tile_path(0, 1)).read_bytes() + bytes(32)),
    "the checkpoint cut": lambda c: c.write("checkpoint", c.file("checkpoint").read_bytes()[:60]),
    "the checkpoint altered": lambda c: c.write(
        "checkpoint", c.file("checkpoint").read_bytes().replace(b"601", b"600")
    ),
    "a checkpoint of garbage": lambda c: c.write("checkpoint", b"\xff\x00" * 99),
    "a checkpoint of another key": lambda c: c.rewrite(c.entries, make_key(ORIGIN).signer),
    "a statement altered": another_statement,
    "a statement in place of another": swapped_statement,
    "a statement of garbage": lambda c: c.write(c.statement_of(3), b"[" * 9000),
    "a statement erased without a word": lambda c: c.file(c.statement_of(3)).unlink(),
    "a manifest altered": manifest,
    "the entry beside a release altered": lambda c: c.write("releases/7/entry.json", c.entries[24] + b" "),
    "an older checkpoint put back": rolled_back,
}
# By the publisher itself, or a thief of its key.
WITH_THE_KEY: dict[str, Attack] = {
    "a forked log": fork,
    "an old entry altered": altered_and_signed,
    "old entries reordered": reordered_and_signed,
    "an old entry dropped": dropped_and_signed,
    "the log cut and signed": lambda c: c.rewrite(c.entries[:300]),
    "an entry dated back": dated_back,
    "an entry that is too long": long_entry,
    "an entry that is not canonical": lambda c: c.rewrite([*c.entries, c.entries[-1].replace(b",", b", ", 1)]),
    "an entry that is no JSON": lambda c: c.rewrite([*c.entries, b"{" * 9000]),
    "an entry of an unknown type": lambda c: c.rewrite([*c.entries, c.entries[-1].replace(b'"day"', b'"night"')]),
    "an empty entry": lambda c: c.rewrite([*c.entries, b""]),
    "a member that stands twice": lambda c: c.rewrite([*c.entries, c.entries[-1].replace(b'"v":1', b'"v":1,"v":1')]),
    "a log that does not begin": lambda c: c.rewrite(c.entries[1:]),
    "a second beginning": lambda c: c.rewrite([*c.entries, c.entries[0]]),
    "something after the end": after_the_end,
    "a release with an old number": lesser_release,
    "a root over nothing of the kind": lambda c: c.sign(601, bytes(32)),
    "a size beyond what is there": lambda c: c.sign(900, bytes(32)),
}
