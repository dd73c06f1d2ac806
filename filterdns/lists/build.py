"""All steps from the lists folders and the accepted copies of public lists to a current release, in order."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import mmap
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import filterdns
from filterdns.categories import Class
from filterdns.clock import Clock, day_number
from filterdns.errors import IndexFault, StateFault
from filterdns.lists.changes import ReleaseBefore
from filterdns.lists.compile import Compiler, UsedList
from filterdns.lists.curate import pins, two_feeds
from filterdns.lists.curate.allowances import AllowedNames
from filterdns.lists.curate.listing_sets import ListingSets
from filterdns.lists.curate.name_rules import NameRules
from filterdns.lists.examples import rejected_examples, set_aside_examples
from filterdns.lists.importing import ChosenCopy, choose_copies, copies_digest_lines, import_listings
from filterdns.lists.index.hashing import get_hash
from filterdns.lists.index.layout import XXH32
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import write_rows
from filterdns.lists.index.seen import SeenNames
from filterdns.lists.index.seen_writer import SeenWriter
from filterdns.lists.index.writer import IndexWriter
from filterdns.lists.kept_documents import kept_in
from filterdns.lists.listing import Listing
from filterdns.lists.manifest import ListInput, Manifest
from filterdns.lists.merged import MergedWriter, keep_merged, load_merged
from filterdns.lists.opened import Covering, opened_by, standing_allowances
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.parse.allow import PIN
from filterdns.lists.progress import BUILD, PARSE, Progress
from filterdns.lists.release import (
    ALLOWED,
    DELTA,
    FILES,
    INDEX,
    LISTINGS,
    OWN,
    SEEN,
    SET_ASIDE,
    Release,
    get_pointed,
    let_go,
    map_file,
    newest_good,
)
from filterdns.lists.revocations import Revocation, write_revocations
from filterdns.lists.runs import make_run
from filterdns.lists.set_aside import Refusal, read_refusals, write_refusals
from filterdns.lists.shelves import SHELVES
from filterdns.lists.standing import Standings
from filterdns.lists.standing_file import load_standings
from filterdns.lists.store import NewRelease, Recorder, record_nowhere
from filterdns.unicode_names import TABLES

OURS = (b"filterdns.test",)  # names that we made for trying things out; only we list below them

Report = Callable[[Progress], None]
RecordFor = Callable[[OwnData, Standings], Recorder]
"""Who records a release that is made of these data; it may raise before anything is built."""


def no_record(own: OwnData, standings: Standings) -> Recorder:
    """Without a log nothing is recorded."""
    return record_nowhere


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


def build_release(
    shipped: Path,
    overlay: Path | None,
    state: Path,
    when: datetime,
    report: Report = lambda progress: None,
    record: RecordFor = no_record,
) -> BuildReport:
    """Make the lists into a release and make it current, unless the current one has the same inputs.

    Takes seconds for a million names and less than a hundred MiB; a second build waits for the first.  Raises DataFault
    with all faults of the lists, StateFault if the disk refuses, IndexFault if the names cannot be laid out; then the
    release before stays current.
    """
    clock = Clock()
    begun = clock.now()
    with build_lock(state), _no_collector():
        documents = kept_in(state)
        own = load_own_data(shipped, overlay, read=documents.read)
        release, built = build_from(own, load_standings(state), state, when, report, record)
        documents.keep()  # now: the files were the same after they were read
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


def build_from(
    own: OwnData, standings: Standings, state: Path, when: datetime, report: Report, record: RecordFor
) -> tuple[Release, bool]:
    """The release of these data, and whether it had to be built. For one who holds the lock."""
    _check_unchanged(own)
    recorder = record(own, standings)
    when = when.replace(microsecond=0)  # as the manifest has it: the release is to follow from what that says
    chosen = choose_copies(own, standings, state, when)
    inputs_sha256 = _digest(own, chosen, when)
    before = _newest_or_none(state)
    is_current = before is not None and before.number == get_pointed(state)
    if before is not None and is_current and before.manifest.inputs_sha256 == inputs_sha256:
        return before, False
    with _no_collector():
        return _Build(own, chosen, before, state, when, report).run(inputs_sha256, recorder), True


def rebuild(
    own: OwnData, chosen: list[ChosenCopy], before: Release | None, state: Path, manifest: Manifest, report: Report
) -> Release:
    """The release of this manifest made again, of these inputs and the release before, in a state folder of its own.

    Nothing is recorded, and releases that are there are kept.
    """
    when = datetime.fromisoformat(manifest.built_at)
    inputs_sha256 = _digest(own, chosen, when, manifest.tool)
    made = _Build(own, chosen, before, state, when, report, manifest.number, manifest.tool)
    return made.run(inputs_sha256, record_nowhere)


@contextmanager
def build_lock(state: Path) -> Iterator[None]:
    """One build, or one change of what is built from, at a time for a state folder. Raises StateFault."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = (state / "build.lock").open("w")
    except OSError as error:
        raise StateFault(f"{state}: expected a folder that can be written, got {error.strerror}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing here goes in circles, and the collector would walk entries and millions of names over and over."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Build:
    """One build."""

    def __init__(
        self,
        own: OwnData,
        chosen: list[ChosenCopy],
        before: Release | None,
        state: Path,
        when: datetime,
        report: Report,
        number: int = 0,
        tool: str = filterdns.__version__,
    ) -> None:
        self._own, self._chosen, self._before, self._state, self._when = own, chosen, before, state, when
        self._report, self._number, self._tool = report, number, tool
        self._rows = {row.id: row for row in own.table.categories}
        self._security = {row.id for row in own.table.categories if row.klass is Class.SECURITY}
        self._allowances = standing_allowances(own.allowances, own.listings, self._security, when)

    def run(self, inputs_sha256: str, record: Recorder) -> Release:
        """Write the release and make it current."""
        own = self._own
        lists = [self._use(number, chosen) for number, chosen in enumerate(self._chosen, 1)]
        new = NewRelease(self._state, self._number)
        with keep_merged(self._state) as kept:
            compiler = self._compile(lists, new, inputs_sha256, kept)
            digests = {SEEN: new.digest(SEEN)}
            compiler.finish_kept(kept, digests[SEEN].sha256)
        changes = compiler.changes
        new.write(LISTINGS, (write_rows(compiler.sets.rows()),))
        refusals = [*compiler.totals.refusals, *self._own_refusals()]
        new.write(SET_ASIDE, (write_refusals(refusals),))
        new.write(OWN, (b"".join(b"%b\n" % name for name in sorted({name for name, _ in self._own.listings})),))
        new.write(ALLOWED, (write_revocations(self._allowed(new.folder, compiler.sets), ALLOWED),))
        new.write(DELTA, changes.lines)
        manifest = Manifest(
            number=new.number,
            built_at=self._when.isoformat(timespec="seconds"),
            tool=self._tool,
            inputs=own.inputs,
            lists={each.recipe.id: _input(each, used) for each, used in zip(self._chosen, lists, strict=True)},
            inputs_sha256=inputs_sha256,
            files={name: digests.get(name) or new.digest(name) for name in FILES},
            names=compiler.totals.names,
            listings=compiler.totals.by_category.total(),
            names_by_category=dict(compiler.totals.by_category),
            before=self._before.number if self._before else 0,
            before_sha256=self._before.manifest.files[SEEN].sha256 if self._before else "",
            added=dict(changes.added),
            removed=dict(changes.removed),
            made_with=made_with(),
            rejected=sum(used.run.census.rejected for used in lists),
            rejected_examples=rejected_examples(lists, own),
            set_aside_examples=set_aside_examples(refusals, own),
            **_set_aside(compiler, refusals),
        )
        return new.finish(manifest, record)

    def _use(self, number: int, chosen: ChosenCopy) -> UsedList:
        self._report(Progress(PARSE, chosen.recipe.id, number, len(self._chosen)))
        run = make_run(self._state, chosen.copy.sha256, chosen.recipe.format)
        listings = import_listings(chosen, self._rows[chosen.recipe.category])
        return UsedList(chosen.recipe, run, chosen.fetched_at, chosen.confirmed_at, listings)

    def _compile(self, lists: list[UsedList], new: NewRelease, inputs_sha256: str, kept: MergedWriter) -> Compiler:
        """Write index and `seen`, and what is kept for the next build."""
        own, table, before = self._own, self._own.table, self._before
        rules = NameRules(
            public_suffixes=own.suffixes,
            shared=own.shared_hosts,
            popular_names={name: parent.approved_for for name, parent in own.popular.items()},
            targets=own.safe_search,
            protected=[*own.p1, *own.p2],
            ours=OURS,
            allowed=AllowedNames(self._allowances),
            categories=frozenset(self._rows),
        )
        compared = None
        mapped = []
        if before is not None:
            mapped = [map_file(before.folder / name) for name in (INDEX, SEEN)]
            special = chain(
                (refusal.name for refusal in read_refusals(before.folder / SET_ASIDE)),
                (before.folder / OWN).read_bytes().split(),
            )
            compared = ReleaseBefore(ReleaseIndex(mapped[0]), SeenNames(mapped[1]), before.manifest.lists, special)
        merged = load_merged(self._state, before.manifest.files[SEEN].sha256) if before is not None else None
        compiler = Compiler(table, lists, self._own_listings(), rules, compared, self._when, merged)
        with new.open(INDEX) as index_file, new.open(SEEN) as seen_file:
            index = IndexWriter(index_file, table.index_rows(), bytes.fromhex(inputs_sha256))
            seen = SeenWriter(seen_file, SHELVES)
            compiler.run(index, seen, kept, lambda shelf: self._part_done(shelf, mapped))
            masks = {category.id: category.mask for category in table.numbered()}
            index.finish(compiler.sets.marks(masks), new.number, compiler.totals.names)
            seen.finish(compiler.histories.feeds, compiler.histories.all)
        return compiler

    def _part_done(self, shelf: int, mapped: list[mmap.mmap]) -> None:
        """Tell of it, and let the pages of the release before go: the build would count them as its own to the end."""
        self._report(Progress(BUILD, number=shelf, of=SHELVES))
        for each in mapped:
            let_go(each)

    def _own_listings(self) -> dict[bytes, list[Listing]]:
        """What we ourselves say of each name."""
        own: dict[bytes, list[Listing]] = {}
        for names in (self._own.p1.items(), self._own.p2.items(), self._own.holds, self._own.listings):
            for name, listing in names:
                own.setdefault(name, []).append(listing)
        return own

    def _own_refusals(self) -> list[Refusal]:
        """Entries of the installation that stand against what is protected or shared."""
        return [Refusal(each.name, each.rule, each.category, each.source) for each in self._own.set_aside]

    def _allowed(self, folder: Path, sets: ListingSets) -> list[Revocation]:
        """What the allow entries open, also below names that stay listed."""
        index = ReleaseIndex(map_file(folder / INDEX), day_number(self._when))
        confirmed = {each.recipe.id: each.confirmed_at for each in self._chosen}
        return opened_by(self._allowances, Covering(index, sets.members, confirmed), self._security, self._when)


def _input(chosen: ChosenCopy, used: UsedList) -> ListInput:
    recipe, copy, census = chosen.recipe, chosen.copy, used.run.census
    return ListInput(
        sha256=copy.sha256,
        octets=copy.octets,
        url=copy.url if recipe.urls else "",  # a path of this machine is nobody's business
        fetched_at=copy.fetched_at,
        confirmed_at=copy.confirmed_at,
        format=census.format,
        title=recipe.title,
        category=recipe.category,
        keeper=recipe.keeper.name,
        licence=recipe.licence,
        household=recipe.household,
        names=census.names,
        rejected=census.rejected,
    )


def _set_aside(compiler: Compiler, refusals: list[Refusal]) -> dict[str, Any]:
    by_rule = Counter(refusal.rule for refusal in refusals)
    by_rule[two_feeds.RULE] += compiler.totals.refused[two_feeds.RULE]
    return {
        "set_aside": by_rule.total(),
        "set_aside_by_rule": {rule: count for rule, count in by_rule.items() if count},
    }


def made_with() -> dict[str, str]:
    """What of this machine, besides the tool, may change octets: tables for names in other scripts, and the hash."""
    return {"names": TABLES, "hash": "xxhash" if get_hash(XXH32) else "blake2b"}


def _digest(own: OwnData, chosen: list[ChosenCopy], when: datetime, tool: str = filterdns.__version__) -> str:
    """SHA-256 over everything that a release is made of, but for the time and the release before."""
    allowances = (each.name.decode() for each in own.allowances if each.counts_on(when.date()))
    lines = [tool, *(f"{name} {sha256}" for name, sha256 in sorted(own.inputs.items()))]
    lines += [*copies_digest_lines(chosen), *allowances, *_fresh(own, chosen, when)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _fresh(own: OwnData, chosen: list[ChosenCopy], when: datetime) -> Iterator[str]:
    """The security lists that pins do not hold against now: a day later they do, though no list has changed."""
    if any(each.kind == PIN and each.counts_on(when.date()) for each in own.allowances):
        security = {row.id for row in own.table.categories if row.klass is Class.SECURITY}
        for each in chosen:
            if each.recipe.category in security and pins.is_fresh(each.confirmed_at, when):
                yield f"fresh {each.recipe.id}"


def _check_unchanged(own: OwnData) -> None:
    """What people wrote is digested and then read: it must have been the same. Plain lists are kept by digest."""
    for source in (*own.sources, own.suffix_list):
        if source.kind in ("txt", "hosts"):
            continue
        try:
            octets = source.path.read_bytes()
        except OSError:
            octets = b""
        if hashlib.sha256(octets).hexdigest() != source.sha256:
            raise StateFault(f"{source.path}: expected a file that stays as it is, got a change while it was read")


def _newest_or_none(state: Path) -> Release | None:
    """The current release, or the newest whole one before it: what is remembered of names must not be lost."""
    try:
        release = newest_good(state, get_pointed(state) or 0)
        release.open_seen()
    except IndexFault:
        return None
    return release
