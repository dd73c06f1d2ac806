"""An installation with our real rules and no list of ours, and a server of lists that it trusts."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from filterdns.lists.fetch.network import Network
from filterdns.lists.own_data import load_own_data
from filterdns.lists.shipped import shipped_folder
from tests.conftest import find_peer
from tests.lists.end_to_end.online import Online
from tests.simulators.certificates import Authority
from tests.simulators.list_server import ListServer

# What the tests are about, of the shipped files with an entry a line, so that all of it is read quickly.
ENTRIES = {
    "shared/hosts.yaml": ("google.com", "cloudfront.net"),
    "shared/popular.yaml": ("google.co.jp",),
    "shared/safe_search.yaml": ("forcesafesearch.google.com", "www.google.com", "strict.bing.com"),
    "protected/p1.europe.yaml": ("childline.org.uk", "samaritans.org"),
    "protected/p2.europe.yaml": ("www.nhs.uk", "brook.org.uk"),
}


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), find_peer("openssl"))


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped categories, and of the protected and shared names those that the tests are about."""
    folder = tmp_path_factory.mktemp("shipped")
    shutil.copy(shipped_folder() / "categories.yaml", folder)
    for part, names in ENTRIES.items():
        lines = (shipped_folder() / part).read_text(encoding="utf-8").splitlines()
        entries = [line for line in lines if any(line.startswith(f"- {{name: {name},") for name in names)]
        assert len(entries) == len(names), part
        (folder / part).parent.mkdir(exist_ok=True)
        (folder / part).write_text("\n".join(entries) + "\n", encoding="utf-8")
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


@pytest.fixture
def here(tmp_path: Path, server: ListServer, authority: Authority) -> Online:
    """An installation of the shipped lists, under the machine's own clock, where only a test's lists are on."""
    network = Network(tls=authority.client_context(), proxies={})
    here = Online(shipped_folder(), tmp_path / "state", datetime.now(UTC), server=server, network=network)
    here.write("sources/choices.yaml", only_ours())
    return here


@cache
def only_ours() -> str:
    """`choices.yaml` for an installation of all that is shipped: what would be fetched from elsewhere is off."""
    recipes = load_own_data(shipped_folder(), None).recipes
    return "".join(f"{recipe.id}: off\n" for recipe in recipes.all if recipe.urls and recipes.is_on(recipe))
