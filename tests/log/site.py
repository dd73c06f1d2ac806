"""A publisher on disk whose days and decisions are in a test's hands: a home with a log."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from filterdns.lists import own_rules
from filterdns.lists.build import BuildReport, build_release
from filterdns.lists.shipped import shipped_folder
from filterdns.log.keys.life import make_log
from filterdns.log.reading.reader import open_local
from filterdns.log.record.entries import DECISION, Entry, read_entry
from filterdns.log.record.statements import open_statement
from filterdns.log.recording.recorder import Recording, recorder_for
from tests.lists.home import Home
from tests.resolving import HandClock


@dataclass
class Site(Home):
    """A publisher: a home whose builds are recorded."""

    def begin_log(self) -> None:
        make_log(self.state, "lists.example/log", self.state.with_name("recovery"), self.when)

    @property
    def recorder(self) -> Recording:
        return recorder_for(self.state, HandClock(when=self.when))  # type: ignore[arg-type]

    def publish(self, **later: float) -> BuildReport:
        """Build, record, and what there is besides."""
        self.sleep(**later)
        recording = self.recorder
        layer = self.overlay if self.overlay.is_dir() else None
        report = build_release(self.shipped, layer, self.state, self.when, record=recording)
        recording.record_rest()
        return report

    @property
    def entries(self) -> list[Entry]:
        reader = open_local(self.state)
        return [read_entry(octets, index) for index, octets in enumerate(reader.entries(0, reader.size))]

    def of(self, type_: str) -> list[dict[str, Any]]:
        return [dict(entry.fields) for entry in self.entries if entry.type == type_]

    def decisions(self, since: int = 0) -> set[tuple[str, str, str]]:
        """(kind, action, name or source) of the decisions behind an entry."""
        return {
            (each.fields["kind"], each.fields["action"], each.fields.get("name", each.fields.get("source", "")))
            for each in self.entries[since:]
            if each.type == DECISION
        }

    def said(self, commitment: str) -> dict[str, Any]:
        body = open_statement(self.state, commitment)
        assert body is not None
        return dict(body.statement)

    @property
    def size(self) -> int:
        return open_local(self.state).size


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(own_rules, "load_public_suffixes", cache(own_rules.load_public_suffixes))
    monkeypatch.setattr("os.fsync", lambda descriptor: None)  # no power fails here; a build waits for sixty of them
    shipped = tmp_path / "shipped"
    (shipped / "own").mkdir(parents=True)
    (shipped / "categories.yaml").write_bytes((shipped_folder() / "categories.yaml").read_bytes())
    site = Site(shipped, tmp_path / "state")
    site.begin_log()
    return site
