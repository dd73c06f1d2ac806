"""Public lists as an installation fetched them over half a year, and what people decided meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from filterdns.lists.build import build_release
from filterdns.lists.copies import Copy, Journal, copy_path, load_journal, store_journal
from filterdns.lists.runs import make_run
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.standing import Accepted, Standing
from filterdns.lists.standing_file import load_standings, store_standings

JUNE, AUTUMN, NOW = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (6, 9, 12))

PAGE = """\
keeper: {{name: {keeper}}}
home: https://lists.example/
licence: CC BY-SA 4.0
licence_url: https://licence.example/by-sa
redistribute: true
trusted_because: {{en: "It answers letters."}}
lists:
"""
LIST = """\
  - id: {id}
    title: {{en: "{title}"}}
    category: {category}
    called_there: {called_there}
    urls: [https://lists.example/{id}]
    format: domains
    subdomains: true
    subdomains_reason: {{en: "Registered domains."}}
    expected: {{least: 1, most: 60000}}
    switch: offered
    about: {{en: "Renewed by hand."}}
"""


def page_of(keeper: str, *lists: tuple[str, str, str, str]) -> str:
    """A file of sources: (id, title, category, what the keeper calls it) of each list."""
    fields = ("id", "title", "category", "called_there")
    return PAGE.format(keeper=keeper) + "".join(LIST.format(**dict(zip(fields, each, strict=True))) for each in lists)


REMOVAL = "https://lists.example/remove"
UNIVERSITY = page_of(
    f'University, contact: "https://lists.example/contact", removal: "{REMOVAL}"',
    ("uni-bets", "Bets of a university", "gambling", "jeux"),
    ("uni-fraud", "Shops that cheat", "fraud", "arnaques"),
    ("uni-old", "A list of old", "gambling", "vieux"),
)
OTHER = page_of("Watchers, contact: watch@lists.example", ("watch-fraud", "Watched shops", "fraud", "cheats"))

ALLOW = """\
- {name: shop.example, scope: subdomains, categories: all, reason: {en: It sells books.}, decided_on: 2026-11-01,
   decided_by: maintainer, kind: allow}
- {name: won.example, scope: subdomains, categories: [gambling], reason: {en: "It reports on sports."},
   decided_on: 2026-11-02, decided_by: panel, kind: pin}
"""
PROTECTED = "- {name: clinic.example, kind: health, country: TH, language: th, source: a ministry's directory}\n"

HOUSEHOLD = """\
keeper: {{name: this household}}
redistribute: false
lists:
  - id: aunt
    title: {{en: "What our aunt noted"}}
    category: gambling
    path: {path}
    subdomains: true
"""


class Fetched:
    """An installation: a small shipped folder, an overlay and a state, built day by day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.overlay = self.state / "lists"
        self._shipped = folder / "shipped"
        self.write(self._shipped / "categories.yaml", (shipped_folder() / "categories.yaml").read_text("utf-8"))

    def write(self, file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ship(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            self.write(self._shipped / name, text)

    def serve(self, source: str, names: str, fetched: datetime, confirmed: datetime | None = None) -> None:
        """Keep a copy of these names, as fetching and the guard leave it."""
        octets = "".join(f"{name}\n" for name in names.split()).encode()
        sha256 = hashlib.sha256(octets).hexdigest()
        path = copy_path(self.state, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        times = [when.isoformat(timespec="seconds") for when in (fetched, confirmed or fetched)]
        copy = Copy(sha256, len(octets), f"https://lists.example/{source}", *times)
        store_journal(self.state, Journal(source, (*load_journal(self.state, source).copies, copy)))
        accepted = Accepted(make_run(self.state, sha256, "domains").census, times[0], "guard")
        store_standings(self.state, load_standings(self.state).put(source, Standing(accepted)))

    def build(self, when: datetime) -> None:
        build_release(self._shipped, self.overlay, self.state, when)


def half_a_year(folder: Path, removal: str = REMOVAL) -> Fetched:
    """Three releases: lists that came and went, names that were set aside, taken off and won an appeal."""
    at = Fetched(folder)
    university = UNIVERSITY.replace(REMOVAL, removal)
    at.ship({"sources/university.yaml": university, "sources/watchers.yaml": OTHER, "allow/all.yaml": ALLOW})
    at.ship(
        {"protected/p2.yaml": PROTECTED, "shared/hosts.yaml": "- {name: cdn.example, kind: cdn, why: {en: Many.}}\n"}
    )
    choices = "{uni-bets: on, uni-fraud: on, watch-fraud: on, uni-old: on}\n"
    at.write(at.overlay / "sources" / "choices.yaml", choices)
    always = "bets.example clinic.example shop.example won.example cdn.example"
    at.serve("uni-bets", f"{always} gone.example", JUNE)
    at.serve("uni-old", "once.example bets.example", JUNE)
    at.build(JUNE)
    at.write(folder / "noted.txt", "bets.example\naunt.example\nhers.example\n")
    at.write(at.overlay / "sources" / "household.yaml", HOUSEHOLD.format(path=folder / "noted.txt"))
    at.write(at.overlay / "own" / "games.txt", "# source: our own notes\nplay.example\n")
    at.serve("uni-bets", f"{always} late.example", AUTUMN)
    at.build(AUTUMN)
    at.write(folder / "noted.txt", "bets.example\naunt.example\n")
    at.write(at.overlay / "sources" / "choices.yaml", choices.replace("uni-old: on", "uni-old: off"))
    at.serve("uni-bets", f"{always} late.example", AUTUMN, datetime(2026, 11, 30, 12, tzinfo=UTC))
    at.serve("uni-fraud", "doubt.example cheat.example", NOW)
    at.serve("watch-fraud", "cheat.example", NOW)
    at.build(NOW)
    return at
