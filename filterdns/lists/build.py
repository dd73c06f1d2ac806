"""All steps from the lists folders to a current release, in order."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import filterdns
from filterdns.clock import Clock
from filterdns.errors import IndexFault, StateFault
from filterdns.lists.gather import Gathered, gather
from filterdns.lists.index.rows import write_rows
from filterdns.lists.index.writer import write_index
from filterdns.lists.manifest import Manifest, write_manifest
from filterdns.lists.release import INDEX, LISTINGS, MANIFEST, Release, open_current, verify
from filterdns.lists.sources import SourceFile, find_sources
from filterdns.lists.store import NewRelease


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build came to. `built` is False if the inputs had not changed and the release before stays."""

    number: int
    built: bool
    names: int
    listings: int
    rejected: int
    set_aside: int
    seconds: float


def build_release(shipped: Path, overlay: Path | None, state: Path, when: datetime) -> BuildReport:
    """Make the lists into a release and make it current, unless the current one has the same inputs.

    Takes seconds and a few hundred MiB for a million names, so it runs in a process of its own; a second build waits
    for the first.  Raises DataFault with all faults of the lists, StateFault if the disk refuses, IndexFault if the
    names cannot be laid out; whatever is raised, the release before stays current.
    """
    clock = Clock()
    begun = clock.now()
    with _lock(state):
        sources = find_sources(shipped, overlay)
        inputs_sha256 = _digest_of(sources)
        release = _current_or_none(state)
        built = release is None or release.manifest.inputs_sha256 != inputs_sha256
        if release is None or built:
            gathered = gather(sources, when.date())
            if _digest_of(find_sources(shipped, overlay)) != inputs_sha256:
                raise StateFault(f"{shipped}: expected lists that stay as they are, got a change while they were read")
            release = _build(gathered, sources, inputs_sha256, state, when)
    manifest = release.manifest
    return BuildReport(
        number=release.number,
        built=built,
        names=manifest.names,
        listings=manifest.listings,
        rejected=manifest.rejected,
        set_aside=manifest.set_aside,
        seconds=clock.now() - begun,
    )


def _build(gathered: Gathered, sources: list[SourceFile], inputs_sha256: str, state: Path, when: datetime) -> Release:
    categories = gathered.table.numbered()
    sets = gathered.merger.sets({category.id: category.mask for category in categories})
    rows = write_rows([[listing.details() for listing in listings] for listings in gathered.merger.listings()])
    names = gathered.merger.names
    totals = _totals(gathered)
    new = NewRelease(state)
    index = write_index(names, sets, gathered.table.index_rows(), new.number, bytes.fromhex(inputs_sha256))
    files = {INDEX: new.write(INDEX, (index,)), LISTINGS: new.write(LISTINGS, (rows,))}
    manifest = Manifest(
        number=new.number,
        built_at=when.isoformat(timespec="seconds"),
        tool=filterdns.__version__,
        inputs={source.name: source.sha256 for source in sources},
        inputs_sha256=inputs_sha256,
        files=files,
        names=len(names),
        listings=sum(totals.values()),
        names_by_category=totals,
        rejected=gathered.sieve.rejected,
        rejected_examples=gathered.sieve.rejected_examples,
        set_aside=gathered.sieve.set_aside,
        set_aside_examples=gathered.sieve.set_aside_examples,
    )
    new.write(MANIFEST, (write_manifest(manifest),))
    return new.finish()


def _totals(gathered: Gathered) -> dict[str, int]:
    """Listings by category, protected names and holds included."""
    names_of_set = [0] * len(gathered.merger.listings())
    for set_number in gathered.merger.names.values():
        names_of_set[set_number] += 1
    totals: dict[str, int] = {}
    for count, listings in zip(names_of_set, gathered.merger.listings(), strict=True):
        for listing in listings if count else ():
            totals[listing.category] = totals.get(listing.category, 0) + count
    return totals


def _digest_of(sources: list[SourceFile]) -> str:
    """One digest of all inputs and of the tool; also the salt of the index."""
    digest = hashlib.sha256(f"filterdns {filterdns.__version__}\n".encode())
    for source in sources:
        digest.update(f"{source.sha256} {source.name}\n".encode())
    return digest.hexdigest()


def _current_or_none(state: Path) -> Release | None:
    """The current release, if it is whole."""
    try:
        release = open_current(state)
        verify(release)
        release.open_index()
    except IndexFault:
        return None
    return release


@contextmanager
def _lock(state: Path) -> Iterator[None]:
    """One build at a time for a state folder."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / "build.lock").open("w")
    except OSError as error:
        raise StateFault(f"{state}: expected a folder that can be written, got {error.strerror}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
