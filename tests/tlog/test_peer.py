"""golang.org/x/mod/sumdb, the code behind go.sum's database, checks what we write and writes what we check."""

from __future__ import annotations

import os
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from filterdns.tlog import tree
from filterdns.tlog.bundles import write_bundle
from filterdns.tlog.note import Signer, check_note, read_note, sign_note, write_vkey
from filterdns.tlog.tiles import bundle_path, tile_path
from tests.conftest import REQUIRE_PEERS
from tests.log.logs import write_log
from tests.tlog import vectors
from tests.tlog.log_folders import LogFolder

SOURCE = Path(__file__).parent / "peer"
GOPATH = Path("/usr/share/gocode")  # where Debian's golang-golang-x-mod-dev lies

Go = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def go_peer(peer: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Go:
    """`go_peer("log", folder, vkey)` runs the peer, built once."""
    go = peer("go")
    if not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        reason = "golang-golang-x-mod-dev is not installed"
        if os.environ.get(REQUIRE_PEERS) == "1":
            pytest.fail(f"{reason}, and {REQUIRE_PEERS}=1")
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("peer")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOFLAGS": "",
    }
    if "HOME" not in environment:  # else go keeps its compiled standard library there, which takes it 10 to 30 seconds
        environment["GOCACHE"] = str(folder / "cache")
    sources = [str(file) for file in sorted(SOURCE.glob("*.go"))]
    built = subprocess.run(
        [go, "build", "-o", str(folder / "peer"), *sources],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=110,
    )
    assert built.returncode == 0, built.stderr.decode()

    def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([str(folder / "peer"), *arguments], input=given, capture_output=True, timeout=60)

    return run


@pytest.fixture
def log(tmp_path: Path) -> LogFolder:
    return LogFolder(tmp_path / "log", Signer(vectors.ORIGIN, vectors.SEED))


def entries(begin: int, end: int) -> list[bytes]:
    """Entries of many lengths, the empty one among them."""
    return [b"%d" % at * (at % 7) for at in range(begin, end)]


def check(go_peer: Go, log: LogFolder) -> str:
    ran = go_peer("log", str(log.folder), write_vkey(log.signer.key))
    assert (ran.returncode == 0) == (ran.stdout == b"OK\n"), ran
    return ran.stdout.decode()


@pytest.mark.parametrize(
    "sizes", [(1,), (255,), (256,), (257,), (1, 2, 255, 256, 257, 700), (65_535, 65_537, 70_000)], ids=str
)
def test_peer_accepts_a_log_that_grew_through_these_sizes(go_peer: Go, log: LogFolder, sizes: tuple[int, ...]) -> None:
    for size in sizes:
        log.append(entries(len(log.entries), size))
    assert check(go_peer, log) == "OK\n"


def test_peer_accepts_a_log_of_a_publisher(go_peer: Go, tmp_path: Path) -> None:
    """What `filterdns.log` writes: several checkpoints, partial tiles that were removed, an erased statement."""
    written = write_log(tmp_path / "state", tmp_path / "elsewhere")
    assert go_peer("log", str(written.folder), written.vkey).stdout == b"OK\n"


def test_peer_refuses_altered_logs(go_peer: Go, log: LogFolder) -> None:
    log.append(entries(0, 700))
    bundle, tile = bundle_path(1), tile_path(0, 1)
    whole = {path: (log.folder / path).read_bytes() for path in ("checkpoint", bundle, tile, tile_path(1, 0, 2))}
    changed = entries(256, 512)
    altered = {
        "an entry": {bundle: write_bundle([*changed[:9], b"other", *changed[10:]])},
        "two entries in another order": {bundle: write_bundle([*changed[:8], changed[9], changed[8], *changed[10:]])},
        "an entry left out": {bundle: write_bundle(changed[:-1])},
        "a tile": {tile: whole[tile][:-1] + bytes([whole[tile][-1] ^ 1])},
        "a tile of level 1": {tile_path(1, 0, 2): whole[tile_path(1, 0, 2)][:-1] + b"!"},
        "the size that was signed": {"checkpoint": whole["checkpoint"].replace(b"\n700\n", b"\n699\n")},
    }
    for what, files in altered.items():
        for path, octets in files.items():
            (log.folder / path).write_bytes(octets)
        assert check(go_peer, log).startswith("FAULT"), what
        for path, octets in whole.items():
            (log.folder / path).write_bytes(octets)
    assert check(go_peer, log) == "OK\n"
    log.sign(bytes(32))
    assert check(go_peer, log).startswith("FAULT")


def proof_line(what: str, numbers: tuple[int, int], hashes: list[bytes]) -> str:
    return " ".join([what, *map(str, numbers), *(b64encode(octets).decode() for octets in hashes)])


def test_peer_accepts_every_proof_of_ours_up_to_70(go_peer: Go) -> None:
    leaves = [tree.leaf_hash(entry) for entry in entries(0, 70)]

    def get(level: int, n: int) -> bytes:
        return tree.root_of(leaves[n << level : (n + 1) << level])

    roots = [tree.root_of(leaves[:size]) for size in range(71)]
    lines = []
    for size in range(1, 71):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, get)
            lines.append(proof_line("inclusion", (index, size), [roots[size], leaves[index], *proof]))
        for old in range(1, size + 1):
            proof = tree.consistency_proof(old, size, get)
            lines.append(proof_line("consistency", (old, size), [roots[old], roots[size], *proof]))
    assert go_peer("proofs", given="\n".join(lines).encode()).stdout == b"OK\n"
    wrong = proof_line("inclusion", (0, 2), [roots[2], leaves[1], leaves[1]])
    assert go_peer("proofs", given=wrong.encode()).stdout.startswith(b"FAULT")


@pytest.mark.parametrize("text", ["one line\n", "two\n\nparagraphs\n", "è — subito\n", vectors.CHECKPOINT_TEXT])
def test_notes_of_both_are_the_same_octets(go_peer: Go, text: str) -> None:
    signer = Signer(vectors.ORIGIN, vectors.SEED)
    ours = sign_note(text, [signer])
    secret = b64encode(b"\x01" + vectors.SEED).decode()
    theirs = go_peer("sign", f"PRIVATE+KEY+{vectors.ORIGIN}+{signer.key.key_id.hex()}+{secret}", given=text.encode())
    assert theirs.stdout == ours
    assert check_note(read_note(theirs.stdout), [signer.key]) == (signer.key,)
    assert go_peer("open", write_vkey(signer.key), given=ours).stdout == text.encode()
    assert go_peer("open", write_vkey(signer.key), given=ours.replace(b"\n", b"!\n", 1)).returncode == 1
