"""Programs of others from the Go module proxy, at the versions of `go/go.mod`, built once on a machine.

Go 1.24 or later builds them. What it downloads is compared with the digests in `go/go.sum`; what is built lies in Go's
own cache, so that the next run takes a second.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REQUIRE_PEERS, find_peer

SOURCE = Path(__file__).parent / "go"
WITNESS = "filippo.io/torchwood/cmd/litewitness"  # v0.6.1
FSCK = "github.com/transparency-dev/tessera/cmd/fsck"  # v1.0.4
LEAST = (1, 24)
MOST_SECONDS = (
    100  # with a warm cache one; from nothing 120 of a busy machine with two cores, which .ci/run spends before
)


def build(package: str, folder: Path) -> Path:
    """The program of a package, in this folder. Skips the test, or fails it in CI, where it cannot be built."""
    go = find_peer("go")
    environment = {"HOME": str(Path.home()), **os.environ, "GOFLAGS": "", "GOTOOLCHAIN": "local"}
    told = subprocess.run([go, "version"], env=environment, capture_output=True, text=True, timeout=20).stdout
    version = re.search(r"go(\d+)\.(\d+)", told)
    if version is None or (int(version[1]), int(version[2])) < LEAST:
        _do_without(f"expected Go {LEAST[0]}.{LEAST[1]} or later, got {told.strip()!r}")
    command = [go, "build", "-C", str(SOURCE), "-buildvcs=false", "-o", f"{folder}/", package]
    try:
        built = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        _do_without(f"{package}: not built within {MOST_SECONDS} seconds; `{' '.join(command[:4])} {package}` by hand")
    if built.returncode:
        _do_without(f"{package} cannot be built: {built.stderr}")
    return folder / package.rpartition("/")[2]


def _do_without(reason: str) -> None:
    if os.environ.get(REQUIRE_PEERS) == "1":
        pytest.fail(f"{reason} ({REQUIRE_PEERS}=1)")
    pytest.skip(reason)
