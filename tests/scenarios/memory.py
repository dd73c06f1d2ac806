"""Scenarios without sockets: the lists are really compiled and the configuration really loaded, time is a number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.rdatatype
import yaml

from filterdns.config.loader import load as load_configuration
from filterdns.lists.build import build_release
from filterdns.lists.categories_file import load_categories
from filterdns.lists.release import open_current
from filterdns.lists.shipped import shipped_folder
from tests.messages import reply
from tests.resolving import Resolving
from tests.scenarios.expect import check
from tests.scenarios.scenario import FLAGS, Reply, Scenario, ScenarioFile

BEGIN = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday at noon, unless `wall` says otherwise


def write_files(file: ScenarioFile, folder: Path) -> tuple[Path, Path]:
    """config.yaml and the state folder with the overlay."""
    config, state = folder / "config.yaml", folder / "state"
    config.write_text(yaml.safe_dump(file.configuration or {}), encoding="utf-8")
    for name, text in file.overlay.items():
        path = state / "lists" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return config, state


class Memory:
    """What the scenarios of one file share: a release and settings. Each scenario gets a worker of its own."""

    def __init__(self, file: ScenarioFile, folder: Path) -> None:
        config, state = write_files(file, folder)
        shipped = shipped_folder()
        build_release(shipped, state / "lists", state, BEGIN)
        self.release = open_current(state)
        self.settings = load_configuration(config, load_categories(shipped / "categories.yaml"))

    def run(self, scenario: Scenario) -> None:
        index = self.release.open_index(int(BEGIN.timestamp()) // 86_400)
        replies: dict[str, Reply] = {}
        resolving = Resolving(self.settings, index, index.categories, lambda query: say(query, replies))
        resolving.clock.wall = BEGIN
        for number, step in enumerate(scenario.steps, 1):
            if step.wall is not None:
                resolving.clock.advance((step.wall - resolving.clock.wall) / timedelta(seconds=1))
            resolving.clock.advance(step.seconds)
            resolving.clock.wall += timedelta(seconds=step.clock)
            if step.ask is None:
                continue
            replies.clear()
            replies.update(step.upstream)
            answer = resolving.ask(step.ask.wire, step.ask.client, int(step.ask.tcp))
            with step_of(scenario, number):
                if step.expect is None:
                    assert answer is None
                else:
                    assert answer is not None, "no answer"
                    check(step.ask.wire, answer, step.expect)


class step_of:  # noqa: N801 - reads as a word where it is used
    """Says which step failed."""

    def __init__(self, scenario: Scenario, number: int) -> None:
        self.where = f"{scenario}: step {number}"

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AssertionError):
            error.add_note(self.where)


def say(query: bytes, replies: dict[str, Reply]) -> bytes | None:
    """The scripted upstream: the reply of the step, or silence; a question that the step does not name is a failure."""
    asked = dns.message.from_wire(query).question[0]
    question = f"{asked.name.to_text(omit_final_dot=True).lower()} {dns.rdatatype.to_text(asked.rdtype)}"
    assert question in replies, f"an upstream was asked for {question}, which this step does not expect"
    return written(query, replies[question])


def written(query: bytes, said: Reply) -> bytes | None:
    """A scripted reply to these octets."""
    if said.silent:
        return None
    return reply(
        query,
        list(said.answer),
        rcode=said.rcode,
        authority=list(said.authority),
        additional=list(said.additional),
        flags=sum(FLAGS[flag] for flag in said.flags),
    )
