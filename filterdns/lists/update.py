"""One update from end to end: fetch what is due, judge what came, build a release of what counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from filterdns.clock import Clock
from filterdns.errors import IndexFault, StateFault
from filterdns.lists.build import RecordFor, build_from, build_lock, no_record
from filterdns.lists.copies import load_journal
from filterdns.lists.curate.finding import HOLD, SWITCH_OFF, Verdict
from filterdns.lists.fetch.fetch import fetch_sources
from filterdns.lists.fetch.kept import remove_unused as remove_unused_copies
from filterdns.lists.fetch.limits import FetchLimits
from filterdns.lists.fetch.network import Network
from filterdns.lists.fetch.outcome import DONE, FAILED, NEW, NOT_DUE, UNCHANGED, Outcome
from filterdns.lists.fetch.outcome import Progress as FetchProgress
from filterdns.lists.judging import judge_lists
from filterdns.lists.kept_documents import kept_in
from filterdns.lists.manifest import Manifest
from filterdns.lists.own_data import OwnData, load_own_data
from filterdns.lists.progress import FETCH, Progress
from filterdns.lists.recipe import Recipe
from filterdns.lists.release import Release, open_release, release_numbers
from filterdns.lists.runs import remove_unused as remove_unused_runs
from filterdns.lists.runs import run_path
from filterdns.lists.standing import Standings
from filterdns.lists.standing_file import change_standings, load_standings

Report = Callable[[Progress], None]
MOST_FAULT_LINES = 3  # of lists that failed, in the summary of an update: mostly they fail for one reason

Judged = tuple[Standings, Mapping[str, Verdict]]


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What an update came to. `lines` tell it to people; `next_due` is when a list may be asked for again."""

    release: int
    built: bool
    next_due: datetime | None
    lines: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()
    verdicts: Mapping[str, Verdict] | None = None


def update(
    shipped: Path,
    overlay: Path,
    state: Path,
    clock: Clock,
    report: Report,
    *,
    fetch: bool,
    force: bool = False,
    only: Collection[str] | None = None,
    network: Network | None = None,
    limits: FetchLimits | None = None,
    random: Random | None = None,
    record: RecordFor = no_record,
) -> UpdateReport:
    """Fetch (if `fetch`; also what is not due with `force`, and nothing but the lists of `only`), judge and build.

    A list that fails, and one whose new copy is held, stays at its last good copy. Raises DataFault for faults in what
    people wrote, StateFault if the disk refuses or somebody else fetches, IndexFault if names cannot be laid out.
    """
    layer = overlay if overlay.is_dir() else None
    outcomes: list[Outcome] = []
    if fetch:
        own = load_own_data(shipped, layer, read=kept_in(state).read)
        standings = load_standings(state)
        due = [
            recipe
            for recipe in _fetched_recipes(own)
            if not standings.of(recipe.id).switched_off and (only is None or recipe.id in only)
        ]
        watch = _Watch(report, due)
        outcomes = asyncio.run(
            fetch_sources(
                due, state, clock, limits or FetchLimits(), random or Random(), watch, force=force, network=network
            )
        )
    with build_lock(state):
        documents = kept_in(state)
        own = load_own_data(shipped, layer, read=documents.read)
        when = clock.when()
        standings, verdicts = change_standings(
            state, lambda before: _twice(judge_lists(own, before, state, when, report))
        )
        release, built = build_from(own, standings, state, when, report, record)
        documents.keep()  # now: the files were the same after they were read
        if built:
            _tidy(own, standings, state)
    lines = (*_fetch_lines(outcomes), *_held_lines(own, standings, verdicts, release), *build_lines(release, built))
    return UpdateReport(release.number, built, _next_due(own, state), lines, tuple(outcomes), verdicts)


def _twice(judged: Judged) -> tuple[Standings, Judged]:
    return judged[0], judged


class _Watch:
    """Turns what fetching tells into steps of the update."""

    def __init__(self, report: Report, recipes: Sequence[Recipe]) -> None:
        self._report = report
        self._of = len(recipes)
        self._done: set[str] = set()

    def __call__(self, progress: FetchProgress) -> None:
        if progress.stage == DONE:
            self._done.add(progress.source)
            if progress.result == NOT_DUE:
                return
        number = min(len(self._done) + (progress.stage != DONE), self._of)
        self._report(Progress(FETCH, progress.source, number, self._of, progress.octets))


def _fetched_recipes(own: OwnData) -> list[Recipe]:
    return [recipe for recipe in own.recipes.all if recipe.urls and own.recipes.is_on(recipe)]


def _next_due(own: OwnData, state: Path) -> datetime | None:
    """When the first list may be asked for again; None if none is fetched."""
    times = [load_journal(state, recipe.id).next_at for recipe in _fetched_recipes(own)]
    known = [datetime.fromisoformat(text).astimezone(UTC) for text in times if text]
    return min(known, default=None)


def _tidy(own: OwnData, standings: Standings, state: Path) -> None:
    """Remove copies and runs that neither a kept release nor a decision needs."""
    kept = set(standings.digests())
    for number in release_numbers(state):
        try:
            kept.update(used.sha256 for used in open_release(state, number).manifest.lists.values())
        except IndexFault:
            continue  # damaged: nobody can go back to it
    try:
        remove_unused_copies(state, kept)
    except StateFault:
        pass  # somebody fetches meanwhile; the next build tidies
    forms = {recipe.id: recipe.format for recipe in own.recipes.all}
    needed = {path for sha256 in kept for form in {*forms.values()} for path in _run_files(state, sha256, form)}
    remove_unused_runs(state, needed)


def _run_files(state: Path, sha256: str, form: str) -> tuple[Path, Path]:
    path = run_path(state, sha256, form)
    return path, path.with_suffix(".hits")


def _fetch_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    asked = [outcome for outcome in outcomes if outcome.result != NOT_DUE]
    if not outcomes:
        return
    if not asked:
        yield "no list is due"
        return
    new, same = (sum(outcome.result == result for outcome in asked) for result in (NEW, UNCHANGED))
    octets = sum(outcome.octets for outcome in asked)
    yield f"asked for {len(asked)} list{'s' * (len(asked) > 1)}: {new} new ({octets / 1e6:.1f} MB), {same} unchanged"
    failed = [outcome for outcome in asked if outcome.result == FAILED]
    for outcome in failed[:MOST_FAULT_LINES]:
        yield f"  {outcome.source}: {outcome.fault}"
    if len(failed) > MOST_FAULT_LINES:
        yield f"  and {len(failed) - MOST_FAULT_LINES} more; see `filterdns lists status`"


def _held_lines(own: OwnData, standings: Standings, verdicts: Mapping[str, Verdict], release: Release) -> Iterator[str]:
    for source, verdict in verdicts.items():
        words = "; ".join(finding.words for finding in verdict.findings)
        if verdict.action == SWITCH_OFF:
            yield f"  {source}: switched off, it is not used: {words}"
            yield f"    `filterdns lists sources on {source}` switches it on again"
        elif verdict.action == HOLD:
            accepted = standings.of(source).accepted
            stays = f"the copy of {accepted.accepted_on[:10]} stays in use" if accepted else "it is not used"
            yield f"  {source}: held, {stays}: {words}"
            if standings.of(source).held is not None:  # or else a person has refused this very content
                yield f"    accepting it {verdict.words}"
                yield f"    `filterdns lists accept {source}` or `filterdns lists keep-old {source}`"


def build_lines(release: Release, built: bool) -> list[str]:
    """What a build came to, for people."""
    manifest = release.manifest
    if not built:
        return [f"release {release.number} is current: {manifest.listings:,} listings, nothing has changed"]
    lines = [f"release {release.number}: {manifest.names:,} names, {manifest.listings:,} listings"]
    return lines + change_lines(manifest)


def change_lines(manifest: Manifest) -> list[str]:
    """What a release changed against the one before, a line a category."""
    if not manifest.before:
        return []
    categories = sorted({*manifest.added, *manifest.removed})
    return [
        f"  {category}: {manifest.added.get(category, 0):,} came, {manifest.removed.get(category, 0):,} went"
        for category in categories
    ]
