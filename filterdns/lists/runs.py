"""Runs: a copy of a source, parsed once, its names in order and cut into shelves, in a file of their own.

    STATE/runs/<key>.run     a text for each section and shelf, then a JSON trailer: places, depths, census, checksum

The sections are the names by scope, and then the two-label suffixes of names with more labels, by the greatest count of
labels below them: the index needs these, and a list that has not changed need not be walked for them again.

The key is made of the copy's digest, the format and the versions of the parsers and of the tables for names in other
scripts.  A run says nothing of the source's recipe: whether subdomains are meant is decided when lists are merged.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

from filterdns.errors import StateFault
from filterdns.lists.census import Census
from filterdns.lists.copies import copy_path
from filterdns.lists.curate.below import Zones
from filterdns.lists.formats import FORMATS
from filterdns.lists.heaps import Heap, Once
from filterdns.lists.index.records import suffixes_above
from filterdns.lists.ordered_lines import find_line, line_at
from filterdns.lists.parse.blocks import read_blocks
from filterdns.lists.parse.detect import HTML, detect, is_page
from filterdns.lists.recipe import AUTO
from filterdns.lists.settling import Exceptions, settle
from filterdns.lists.shelves import SHELVES, WHOLE, Span, cut, split_shelf
from filterdns.unicode_names import TABLES

PARSERS = 1  # the version of what the parsers make of a list; runs of another are made anew
UNSAID, EXACT, SUBDOMAINS = SCOPES = range(3)  # sections of names: the scope, as the format says it

MOST_EXAMPLES = 50  # of rejected lines; the counts are exact
_HEAD_OCTETS = 64 * 1024  # what the format is detected from

_HEADER = struct.Struct("<8s Q")  # magic, where the trailer begins
_MAGIC = b"FDNSRUN\n"
_READ_OCTETS = 1 << 20
_AT_ONCE = 16_000  # names that are looked at together
MOST_SPAN_OCTETS = 1 << 19  # of names that are merged at once: about 25,000 names and 15 MiB


@dataclass(frozen=True, slots=True)
class Run:
    """A parsed copy. `places`: for each section where the text of each shelf begins and, one more, where all ends.

    `depths`: of the sections behind those of names, the count of labels that their suffixes have below them.
    """

    path: Path
    census: Census
    places: tuple[tuple[int, ...], ...]
    depths: tuple[int, ...]

    def octets(self, section: int, shelf: int) -> int:
        """Octets of the names of a shelf in one section."""
        start, stop = self.places[section][shelf : shelf + 2]
        return stop - start

    def names(self, file: IO[bytes], section: int, shelf: int, span: Span = WHOLE) -> list[bytes]:
        """The names of a shelf in one section that lie in a span, in order, each once, from the open file."""
        start, stop = self.places[section][shelf : shelf + 2]
        if span != WHOLE and start < stop:
            first, end = span
            start, stop = (
                find_line(file, start, stop, first) if first else start,
                find_line(file, start, stop, end) if end else stop,
            )
        if start == stop:
            return []
        file.seek(start)
        return split_shelf(file.read(stop - start - 1))

    def covered(self, zones: Zones) -> tuple[bytes, ...]:
        """The names of the list that equal one of these names or lie below one."""
        found: set[bytes] = set()
        with self.path.open("rb") as file:
            for shelf in range(SHELVES):
                for span in spans_of([(self, file)], shelf):
                    for scope in SCOPES:
                        found |= zones.covered(self.names(file, scope, shelf, span))
        return tuple(sorted(found))


def spans_of(runs: Sequence[tuple[Run, IO[bytes]]], shelf: int) -> list[Span]:
    """A shelf cut into spans that can be worked on in memory, however the names of these runs lie.

    Mostly it is one. The places follow from the runs alone: they are lines of the one that has most names here.
    """
    sizes = [run.octets(section, shelf) for run, _ in runs for section in SCOPES]
    count = sum(sizes) // MOST_SPAN_OCTETS
    if not count:
        return [WHOLE]
    place = sizes.index(max(sizes))
    (run, file), section = runs[place // len(SCOPES)], place % len(SCOPES)
    start, stop = run.places[section][shelf : shelf + 2]
    bounds = sorted(
        {line_at(file, start + (stop - start) * part // (count + 1), start) for part in range(1, count + 1)}
    )
    return list(pairwise([b"", *bounds, b""]))


def runs_folder(state: Path) -> Path:
    """Where runs lie."""
    return state / "runs"


def run_path(state: Path, sha256: str, form: str) -> Path:
    """The run of a copy; `form` as the recipe has it, `auto` included."""
    key = hashlib.sha256(f"{sha256} {form} {PARSERS} {TABLES}".encode()).hexdigest()
    return runs_folder(state) / f"{key[:40]}.run"


def make_run(state: Path, sha256: str, form: str) -> Run:
    """The run of a copy, parsed now if it was not before. Raises StateFault for a copy that is not there."""
    path = run_path(state, sha256, form)
    run = _get_run(path)
    if run is not None:
        return run
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with copy_path(state, sha256).open("rb") as copy, fresh.open("w+b") as file:
            _parse(copy, form, file, sha256)
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise StateFault(f"{error.filename or path}: expected a copy of a list, got {error.strerror}") from error
    run = _get_run(path)
    if run is None:
        raise StateFault(f"{path}: expected the run that was just written, got damaged octets")
    return run


def remove_unused(state: Path, used: set[Path]) -> None:
    """Remove runs that none of these is."""
    for path in runs_folder(state).glob("*"):
        if path not in used:
            path.unlink(missing_ok=True)


def _get_run(path: Path) -> Run | None:
    """The run in this file; None if there is none or it is not whole: it can be made again."""
    try:
        with path.open("rb") as file:
            magic, at = _HEADER.unpack(file.read(_HEADER.size))
            checksum = _checksum(file, at)
            values = json.loads(file.read())
        census = values["census"]
        for key in ("rejected_examples", "p1_hits", "p2_hits"):
            census[key] = tuple(census[key])
        places = tuple(map(tuple, values["places"]))
        is_whole = magic == _MAGIC and len(places) == len(SCOPES) + len(values["depths"])
        is_whole = is_whole and checksum == values["checksum"]
        is_whole = is_whole and all(len(section) == SHELVES + 1 for section in places)
        return Run(path, Census(**census), places, tuple(values["depths"])) if is_whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        return None


def _checksum(file: IO[bytes], stop: int) -> int:
    """CRC-32 of the texts: runs are not synchronised when they are written, and a lost page is no list of names."""
    file.seek(_HEADER.size)
    checksum, left = 0, stop - _HEADER.size
    while left > 0 and (octets := file.read(min(left, _READ_OCTETS))):
        checksum = zlib.crc32(octets, checksum)
        left -= len(octets)
    return checksum


class _Sections:
    """Writes the sections of a run: ordered names in portions, cut into shelves."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.places: list[list[int]] = []
        self.checksum = 0

    def write(self, portions: Iterator[list[bytes]]) -> int:
        """One section; how many names it has."""
        starts, at, count = [-1] * SHELVES, self._file.tell(), 0
        for names in portions:
            places = cut(names)
            for shelf, (start, stop) in enumerate(pairwise(places)):
                if start == stop:
                    continue
                if starts[shelf] < 0:
                    starts[shelf] = at
                text = b"\n".join(names[start:stop]) + b"\n"
                self.checksum = zlib.crc32(text, self.checksum)
                at += self._file.write(text)
            count += len(names)
        ends = at
        for shelf in range(SHELVES - 1, -1, -1):  # an empty shelf begins where the next one does
            ends = starts[shelf] = starts[shelf] if starts[shelf] >= 0 else ends
        self.places.append([*starts, at])
        return count


def _parse(copy: IO[bytes], form: str, file: IO[bytes], sha256: str) -> None:
    """Parse a copy and write its run."""
    head = copy.read(_HEAD_OCTETS)
    said = HTML if is_page(head) else form  # a page that says sorry comes in the place of lists of every format
    found_form = detect(head) if said == AUTO else said
    copy.seek(0)
    folder = Path(file.name).parent
    heaps = [Heap(folder) for _ in SCOPES]
    counts = _Counts(folder)
    try:
        if found_form in FORMATS:
            for found in FORMATS[found_form](counts.count_lines(read_blocks(copy.read))):
                for heap, names in zip(heaps, (found.unsaid, found.exact, found.subdomains), strict=True):
                    if names:
                        heap.add(names)
                counts.note(found)
        _write(file, heaps, counts, found_form, sha256)
    finally:
        for heap in heaps:
            heap.close()


class _Counts:
    """What is counted while a copy is parsed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lines = self.rejected = self.duplicates = 0
        self.examples: list[str] = []
        self.open_exact: list[bytes] = []
        self.open_subdomains: list[bytes] = []
        self.suffixes: dict[int, Heap] = {}  # by the greatest count of labels below them

    def count_lines(self, blocks: Iterator[Any]) -> Iterator[Any]:
        """Pass blocks on and count their lines."""
        for block in blocks:
            self.lines += block.text.count(b"\n")
            yield block

    def note(self, found: Any) -> None:
        """Count what was rejected, keep exceptions."""
        self.open_exact += found.open_exact
        self.open_subdomains += found.open_subdomains
        self.rejected += len(found.rejected)
        for line in found.rejected[: MOST_EXAMPLES - len(self.examples)]:
            self.examples.append(f'{line.line}: expected {line.expected}, got "{line.text}"')

    def distinct(self, portions: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        """Pass ordered names on, each once, and note how deep they lie."""
        once = Once(portions)
        for names in once:
            self._note_suffixes(names)
            yield names
        self.duplicates += once.repeated

    def _note_suffixes(self, names: list[bytes]) -> None:
        for start in range(0, len(names), _AT_ONCE):
            for depth, suffixes in suffixes_above(names[start : start + _AT_ONCE]):
                self.suffixes.setdefault(depth, Heap(self._folder)).add(suffixes)


def _write(file: IO[bytes], heaps: list[Heap], counts: _Counts, form: str, sha256: str) -> None:
    file.write(bytes(_HEADER.size))
    if counts.open_exact or counts.open_subdomains or sum(not heap.is_empty for heap in heaps) > 1:
        counts.duplicates += settle(heaps, Exceptions(counts.open_exact, counts.open_subdomains))
    sections = _Sections(file)
    names = sum(sections.write(counts.distinct(heap.ordered())) for heap in heaps)
    depths = sorted(counts.suffixes)
    for depth in depths:
        sections.write(iter(Once(counts.suffixes[depth].ordered())))
        counts.suffixes[depth].close()
    census = Census(
        sha256=sha256,
        format=form,
        lines=counts.lines,
        names=names,
        duplicates=counts.duplicates,
        rejected=counts.rejected,
        exceptions=len(counts.open_exact) + len(counts.open_subdomains),
        rejected_examples=tuple(counts.examples),
    )
    at = file.tell()
    values = {"places": sections.places, "depths": depths, "census": asdict(census), "checksum": sections.checksum}
    file.write(json.dumps(values).encode())
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, at))
