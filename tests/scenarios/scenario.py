"""The format of scenario files. An unknown key is a fault, so that a misspelt expectation cannot pass unseen.

    about: one sentence
    configuration: {...}                 # what config.yaml says besides addresses and ports
    overlay: {own/gambling.txt: "..."}   # files below STATE/lists
    scenarios:
      - name: a behaviour, in words
        memory: true                     # false: real sockets alone; `sockets: false` the other way round
        steps:
          - ask: {name: www.example.net, type: A, client: 127.0.0.1, edns: 1232, do: false, tcp: false, flags: [rd]}
            # or   ask: {wire: "hex octets"}
            upstream: silent             # or none (default: a query to an upstream fails the scenario),
            #                            # or a reply {rcode, answer, authority, additional, flags}
            expect: {rcode: NOERROR, answer: [...], ...}   # see expect.Expected; `expect: nothing` for no answer
          - pass: 30                     # seconds; steps behind it run in memory alone
          - clock: 3600                  # the wall clock alone is stepped by so many seconds; in memory alone
          - wall: 2026-11-24T20:59:30    # wall time in UTC from here on; in memory alone

Names that an upstream answers belong to one scenario of a file, since the scenarios share a cache on real sockets.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tests.messages import query
from tests.scenarios.expect import Expected

FLAGS = {"rd": 0x0100, "ad": 0x0020, "cd": 0x0010, "aa": 0x0400, "tc": 0x0200, "z": 0x0040}


@dataclass(frozen=True)
class Ask:
    """One query of one client."""

    name: str = "."
    type: str = "A"
    rdclass: str = "IN"
    client: str = "127.0.0.1"
    edns: int | None = None
    do: bool = False
    tcp: bool = False
    flags: tuple[str, ...] = ("rd",)
    ident: int = 0x1234
    octets: bytes = b""

    @property
    def wire(self) -> bytes:
        if self.octets:
            return self.octets
        return query(
            self.name,
            self.type,
            rdclass=self.rdclass,
            ident=self.ident,
            edns=self.edns,
            dnssec=self.do,
            flags=sum(FLAGS[flag] for flag in self.flags),
        )


@dataclass(frozen=True)
class Reply:
    """What the scripted upstream says; `silent` for nothing at all."""

    silent: bool = False
    rcode: str = "NOERROR"
    answer: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    additional: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """An exchange, or time that passes."""

    ask: Ask | None = None
    upstream: dict[str, Reply] = field(default_factory=dict)  # "NAME TYPE" -> reply
    expect: Expected | None = None  # None: no answer may come
    seconds: float = 0.0
    clock: float = 0.0
    wall: datetime | None = None


@dataclass(frozen=True)
class Scenario:
    """One behaviour."""

    file: Path
    name: str
    steps: tuple[Step, ...]
    memory: bool = True
    sockets: bool = True

    def __str__(self) -> str:
        return f"{self.file.stem}: {self.name}"

    @property
    def exchanges_on_sockets(self) -> tuple[Step, ...]:
        """The steps before the first that moves time: real sockets cannot move it."""
        found = []
        for step in self.steps:
            if step.ask is None:
                break
            found.append(step)
        return tuple(found) if self.sockets else ()


@dataclass(frozen=True)
class ScenarioFile:
    """All scenarios that share one configuration and one overlay."""

    path: Path
    about: str
    configuration: dict[str, Any]
    overlay: dict[str, str]
    scenarios: tuple[Scenario, ...]


def load(path: Path) -> ScenarioFile:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    _only(raw, {"about", "configuration", "overlay", "scenarios"}, path.name)
    scenarios = tuple(_scenario(path, row) for row in raw["scenarios"])
    _check_names(path, scenarios)
    return ScenarioFile(path, raw["about"], raw.get("configuration", {}), raw.get("overlay", {}), scenarios)


def _scenario(path: Path, row: dict[str, Any]) -> Scenario:
    where = f"{path.name}: {row.get('name')}"
    _only(row, {"name", "steps", "memory", "sockets"}, where)
    steps = tuple(_step(step, f"{where}: step {number}") for number, step in enumerate(row["steps"], 1))
    return Scenario(path, row["name"], steps, row.get("memory", True), row.get("sockets", True))


def _step(row: dict[str, Any], where: str) -> Step:
    _only(row, {"ask", "upstream", "expect", "pass", "clock", "wall"}, where)
    if "pass" in row:
        return Step(seconds=float(row["pass"]))
    if "clock" in row:
        return Step(clock=float(row["clock"]))
    if "wall" in row:
        wall = row["wall"]
        return Step(wall=wall.replace(tzinfo=UTC) if wall.tzinfo is None else wall)
    ask = dict(row["ask"])
    if "wire" in ask:
        ask["octets"] = bytes.fromhex(ask.pop("wire"))
    _only(ask, {f.name for f in fields(Ask)}, where)
    if "flags" in ask:
        ask["flags"] = tuple(ask["flags"])
    asked = Ask(**ask)
    expect = row["expect"]
    return Step(
        asked, _replies(asked, row.get("upstream"), where), None if expect == "nothing" else _expected(expect, where)
    )


def _expected(row: dict[str, Any], where: str) -> Expected:
    _only(row, {f.name for f in fields(Expected)}, where)
    return Expected(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})


def _replies(ask: Ask, raw: Any, where: str) -> dict[str, Reply]:
    if raw is None or raw == "none":
        return {}
    question = f"{ask.name.rstrip('.').lower()} {ask.type}"
    if raw == "silent":
        return {question: Reply(silent=True)}
    _only(raw, {f.name for f in fields(Reply)}, where)
    return {question: Reply(**{key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()})}


def _only(row: dict[str, Any], known: set[str], where: str) -> None:
    unknown = set(row) - known
    if unknown:
        raise ValueError(f"{where}: expected keys of {sorted(known)}, got {sorted(unknown)}")


def _check_names(path: Path, scenarios: tuple[Scenario, ...]) -> None:
    """Names that an upstream answers belong to one scenario; names of scenarios are distinct."""
    owner: dict[str, str] = {}
    titles = [scenario.name for scenario in scenarios]
    if len(set(titles)) != len(titles):
        raise ValueError(f"{path.name}: two scenarios have one name")
    for scenario in scenarios:
        for step in scenario.steps:
            for question in step.upstream:
                if owner.setdefault(question, scenario.name) != scenario.name:
                    raise ValueError(f"{path.name}: {question} is asked by {scenario.name!r} and {owner[question]!r}")
