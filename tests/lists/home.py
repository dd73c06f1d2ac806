"""An installation on disk whose lists, days and decisions are in a test's hands; copies are laid down, not fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from filterdns.lists.build import BuildReport, build_release
from filterdns.lists.census import Census
from filterdns.lists.changes import read_changes
from filterdns.lists.copies import MOST_COPIES, Copy, Journal, copy_path, load_journal, store_journal
from filterdns.lists.curate.finding import PERSON
from filterdns.lists.deeds import Deeds
from filterdns.lists.index.seen import CURRENT
from filterdns.lists.release import Release, open_current
from filterdns.lists.shelves import shelf_of
from filterdns.lists.standing import Standing, Standings, let_count
from filterdns.lists.standing_file import change_standings, load_standings
from filterdns.lists.store import Recorder, record_nowhere
from filterdns.lists.update import UpdateReport, update
from filterdns.names import parse_name
from filterdns.yaml_lines import render_yaml
from tests.resolving import HandClock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EPOCH = date(1970, 1, 1)


@dataclass
class Home:
    """Lists are on from the beginning; each has a keeper of its own name unless it is told."""

    shipped: Path
    state: Path
    when: datetime = NOON

    @property
    def overlay(self) -> Path:
        return self.state / "lists"

    @property
    def deeds(self) -> Deeds:
        return Deeds(self.shipped, self.state)

    @property
    def release(self) -> Release:
        return open_current(self.state)

    # what is written and served

    def write(self, name: str, text: str) -> None:
        """A file of the installation, `own/adult.yaml`."""
        file = self.overlay / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def add_list(
        self,
        id_: str,
        category: str,
        *,
        keeper: str = "",
        subdomains: bool = True,
        redistribute: bool = False,
        **more: Any,
    ) -> None:
        """A public list that is on; `more` are other fields of its recipe."""
        page = {
            "keeper": {"name": keeper or id_},
            "home": "https://lists.example/",
            "licence": "CC0",
            "redistribute": redistribute,
            "trusted_because": {"en": "for trying"},
            "lists": [
                {
                    "id": id_,
                    "title": {"en": f"List {id_}"},
                    "category": category,
                    "urls": [f"https://lists.example/{id_}"],
                    "format": "domains",
                    "subdomains": subdomains,
                    "subdomains_reason": {"en": "for trying"},
                    "expected": {"least": 1, "most": 1_000_000},
                    "switch": "on",
                    **more,
                }
            ],
        }
        self.write(f"sources/{id_}.yaml", render_yaml(page))

    def switch(self, **choices: bool) -> None:
        """Turn lists on or off, all that were chosen before forgotten."""
        self.write("sources/choices.yaml", render_yaml({id_: "on" if on else "off" for id_, on in choices.items()}))

    def serve(self, id_: str, content: str | Iterable[str]) -> str:
        """The list serves this now, and it was fetched; the digest."""
        text = content if isinstance(content, str) else "".join(f"{name}\n" for name in content)
        octets = text.encode()
        sha256 = hashlib.sha256(octets).hexdigest()
        path = copy_path(self.state, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        now = self.when.isoformat(timespec="seconds")
        journal = load_journal(self.state, id_)
        newest = journal.newest
        if newest is not None and newest.sha256 == sha256:
            copies = (*journal.copies[:-1], replace(newest, confirmed_at=now))
        else:
            copies = (*journal.copies, Copy(sha256, len(octets), f"https://lists.example/{id_}", now, now))
        store_journal(self.state, Journal(id_, copies[-MOST_COPIES:], tried_at=now, fetches=journal.fetches + 1))
        return sha256

    def accept(self, *ids: str) -> None:
        """Let the newest copies count without a look by the guard."""

        def accepted(standings: Standings) -> tuple[Standings, None]:
            for id_ in ids:
                newest = load_journal(self.state, id_).newest
                assert newest is not None
                standing = standings.of(id_)
                if standing.accepted is None or standing.accepted.sha256 != newest.sha256:
                    census = Census(newest.sha256, "domains", lines=0, names=0, duplicates=0, rejected=0)
                    standings = standings.put(id_, let_count(standing, census, None, PERSON, self.when))
            return standings, None

        change_standings(self.state, accepted)

    def use(self, id_: str, content: str | Iterable[str]) -> str:
        """The list serves this and it counts; the digest."""
        sha256 = self.serve(id_, content)
        self.accept(id_)
        return sha256

    # what happens

    def sleep(self, **time: float) -> None:
        self.when += timedelta(**time)

    def build(self, record: Recorder = record_nowhere) -> BuildReport:
        layer = self.overlay if self.overlay.is_dir() else None
        return build_release(self.shipped, layer, self.state, self.when, record=lambda own, standings: record)

    def update(self) -> UpdateReport:
        """Judge what was served and build."""
        clock = HandClock(when=self.when)
        return update(self.shipped, self.overlay, self.state, clock, lambda progress: None, fetch=False)  # type: ignore[arg-type]

    def standing(self, id_: str) -> Standing:
        return load_standings(self.state).of(id_)

    # what came of it

    def found(self, name: str, when: datetime | None = None) -> set[str]:
        """What is said of a name on a day: categories, and `exact`, `open below`, `p1`, `p2`, `hold`."""
        index = self.release.open_index(((when or self.when).date() - EPOCH).days)
        mask = index.find(parse_name(name))
        words = dict(zip((1, 2, 4, 8, 32), ("hold", "p1", "p2", "open below", "exact"), strict=True))
        words |= {category.mask: category.id for category in index.categories}
        return {word for bit, word in words.items() if mask & bit}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What people read about exactly this name."""
        rows = self.release.open_listings()
        wire = parse_name(name)
        sets = [number for offset, _, number in self.release.open_index().matches(wire) if offset == 0]
        return [row for number in sets for row in rows.find(number)]

    def sources(self, name: str) -> set[tuple[str, str]]:
        """(source, scope) of each listing of exactly this name."""
        return {(row["source"], row["scope"]) for row in self.rows(name)}

    def refused(self, name: str) -> set[tuple[str, str, str]]:
        """(rule, category, source) of what was set aside of exactly this name."""
        found = self.release.open_set_aside().get(name.encode())
        return {(refusal.rule, refusal.category, refusal.source) for refusal in found}

    def seen(self, name: str) -> dict[str, tuple[date, date | None]]:
        """Source -> since when it names the name, and until when if it stopped."""
        seen = self.release.open_seen()
        return {
            seen.feeds[feed].source: (_day(first), None if last == CURRENT else _day(last))
            for feed, first, last in seen.get(name.encode(), shelf_of(name.encode()))
        }

    def delta(self) -> set[tuple[str, str, str]]:
        """(sign, category, name) of what the release changed."""
        with (self.release.folder / "delta").open("rb") as file:
            return set(read_changes(file))


def files(release: Release) -> Iterator[tuple[str, bytes]]:
    """Name and octets of every file of a release."""
    for path in sorted(release.folder.iterdir()):
        yield path.name, path.read_bytes()


def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)
