"""One chain for all of these tests: filterdns in front of unbound in front of NSD."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import find_peer
from tests.peers.upstreams import Peer, start_nsd, start_unbound
from tests.running import Running

OVERLAY = {"own/malware.txt": "listed.example\n"}
MOST = 1_000_000  # dnsperf asks as fast as it can, and is one client
RATES = ("client_queries_a_second", "client_burst", "prefix_queries_a_second", "prefix_burst")
CONFIGURATION = {"limits": {"rates": dict.fromkeys(RATES, MOST)}}


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("peers")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="package")
def nsd(folder: Path) -> Iterator[Peer]:
    peer = start_nsd(find_peer("nsd"), folder)
    yield peer
    peer.stop()


@pytest.fixture(scope="package")
def unbound(folder: Path, nsd: Peer) -> Iterator[Peer]:
    peer = start_unbound(find_peer("unbound"), folder, nsd.port)
    yield peer
    peer.stop()


@pytest.fixture(scope="package")
def behind_unbound(folder: Path, unbound: Peer) -> Iterator[Running]:
    yield from serving(folder / "behind-unbound", unbound.port)


@pytest.fixture(scope="package")
def behind_nsd(folder: Path, nsd: Peer) -> Iterator[Running]:
    yield from serving(folder / "behind-nsd", nsd.port)


def serving(folder: Path, upstream_port: int) -> Iterator[Running]:
    folder.mkdir()
    with ExitStack() as stack:
        filterdns = Running(folder, CONFIGURATION, upstream_port, OVERLAY)
        stack.callback(filterdns.stop)
        yield filterdns.start()
