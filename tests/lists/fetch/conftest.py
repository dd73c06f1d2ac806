"""A server of lists with an authority of its own, and a state folder to fetch into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.lists.fetch.network import Network
from tests.conftest import find_peer
from tests.lists.fetch.fetching import Fetching, names_list
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer

GAMES = names_list(1000)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), find_peer("openssl"))


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[ListServer]:
    """Serves `games.txt`."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "games.txt").write_bytes(GAMES)
    with ListServer(folder, authority) as running:
        yield running


@pytest.fixture
def mirror(tmp_path: Path, authority: Authority, server: ListServer) -> Iterator[ListServer]:
    """Another host that serves the same folder."""
    with ListServer(server.folder, authority, host="127.0.0.2") as running:
        yield running


@pytest.fixture
def fetching(tmp_path: Path, authority: Authority) -> Fetching:
    return Fetching(tmp_path / "state", Network(tls=authority.client_context(), proxies={}))
