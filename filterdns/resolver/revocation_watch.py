"""Follows the revocations beside the release: looked at once a second, read in small steps, the last good ones stay.

A step is short enough that no query is late, even if the file is as long as it may be: 20,000 revocations take an
eighth of a second in all, between which the worker answers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from sys import intern
from typing import NamedTuple

from filterdns.categories import Category
from filterdns.errors import StateFault
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.revocations import (
    Revocation,
    allowed_file,
    load_octets,
    load_revocations,
    publisher_revocations_file,
    read_revocations,
    revocations_file,
    write_name,
)
from filterdns.resolver.policy.decision import Listings
from filterdns.resolver.policy.revoked import RevokedOverlay, Suffixes

STEP_LINES = 128  # read in about 1 ms


class Revoked(NamedTuple):
    """What a worker keeps of a revocation."""

    qname: bytes
    subdomains: bool
    cancels: tuple[str, ...]  # categories, () for all
    last_day: int


class Rows:
    """All of one file, or what has been read of it."""

    def __init__(self) -> None:
        self.all: list[Revoked] = []
        self.suffixes = Suffixes()

    def add(self, row: Revocation) -> None:
        qname = write_name(row.name)
        self.all.append(Revoked(qname, row.subdomains, tuple(map(intern, row.categories)), row.last_day))
        self.suffixes.add(qname)


class Followed:
    """One file of revocations: what stands in it, and what is being read of it."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        self._path, self._say = path, say
        self._seen: tuple[int, int] | None = None
        self._reading: Iterator[Revocation] | None = None
        self._read, self.standing = Rows(), Rows()

    def look(self) -> None:
        """Begin to read if the file has changed. Never raises."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            seen = None
        except OSError:  # what was read stays in use
            return
        else:
            seen = status.st_ino, status.st_mtime_ns
        if seen != self._seen:
            self._seen = seen
            self._begin()

    def _begin(self) -> None:
        try:
            octets = load_octets(self._path)
        except StateFault as fault:
            self._keep(fault)
            return
        self._read = Rows()
        self._reading = iter(()) if octets is None else read_revocations(octets, str(self._path))

    @property
    def is_reading(self) -> bool:
        """Whether `step` has work to do."""
        return self._reading is not None

    def step(self, lines: int) -> bool:
        """Read on for so many lines; whether others stand in it from now on."""
        if self._reading is None:
            return False
        try:
            for _ in range(lines):
                self._read.add(next(self._reading))
        except StopIteration:
            changed = self._read.all != self.standing.all
            self.standing, self._read, self._reading = self._read, Rows(), None
            return changed
        except StateFault as fault:
            self._keep(fault)
        return False

    def _keep(self, fault: StateFault) -> None:
        self._reading, self._read = None, Rows()
        self._say(f"suspensions stay as they are ({len(self.standing.all)}): {fault}")


class RevocationWatch:
    """Suspensions and emergencies of a state folder and of its publisher, and what the release in use allows."""

    def __init__(self, state: Path, say: Callable[[str], None]) -> None:
        self._say = say
        self._files = [Followed(file(state), say) for file in (revocations_file, publisher_revocations_file)]
        self._allowed = Rows()

    def look(self) -> None:
        """Begin to read what has changed. Never raises."""
        for file in self._files:
            file.look()

    @property
    def is_reading(self) -> bool:
        """Whether `step` has work to do."""
        return any(file.is_reading for file in self._files)

    def step(self, lines: int = STEP_LINES) -> bool:
        """Read on for so many lines; whether other revocations hold from now on."""
        reading = next((file for file in self._files if file.is_reading), None)
        return reading is not None and reading.step(lines)

    def use_release(self, folder: Path) -> None:
        """Take what a release that is about to be used allows; its file never changes."""
        self._allowed = Rows()
        try:
            for row in load_revocations(allowed_file(folder)):
                self._allowed.add(row)
        except StateFault as fault:
            self._say(f"what the release allows below listed names is filtered: {fault}")

    def over(self, index: ReleaseIndex) -> Listings:
        """The index without what is revoked on its day; the index itself where nothing is."""
        masks: dict[bytes, int] = {}
        covering: dict[bytes, int] = {}
        bits: dict[tuple[str, ...], int] = {}  # few sets of categories are distinct
        own, publishers = (file.standing for file in self._files)
        for qname, subdomains, cancels, last_day in (*own.all, *publishers.all, *self._allowed.all):
            if index.today > last_day:
                continue
            mask = bits.get(cancels)
            if mask is None:
                mask = bits[cancels] = _mask_of(cancels, index.categories)
            if mask:
                masks[qname] = masks.get(qname, 0) | mask
                if subdomains:
                    covering[qname] = covering.get(qname, 0) | mask
        if not masks:
            return index
        suffixes = own.suffixes.with_those_of(publishers.suffixes).with_those_of(self._allowed.suffixes)
        return RevokedOverlay(index, masks, covering, suffixes)


def _mask_of(cancels: tuple[str, ...], categories: tuple[Category, ...]) -> int:
    row = Revocation(b"", True, cancels)
    return sum(category.mask for category in categories if row.cancels(category))
