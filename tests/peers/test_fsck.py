"""Tessera's `fsck`, by which its authors check logs of tlog-tiles, reads a publisher's log as it lies and is served."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from filterdns.tlog.bundles import read_bundle, write_bundle
from filterdns.tlog.tiles import bundle_path, tile_path
from tests.log.attacks import Copied
from tests.log.logs import ORIGIN, Written, write_log
from tests.log.web import served
from tests.peers.go_programs import FSCK, build

ONE = (
    "--ui=false",
    "--N=16",
)  # workers: with fewer than there are faults it never ends
Fsck = Callable[[str, str], str]


@pytest.fixture(scope="module")
def fsck(tmp_path_factory: pytest.TempPathFactory) -> Fsck:
    """`fsck(url, vkey)` is what it says of a log."""
    folder = tmp_path_factory.mktemp("fsck")
    program = build(FSCK, folder)

    def run(url: str, vkey: str) -> str:
        key = folder / "vkey"
        key.write_text(f"{vkey}\n")
        about = f"--storage_url={url}", f"--public_key={key}", f"--origin={ORIGIN}"
        ran = subprocess.run([str(program), *ONE, *about], capture_output=True, text=True, timeout=60)
        return ran.stderr  # it ends with 0 whatever it finds

    return run


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Decisions, releases, days, an erasure: 600 entries, written in several appends."""
    folder = tmp_path_factory.mktemp("log")
    return write_log(folder / "state", folder / "elsewhere")


def test_fsck_finds_the_log_of_a_publisher_sound_in_its_folder_and_behind_a_url(fsck: Fsck, log: Written) -> None:
    size = max(log.notes)
    assert f"Successfully fsck'd log with size {size}" in fsck(f"file://{log.folder}", log.vkey)
    with served(log.folder) as url:
        assert f"Successfully fsck'd log with size {size}" in fsck(f"{url}/", log.vkey)


def alter_entry(copy: Copied) -> None:
    octets = copy.file(bundle_path(1)).read_bytes()
    copy.write(bundle_path(1), octets.replace(b"import", b"impart", 1))


def reorder(copy: Copied) -> None:
    entries = read_bundle(copy.file(bundle_path(0)).read_bytes(), 256)
    entries[8], entries[9] = entries[9], entries[8]
    copy.write(bundle_path(0), write_bundle(entries))


def alter_tile(copy: Copied) -> None:
    octets = copy.file(tile_path(0, 1)).read_bytes()
    copy.write(tile_path(0, 1), octets[:-1] + bytes([octets[-1] ^ 1]))


def alter_size(copy: Copied) -> None:
    octets = copy.file("checkpoint").read_bytes()
    size = max(copy.log.notes)
    copy.write("checkpoint", octets.replace(b"\n%d\n" % size, b"\n%d\n" % (size - 1)))


@pytest.mark.parametrize("attack", [alter_entry, reorder, alter_tile, alter_size], ids=lambda attack: attack.__name__)
def test_fsck_refuses_altered_logs(fsck: Fsck, log: Written, tmp_path: Path, attack: Callable[[Copied], None]) -> None:
    folder = shutil.copytree(log.folder, tmp_path / "log")
    attack(Copied(log, folder, [], b""))
    told = fsck(f"file://{folder}", log.vkey)
    assert "fsck failed" in told
    assert "Successfully" not in told
