"""A publisher's state folder: a release of few lists of the shipped ones and a small overlay, with its log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from filterdns.config.settings import PublisherSettings, Role, Settings
from filterdns.lists.build import build_release
from filterdns.lists.shipped import shipped_folder
from filterdns.log.keys.life import make_log
from filterdns.log.recording.recorder import recorder_for
from tests.transparency.lists import OVERLAY, SETTINGS, WHEN, StoppedClock

ORIGIN = "lists.example/log"
SITE = "https://lists.example"
VEILED_NAME = "veiled.example"  # on a list that is open, and not shown in the list of decisions
HASHED_NAME = "shock.example"  # on a list that is published as hashes

PUBLISHER: Settings = replace(SETTINGS, role=Role.PUBLISHER, public_url=SITE)
SUBSCRIBER: Settings = replace(
    SETTINGS, publisher=PublisherSettings("https://lists.example/log", "key", frozenset(), frozenset())
)

MORE = {
    "own/adult.test.txt": f"{VEILED_NAME}\n",
    "own/gore.test.yaml": (
        f"- {{name: {HASHED_NAME}, scope: exact, basis: starter, definition: '1.0', reason: {{en: Seen.}}, "
        "listed_on: 2026-11-20, review_due: 2026-12-10, expires: 2026-12-20}\n"
    ),
}


def publish(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """The state folder, its log begun and its first release recorded. `more`: files of the overlay."""
    shipped = folder / "shipped"
    for part in ("categories.yaml", "protected/p1.yaml", "own/gambling.yaml"):
        (shipped / part).parent.mkdir(parents=True, exist_ok=True)
        (shipped / part).write_bytes((shipped_folder() / part).read_bytes())
    for name, text in {**OVERLAY, **MORE, **(more or {})}.items():
        file = folder / "overlay" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    state = folder / "state"
    state.mkdir()
    make_log(state, ORIGIN, folder / "elsewhere" / "recovery", WHEN)
    recording = recorder_for(state, StoppedClock())
    build_release(shipped, folder / "overlay", state, WHEN, record=recording)
    recording.record_rest()
    return state
