"""Writes a `seen` file, of which `seen` has the picture and the reader."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import astuple

from filterdns.errors import IndexFault
from filterdns.lists.index.numbers import Numbers
from filterdns.lists.index.seen import HEADER, MAGIC, PLACE, VERSION, History, SeenFeed
from filterdns.lists.index.short_numbers import ShortNumbers
from filterdns.lists.index.writer import IndexFile


class SeenWriter:
    """Writes a `seen` file to an empty file, a shelf at a time."""

    def __init__(self, file: IndexFile, shelves: int) -> None:
        self._file = file
        self._places: list[tuple[int, int, int]] = []
        self._shelves = shelves
        self._at = HEADER.size + PLACE.size * shelves
        self._codes, self._octets = ShortNumbers(), 0  # of the shelf that is being written
        self.names = 0
        file.seek(0)
        file.write(bytes(self._at))

    def add_shelf(self, names: Sequence[bytes], histories: Numbers) -> None:
        """Write the next shelf: its names in order and the number of each one's history."""
        self.add(names, histories)
        self.end_shelf()

    def add(self, names: Sequence[bytes], histories: Numbers) -> None:
        """Write some names of the shelf, behind those that were written before."""
        if names:
            self._octets += self._file.write((b"\n" if self._codes else b"") + b"\n".join(names))
            self._codes.add(histories)

    def end_shelf(self) -> None:
        """The shelf has no more names."""
        padding = -self._octets % 8
        self._file.write(bytes(padding))
        for octets in self._codes.words():
            self._file.write(octets)
        self._places.append((self._at, len(self._codes), self._octets))
        self._at += self._octets + padding + 4 * len(self._codes)
        self.names += len(self._codes)
        self._codes, self._octets = ShortNumbers(), 0

    def finish(self, feeds: Sequence[SeenFeed], histories: Sequence[History]) -> None:
        """Write histories, feeds and header."""
        if len(self._places) != self._shelves:
            raise IndexFault(f"expected {self._shelves} shelves, got {len(self._places)}")
        ends, numbers = array("I"), array("H")
        for history in histories:
            for triple in history:
                numbers.extend(triple)
            ends.append(len(numbers))
        feed_octets = json.dumps([astuple(feed) for feed in feeds], separators=(",", ":")).encode()
        self._file.write(memoryview(ends).cast("B"))
        self._file.write(memoryview(numbers).cast("B"))
        self._file.write(feed_octets)
        feeds_at = self._at + 4 * len(ends) + 2 * len(numbers)
        size = feeds_at + len(feed_octets)
        self._file.seek(0)
        self._file.write(HEADER.pack(MAGIC, VERSION, self._shelves, len(histories), self._at, feeds_at, size))
        self._file.write(b"".join(PLACE.pack(*place) for place in self._places))
