"""Every scenario in memory, and every scenario on real sockets as far as no time passes in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.running import Running
from tests.scenarios import sockets
from tests.scenarios.memory import Memory
from tests.scenarios.scenario import Scenario, ScenarioFile, load

DATA = Path(__file__).parent / "data"


@cache
def files() -> tuple[ScenarioFile, ...]:
    return tuple(load(path) for path in sorted(DATA.glob("*.yaml")))


def file_of(scenario: Scenario) -> ScenarioFile:
    return next(file for file in files() if file.path == scenario.file)


@pytest.fixture(scope="module")
def memories(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Memory]:
    return {file.path: Memory(file, tmp_path_factory.mktemp(file.path.stem)) for file in files()}


@pytest.mark.parametrize("scenario", [s for file in files() for s in file.scenarios if s.memory], ids=str)
def test_in_memory(scenario: Scenario, memories: dict[Path, Memory]) -> None:
    memories[scenario.file].run(scenario)


@pytest.fixture(scope="module")
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, sockets.ScriptedUpstream]]:
    """One filterdns for all scenarios of a file."""
    file: ScenarioFile = request.param
    upstream = sockets.ScriptedUpstream()
    folder = tmp_path_factory.mktemp(f"served-{file.path.stem}")
    filterdns = Running(folder, file.configuration, upstream.port, file.overlay)
    try:
        yield filterdns.start(), upstream
    finally:
        filterdns.stop()
        upstream.close()


@pytest.mark.parametrize(
    ("served", "scenario"),
    [pytest.param(file, s, id=str(s)) for file in files() for s in file.scenarios if s.exchanges_on_sockets],
    indirect=["served"],
    scope="module",
)
def test_on_real_sockets(scenario: Scenario, served: tuple[Running, sockets.ScriptedUpstream]) -> None:
    sockets.run(scenario, *served)
