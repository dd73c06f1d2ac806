"""One Chromium and one set of pages for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Chromium
from tests.conftest import find_peer
from tests.transparency.lists import build
from tests.transparency.web.pages_process import PagesRunning


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    program = shutil.which("chromium-browser") or find_peer("chromium")
    chromium = Chromium(program, tmp_path_factory.mktemp("chromium"))
    yield chromium
    chromium.stop()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesRunning]:
    state: Path = build(tmp_path_factory.mktemp("browser"))
    running = PagesRunning(state, tmp_path_factory.mktemp("output") / "output")
    yield running
    running.stop()
