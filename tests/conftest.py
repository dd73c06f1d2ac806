"""What all tests share: real peers that are there or not, and a real filterdns."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.running import Running

REQUIRE_PEERS = "FILTERDNS_REQUIRE_PEERS"  # CI sets it: a peer that is missing fails the test instead of skipping it
SEARCHED = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"])

# `HYPOTHESIS_PROFILE=deep` searches longer, by hand.
hypothesis.settings.register_profile("suite", max_examples=200, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def find_peer(program: str) -> str:
    """Path of another project's program; skips the test where it is not installed, or fails it in CI."""
    path = shutil.which(program, path=SEARCHED)
    if path is None:
        reason = f"{program} is not installed"
        if os.environ.get(REQUIRE_PEERS) == "1":
            pytest.fail(f"{reason}, and {REQUIRE_PEERS}=1")
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def peer() -> Callable[[str], str]:
    """`peer("dig")` is the path of dig."""
    return find_peer


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """`running(upstream_port, {...}, overlay={...})` starts a filterdns; it is stopped when the test ends."""
    started: list[Running] = []

    def start(
        upstream_port: int, configuration: dict[str, Any] | None = None, overlay: dict[str, str] | None = None
    ) -> Running:
        folder = tmp_path / f"filterdns-{len(started)}"
        folder.mkdir()
        started.append(Running(folder, configuration or {}, upstream_port, overlay or {}))
        return started[-1].start()

    yield start
    for filterdns in started:
        filterdns.stop()
