"""One Chromium and one set of pages for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import Chromium
from tests.conftest import find_peer
from tests.transparency.lists import build
from tests.transparency.web.pages_process import PagesRunning


@pytest.fixture(scope="session")
def program() -> str:
    """Where Debian's Chromium is."""
    return shutil.which("chromium-browser") or find_peer("chromium")


@pytest.fixture(scope="session")
def chromium(program: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Driven by ourselves, from a loop of its own."""
    chromium = Chromium(program, tmp_path_factory.mktemp("chromium"))
    yield chromium
    chromium.stop()


@pytest.fixture(scope="module")
def browser(program: str) -> Iterator[Browser]:
    """Driven by Playwright, whose loop runs as long as it does: so a module that uses it cannot use `chromium`."""
    options = ["--no-sandbox", "--host-resolver-rules=MAP *.example 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    return (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesRunning]:
    state: Path = build(tmp_path_factory.mktemp("browser"))
    running = PagesRunning(state, tmp_path_factory.mktemp("output") / "output")
    yield running
    running.stop()
