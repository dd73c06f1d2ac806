"""An installation with our real rules and no list of ours, and a server of lists that it trusts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from filterdns.lists.fetch.network import Network
from filterdns.lists.shipped import shipped_folder
from tests.conftest import find_peer
from tests.lists.end_to_end.online import Online
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer

PARTS = (  # of Europe's protected names, so that they are read quickly
    *("categories.yaml", "shared/hosts.yaml", "shared/popular.yaml", "shared/safe_search.yaml"),
    *("protected/p1.yaml", "protected/p1.europe.yaml", "protected/p2.yaml", "protected/p2.europe.yaml"),
)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), find_peer("openssl"))


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped categories, protected names and shared names; its sources would be fetched."""
    folder = tmp_path_factory.mktemp("shipped")
    for part in PARTS:
        (folder / part).parent.mkdir(exist_ok=True)
        shutil.copy(shipped_folder() / part, folder / part)
    return folder


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[ListServer]:
    folder = tmp_path / "served"
    folder.mkdir()
    with ListServer(folder, authority) as running:
        yield running


@pytest.fixture
def online(tmp_path: Path, rules: Path, server: ListServer, authority: Authority) -> Online:
    network = Network(tls=authority.client_context(), proxies={})
    return Online(rules, tmp_path / "state", server=server, network=network)
