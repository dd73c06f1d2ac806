"""An installation whose public lists are in every state that the page Lists can meet, made by the real build."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from filterdns.lists.copies import Copy, copy_path, load_journal, store_journal
from filterdns.lists.deeds import Deeds
from filterdns.lists.household_lists import NewList
from filterdns.lists.keep_lock import keep_lock
from filterdns.lists.orders import Done, Order, begin_order, finish_order, load_waiting
from filterdns.lists.progress import Bulletin, Progress, store_bulletin
from filterdns.lists.shipped import shipped_folder
from filterdns.lists.standing import Standing
from filterdns.lists.standing_file import load_standings
from filterdns.lists.update import update
from tests.transparency.lists import WHEN, StoppedClock

DAY = timedelta(days=1)

SHIPPED = {
    "protected/p1.yaml": (
        "- {name: childline.example, kind: child_helpline, country: GB, language: en, source: starter, checked_on: ~}\n"
        "- {name: crisis.example, kind: crisis, country: NZ, language: en, source: starter, checked_on: ~}\n"
    ),
    "protected/p2.yaml": (
        "- {name: clinic.example, kind: health, country: TH, language: th, source: a directory, checked_on: ~}\n"
    ),
    "own/video.yaml": (
        "- {name: stream.example, scope: exact, definition: '1.0', basis: starter, reason: {en: It streams films.}, "
        "listed_on: 2026-11-24}\n"
    ),
    "sources/uni.yaml": """
keeper: {name: A university, contact: https://uni.example/contact, removal: https://uni.example/remove}
home: https://uni.example/
licence: CC BY-SA 4.0
licence_url: https://creativecommons.org/licenses/by-sa/4.0/
redistribute: true
trusted_because: {en: "Kept since 1996 by people who answer."}
lists:
  - {id: uni-gambling, title: {en: University gambling}, category: gambling, urls: [https://uni.example/gambling],
     subdomains: true, subdomains_reason: {en: It names domains.}, expected: {least: 10, most: 60000},
     update_hours: 24, switch: offered, recommended: true}
  - {id: uni-adult, title: {en: University adult}, category: adult, urls: [https://uni.example/adult],
     subdomains: true, subdomains_reason: {en: It names domains.}, expected: {least: 8000, most: 100000},
     update_hours: 48, switch: offered, recommended: true}
  - {id: uni-adult-big, title: {en: "University adult, large"}, category: adult, urls: [https://uni.example/big],
     subdomains: true, subdomains_reason: {en: It names domains.}, expected: {least: 100000, most: 900000},
     update_hours: 48, switch: offered}
  - {id: uni-copies, title: {en: University copies}, category: p2p, urls: [https://uni.example/p2p],
     subdomains: true, subdomains_reason: {en: It names domains.}, expected: {least: 500, most: 10000},
     update_hours: 168, switch: offered, recommended: true}
  - {id: uni-vpn, title: {en: University VPN}, category: bypass_vpn, urls: [https://uni.example/vpn],
     subdomains: true, subdomains_reason: {en: It names domains.}, expected: {least: 10, most: 10000},
     update_hours: 48, switch: offered}
  - {id: uni-all, title: {en: University all in one}, category: malware, urls: [https://uni.example/all],
     subdomains: true, subdomains_reason: {en: It names domains.}, expected: {least: 10, most: 10000},
     update_hours: 48, switch: never, about: {en: "Never on: four kinds in one file."}}
""",
    "sources/club.yaml": """
keeper: {name: A club}
home: https://club.example/
licence: MIT
redistribute: true
trusted_because: {en: "In the open."}
lists:
  - {id: club-malware, title: {en: Club malware}, category: malware, urls: [https://club.example/malware],
     subdomains: false, subdomains_reason: {en: It names hosts.}, expected: {least: 10, most: 9000},
     update_hours: 12, switch: on, about: {en: "Small and quick."}}
  - {id: club-fakes, title: {en: Club fakes}, category: phishing, urls: [https://club.example/fakes],
     subdomains: false, subdomains_reason: {en: It names hosts.}, expected: {least: 10, most: 9000},
     update_hours: 12, switch: on}
  - {id: club-spies, title: {en: Club spies}, category: malware, urls: [https://club.example/spies],
     subdomains: false, subdomains_reason: {en: It names hosts.}, expected: {least: 10, most: 9000},
     update_hours: 12, switch: on}
  - {id: club-wide, title: {en: Club wide}, category: phishing, urls: [https://club.example/wide],
     subdomains: false, subdomains_reason: {en: It names hosts.}, expected: {least: 10, most: 9000},
     update_hours: 12, switch: on}
""",
}


def names(word: str, count: int, *more: str) -> list[str]:
    """So many names, and some others."""
    return [*(f"{word}{number}.example" for number in range(count)), *more]


class Installation:
    """A state folder with its own shipped lists, and a clock that the test moves."""

    def __init__(self, folder: Path, shipped: Path | None = None) -> None:
        self.state = folder / "state"
        self.state.mkdir(parents=True, exist_ok=True)
        self.clock = StoppedClock()
        self.shipped = shipped or _ship(folder / "shipped")
        self.deeds = Deeds(self.shipped, self.state)

    @property
    def when(self) -> datetime:
        return self.clock.at

    def serve(self, source: str, content: Sequence[str]) -> str:
        """The source serves these names, as if they had just been fetched; the digest of the copy."""
        octets = "".join(f"{name}\n" for name in content).encode()
        sha256 = hashlib.sha256(octets).hexdigest()
        path = copy_path(self.state, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        at = self.when.isoformat(timespec="seconds")
        journal = load_journal(self.state, source)
        copy = Copy(sha256, len(octets), f"https://{source}.example/", at, at)
        store_journal(self.state, replace(journal, copies=(*journal.copies, copy), tried_at=at, fetches=1, fault=""))
        return sha256

    def fail(self, source: str, fault: str) -> None:
        """The source could not be fetched."""
        journal = load_journal(self.state, source)
        store_journal(self.state, replace(journal, fault=fault, failures=1))

    def build(self) -> None:
        """Judge what was served and make a release."""
        update(self.shipped, self.state / "lists", self.state, self.clock, lambda _: None, fetch=False)

    def switch(self, source: str, on: bool) -> None:
        self.deeds.switch(source, on, self.when)

    def add(self, address: str, category: str, title: str = "") -> str:
        """A list of the household's own; its identifier."""
        return self.deeds.add(NewList(address, category, title)).partition(":")[0]

    def standing(self, source: str) -> Standing:
        return load_standings(self.state).of(source)

    def tell(self, progress: Progress | None = None, **more: object) -> None:
        """What the keeper says of itself."""
        ended, due = (at.isoformat(timespec="seconds") for at in (self.when, self.when + DAY / 4))
        store_bulletin(self.state, Bulletin(progress, ended_at=ended, next_at=due, **more))  # type: ignore[arg-type]

    @contextmanager
    def kept(self) -> Iterator[None]:
        """As if a keeper were there."""
        with keep_lock(self.state).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def waiting(self) -> list[Order]:
        """What was ordered."""
        return [waiting.order for waiting in load_waiting(self.state) if waiting.order]

    def finish(self, text: str, *, well: bool = True) -> None:
        """Note that everything ordered was carried out, without doing it."""
        for waiting in load_waiting(self.state):
            order = waiting.order or Order("")
            at = self.when.isoformat(timespec="seconds")
            done = Done(waiting.id, order.order, order.source, well, text, at)
            finish_order(self.state, begin_order(waiting), done)


def _ship(folder: Path) -> Path:
    for name, text in SHIPPED.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copy(shipped_folder() / "categories.yaml", folder)
    return folder


def copy_of(home: Installation, folder: Path) -> Installation:
    """The same with a state folder of its own, for a test that changes it."""
    shutil.copytree(home.state, folder / "state")
    copy = Installation(folder, home.shipped)
    copy.clock.at = home.clock.at
    return copy


def in_every_state(folder: Path, shipped: Path | None = None) -> Installation:
    """Two days later: a change that waits, a shrink, one switched off by itself, a fault, lists of one's own."""
    home = Installation(folder, shipped)
    home.clock.at = WHEN - 3 * DAY
    for source in ("uni-gambling", "uni-vpn"):
        home.switch(source, True)
    home.switch("uni-copies", False)
    home.serve("uni-gambling", names("bet", 3_000))
    home.serve("uni-vpn", names("tunnel", 20))
    home.serve("club-malware", names("bad", 1_000))
    home.serve("club-fakes", names("fake", 400))
    home.serve("club-spies", names("spy", 40))
    home.build()
    home.clock.at = WHEN - 2 * DAY
    home.serve("club-spies", names("spy", 40, "childline.example"))
    home.build()
    home.clock.at = WHEN - DAY
    home.serve("uni-gambling", names("bet", 3_000, *names("new", 40_000), "clinic.example", "www.crisis.example")[12:])
    home.serve("club-fakes", names("fake", 90))
    home.serve("club-spies", names("spy", 41, "crisis.example"))
    home.serve("club-malware", names("bad", 1_050)[10:])
    mine = folder / "mine.txt"
    mine.write_text("mine.example\nours.example\n")
    home.add(str(mine), "games", "Games at home")
    home.add("https://lists.example/wall.txt", "hate", "Walls & <b>fences</b>")
    home.build()
    home.fail("club-malware", "the server answered 503 (busy), next try at 14:10; the copy of 30 November stays in use")
    home.clock.at = WHEN
    home.tell()
    return home
