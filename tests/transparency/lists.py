"""A small overlay on the shipped lists that has one of everything a page can meet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from filterdns.clock import Clock
from filterdns.config.settings import Action, Answer, ProfileSettings, Settings, Window
from filterdns.lists.build import build_release
from filterdns.lists.categories_file import CategoryTable, load_categories
from filterdns.lists.shipped import shipped_folder
from filterdns.names import parse_name

WHEN = datetime(2026, 12, 1, 12, tzinfo=UTC)

OVERLAY = {
    "own/gambling.yaml": """
- name: casino.example
  scope: subdomains
  scope_reason: the whole site is the casino
  definition: "1.0"
  basis: reviewed
  reason: {en: "Roulette for money on the front page.", th: "รูเล็ต"}
  evidence: [{grade: E2, on: 2026-11-03, lang: th, note: "front page, no account made"}]
  proposed_by: parent
  approvals:
    - {by: rev-17, org: school association, on: 2026-11-04}
    - {by: rev-31, org: university, on: 2026-11-05}
  listed_on: 2026-11-05
- name: short.example
  scope: exact
  definition: "1.0"
  basis: starter
  reason: {en: "Bets."}
  listed_on: 2026-11-20
  review_due: 2026-12-10
  expires: 2026-12-20
""",
    "own/gambling.imported.txt": "casino.example\nbücher.example\nboth.example\n",
    "own/video.txt": "stream.example\nboth.example\n",
    "own/malware.txt": "bad.example\n",
    "own/adult.txt": "blog.clinic.example\n",
    "protected/p2.test.yaml": (
        "- {name: clinic.example, kind: health, country: TH, language: th, source: a ministry's directory}\n"
    ),
}

AGE_8_TO_12 = {"gambling": Action.FILTER, "adult": Action.FILTER, "malware": Action.FILTER, "video": Action.TIME}
AFTERNOON = Window(frozenset(range(5)), 15 * 60, 18 * 60)

SETTINGS = Settings(
    public_url="http://filter.school.example:8053",
    profiles=(
        ProfileSettings(
            "small", AGE_8_TO_12, windows=(AFTERNOON,), answer=Answer.PAGE, deny=(parse_name("ruled.example"),)
        ),
        ProfileSettings("adult", {"malware": Action.FILTER}),
    ),
    default_profile="small",
)


class StoppedClock(Clock):
    """A clock that a test moves."""

    def __init__(self, when: datetime = WHEN) -> None:
        self.at = when
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    def when(self) -> datetime:
        return self.at


def build(folder: Path, overlay: dict[str, str] | None = None) -> Path:
    """A state folder with a release of the shipped lists and this overlay."""
    for name, text in (OVERLAY if overlay is None else overlay).items():
        file = folder / "overlay" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    state = folder / "state"
    state.mkdir(exist_ok=True)
    build_release(shipped_folder(), folder / "overlay", state, WHEN)
    return state


def taxonomy() -> CategoryTable:
    return load_categories(shipped_folder() / "categories.yaml")
