"""A publisher and a home on one disk: what the one offers lies in a folder that a test may keep, change or mix up."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from filterdns.clock import Clock
from filterdns.config.settings import KINDS
from filterdns.lists.build import build_release
from filterdns.lists.categories_file import load_categories
from filterdns.lists.own_data import load_own_data
from filterdns.lists.release import Release
from filterdns.lists.revocations import Revocation, load_revocations, publisher_revocations_file, revise_revocations
from filterdns.lists.sources import CATEGORIES
from filterdns.log.home.subscribe import Polled, poll
from filterdns.log.home.subscription import Status, Subscription, load_status
from filterdns.log.home.taking import ready_base, take_revocations
from filterdns.log.keys.life import make_log, show_keys
from filterdns.log.offering.publish import publish_decisions, publish_revocations, refresh_heads
from filterdns.log.places import public_folder
from filterdns.log.reading.files import FolderFiles, UnchangedFile, Validators
from filterdns.log.record.entries import DAY, write_entry
from filterdns.log.recording.recorder import recorder_for
from filterdns.log.writing.writer import open_writer
from tests.lists.home import Home

ORIGIN = "lists.example/log"


class Served(FolderFiles):
    """A folder as a server gives it, with conditions; what was asked for is noted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[str] = []
        self.octets = 0

    def read(self, path: str, most_octets: int) -> bytes:
        self.asked.append(path)
        octets = super().read(path, most_octets)
        self.octets += len(octets)
        return octets

    def read_changed(self, path: str, most_octets: int, known: Validators) -> tuple[bytes, Validators]:
        octets = self.read(path, most_octets)
        tag = hashlib.sha256(octets).hexdigest()
        if known.get("ETag") == tag:
            raise UnchangedFile(path)
        return octets, {"ETag": tag}


@dataclass
class Author:
    """A publisher without releases: what it decided, and its log."""

    home: Home
    recovery: Path

    def begin(self, origin: str = ORIGIN) -> None:
        make_log(self.home.state, origin, self.recovery, self.home.when)

    @property
    def vkey(self) -> str:
        return show_keys(self.home.state).held[0]

    @property
    def folder(self) -> Path:
        return public_folder(self.home.state)

    def decide(self, name: str, text: str) -> None:
        """Write a file of the installation and publish."""
        self.home.write(name, text)
        self.publish()

    def publish(self) -> None:
        home = self.home
        own = load_own_data(home.shipped, home.overlay if home.overlay.is_dir() else None)
        publish_decisions(home.state, own, home.when)
        publish_revocations(home.state, own.table, home.when)

    def revoke(self, *rows: Revocation) -> None:
        revise_revocations(self.home.state, lambda before: rows)
        publish_revocations(self.home.state, load_categories(self.home.shipped / CATEGORIES), self.home.when)

    def add_day(self) -> None:
        """The entry of a day, and heads with its checkpoint."""
        when = self.home.when
        with open_writer(self.home.state, when) as log:
            log.append([write_entry(DAY, when, date=when.date().isoformat(), appeals={})])
        refresh_heads(self.home.state)

    def copy(self, to: Path) -> Path:
        """What lies there now, for a mirror."""
        shutil.rmtree(to, ignore_errors=True)
        return Path(shutil.copytree(self.folder, to))


@dataclass
class Subscriber:
    """A home that takes its decisions from a folder."""

    home: Home
    subscription: Subscription
    folder: Path
    policy: str = ""
    files: list[Served] = field(default_factory=list)

    def trust_for(self, **values: Any) -> None:
        self.subscription = replace(self.subscription, **values)

    def poll(self, *, force: bool = True, folder: Path | None = None) -> Polled:
        served = Served(folder or self.folder)
        self.files.append(served)
        home = self.home
        polled = poll(home.state, self.subscription, self.policy, home.when, lambda: 0.5, served, force=force)
        take_revocations(home.state, home.shipped)
        return polled

    def build(self) -> Release:
        """Of what was accepted last."""
        home = self.home
        base, overlay = ready_base(home.state, home.shipped), home.overlay if home.overlay.is_dir() else None
        build_release(base, overlay, home.state, home.when, record=recorder_for(home.state, Clock()))
        return home.release

    @property
    def status(self) -> Status:
        return load_status(self.home.state)

    @property
    def revoked(self) -> dict[str, Revocation]:
        rows = load_revocations(publisher_revocations_file(self.home.state))
        return {row.name.decode(): row for row in rows}


def subscriber_of(author: Author, shipped: Path, state: Path) -> Subscriber:
    home = Home(shipped, state, author.home.when)
    return Subscriber(home, Subscription(str(author.folder), author.vkey, tuple(sorted(KINDS))), author.folder)


def later(author: Author, subscriber: Subscriber, **time: float) -> None:
    author.home.when += timedelta(**time)
    subscriber.home.when = author.home.when
