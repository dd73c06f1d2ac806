"""Names that come in any order, given back in order: as many as memory takes at once, the rest put down in files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import eq
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

MOST_NAMES_AT_ONCE = 400_000  # about 30 MiB; a longer list is put down in parts


class Heap:
    """Names of a list in one scope. Parts lie in `folder`: where temporary files usually go may be memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names: list[bytes] = []
        self._parts: list[IO[bytes]] = []

    def add(self, names: Sequence[bytes]) -> None:
        """Take names in any order. Raises OSError if the disk refuses."""
        self._names += names
        if len(self._names) > MOST_NAMES_AT_ONCE:
            self._names.sort()
            part = TemporaryFile(dir=self.folder)  # noqa: SIM115
            self._parts.append(part)
            part.write(b"\n".join(self._names) + b"\n")
            self._names = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added."""
        return not self._names and not self._parts

    def ordered(self, most: int = 0) -> Iterator[list[bytes]]:
        """All names in order, those that came twice too, in portions of at most so many; 0: as many as memory takes."""
        most = most or MOST_NAMES_AT_ONCE
        self._names.sort()
        for part in self._parts:
            part.seek(0)
        if not self._parts and len(self._names) <= most:
            if self._names:
                yield self._names
            return
        everything = merge(*map(_lines, self._parts), self._names) if self._parts else iter(self._names)
        while portion := list(islice(everything, most)):
            yield portion

    def close(self) -> None:
        """Let go of names and files."""
        for part in self._parts:
            part.close()
        self._names, self._parts = [], []


class Once:
    """Ordered names in portions, each once. `repeated`: how many came again so far."""

    def __init__(self, portions: Iterable[list[bytes]]) -> None:
        self._portions = portions
        self.repeated = 0

    def __iter__(self) -> Iterator[list[bytes]]:
        last = b""
        for names in self._portions:
            if any(map(eq, names, islice(names, 1, None))) or names[:1] == [last]:
                before = len(names)
                names = list(dict.fromkeys(names))
                names = names[1:] if names[0] == last else names
                self.repeated += before - len(names)
            if names:
                last = names[-1]
                yield names


def side_by_side(streams: Sequence[Iterable[list[bytes]]]) -> Iterator[list[list[bytes]]]:
    """The names of several streams, each in order and each name once, such that equal names come at the same time."""
    portions = [iter(stream) for stream in streams]
    names = [next(portion, []) for portion in portions]
    while any(names):
        bound = min(each[-1] for each in names if each)
        stops = [bisect_right(each, bound) for each in names]
        yield [each[:stop] for each, stop in zip(names, stops, strict=True)]
        names = [each[stop:] for each, stop in zip(names, stops, strict=True)]
        names = [each or next(portion, []) for each, portion in zip(names, portions, strict=True)]


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    for line in file:
        yield line[:-1]
