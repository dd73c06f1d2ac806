"""How long the verification of a large log takes: `python -m tests.bench.log_verify [ENTRIES]`, a million if not said.

The log is one that could be: of 1,000 entries 12 are decisions with a statement that anybody can open, 20 decisions on
hashed names, 30 releases, days and the like, and the rest imports. It is written without the writer, which has a
benchmark of its own, to a temporary folder of some 450 MB.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL, Popen

from filterdns.clock import Clock
from filterdns.log.keys.key_file import make_key
from filterdns.log.record.entries import BEGIN, DECISION, write_entry
from filterdns.log.record.statements import Body, write_body
from filterdns.tlog import check_log
from filterdns.tlog.bundles import write_bundle
from filterdns.tlog.checkpoint import Checkpoint
from filterdns.tlog.note import Signer, sign_note, write_vkey
from filterdns.tlog.tiles import TILE_WIDTH, bundle_path, grow_tiles, tile_path
from filterdns.tlog.tree import Frontier, leaf_hash
from tests.log.logs import BEGUN, ORIGIN, day, imported, release

MILLION = 1_000_000
SPACING = timedelta(seconds=20)  # so that they end where the other logs of the tests begin


def entries_of(size: int, signer: Signer, folder: Path) -> Iterator[bytes]:
    """Entries in the mixture above; their statements are written to the folder."""
    first = BEGUN - size * SPACING
    yield write_entry(BEGIN, first, origin=ORIGIN, key=write_vkey(signer.key), recovery="")
    for index in range(1, size):
        when = first + index * SPACING
        match index % 1000:
            case place if place < 12:
                yield decided(index, when, folder)
            case place if place < 32:
                statement = sha256(b"%d" % index).hexdigest()
                yield write_entry(
                    DECISION,
                    when,
                    kind="listing",
                    action="added",
                    category="adult",
                    basis="starter",
                    statement=statement,
                )
            case place if place < 42:
                yield release(when, index)
            case place if place < 62:
                yield day(when)
            case _:
                yield imported(when, index)


def decided(index: int, when: object, folder: Path) -> bytes:
    named = {"name": f"n{index}.example", "scope": "subdomains"}
    said = {"v": 1, "kind": "listing", "key": f"gambling n{index}.example", "reason": {"en": "roulette"}, **named}
    body = Body(sha256(b"%d" % index).digest(), said)
    path = folder / "statements" / body.commitment[:2] / f"{body.commitment}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_body(body))
    about = {"kind": "listing", "action": "added", "category": "gambling", "basis": "reviewed"}
    return write_entry(DECISION, when, statement=body.commitment, **about, **named)  # type: ignore[arg-type]


def write(size: int, folder: Path) -> str:
    """The log, without waiting for the disk; its vkey."""
    signer = make_key(ORIGIN).signer
    frontier, held = Frontier(), dict[tuple[int, int, int], bytes]()
    source = entries_of(size, signer, folder)
    for begin in range(0, size, 64 * TILE_WIDTH):
        entries = [next(source) for _ in range(min(64 * TILE_WIDTH, size - begin))]
        leaves = [leaf_hash(entry) for entry in entries]
        for place, octets in grow_tiles(begin, leaves, lambda *asked: held[asked]):
            held[place] = octets
            put(folder / tile_path(*place), octets)
        for at in range(0, len(entries), TILE_WIDTH):
            part = entries[at : at + TILE_WIDTH]
            put(folder / bundle_path((begin + at) // TILE_WIDTH, len(part)), write_bundle(part))
        frontier.extend(leaves)
    put(folder / "checkpoint", sign_note(Checkpoint(ORIGIN, size, frontier.root()).text, [signer]))
    return write_vkey(signer.key)


def put(path: Path, octets: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(octets)


def run(*command: object) -> str:
    """What a program of its own costs."""
    clock = Clock()
    begun = clock.now()
    child = Popen([sys.executable, *map(str, command)], stdout=DEVNULL, stderr=DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, command
    used = usage.ru_utime + usage.ru_stime
    return f"{clock.now() - begun:.1f} s, {used:.1f} s of CPU, {usage.ru_maxrss / 1024:.0f} MiB"


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    folder = Path(tempfile.mkdtemp(prefix="log-"))
    try:
        vkey = write(size, folder)
        own = ("--seen", folder / "seen", "--state", folder / "state")
        print(f"{size:,} entries")
        print("  filterdns log verify:", run("-m", "filterdns", "log", "verify", folder, "--vkey", vkey, *own))
        print("  check_log.py:        ", run(check_log.__file__, folder, "--vkey", vkey))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
