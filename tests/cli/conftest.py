"""A state folder with a release of the shipped lists and a few names more, and the command line on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from filterdns.cli.main import commands
from filterdns.lists.build import build_release
from filterdns.lists.shipped import shipped_folder

# One file of each kind that the checks need; the shipped lists bring the test names and helplines.
OVERLAY = {
    "own/gambling.txt": "casino.example\nbücher.example\n",
    "own/games.txt": "play.example\n",
    "own/malware.txt": "bad.example\n",
}


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    for name, text in OVERLAY.items():
        file = folder / "lists" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    build_release(shipped_folder(), folder / "lists", folder, datetime.now(UTC))
    return folder


@pytest.fixture
def run() -> Callable[..., Result]:
    """`run("config", "check", FILE)`"""
    return lambda *arguments: CliRunner().invoke(commands, list(map(str, arguments)))


@pytest.fixture
def check(run: Callable[..., Result], state: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`check("casino.example", "--as", "kids", config="...")` is the JSON of `filterdns check`."""

    def ask(*arguments: str, config: str = "") -> dict[str, Any]:
        file = tmp_path / "config.yaml"
        file.write_text(dedent(config), encoding="utf-8")
        result = run("check", *arguments, "--json", "--state", state, "--config", file)
        assert result.exit_code == 0, result.output
        told: dict[str, Any] = json.loads(result.output)
        return told

    return ask
