"""One source: its mirrors in order, or its file; then its copy, its journal and its outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from random import Random

from filterdns.errors import StateFault
from filterdns.lists.copies import Copy, Journal, load_journal, store_journal
from filterdns.lists.fetch.asking import Question, Way, ask
from filterdns.lists.fetch.decode import is_gzip, read_decoded
from filterdns.lists.fetch.faults import FetchFault
from filterdns.lists.fetch.kept import is_kept, keep_octets
from filterdns.lists.fetch.outcome import (
    ASKING,
    DONE,
    FAILED,
    NEW,
    NOT_DUE,
    RECEIVING,
    UNCHANGED,
    Outcome,
    Progress,
    Report,
)
from filterdns.lists.fetch.own_files import read_own
from filterdns.lists.fetch.partial import Partial
from filterdns.lists.fetch.receiving import Received
from filterdns.lists.fetch.schedule import after_failure, after_success, is_due, stamp
from filterdns.lists.fetch.words import say_failure
from filterdns.lists.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Run:
    """What all sources of one run share."""

    state: Path
    way: Way
    random: Random
    report: Report
    zone: tzinfo | None


async def fetch_source(recipe: Recipe, run: Run, force: bool) -> Outcome:
    """Fetch one source if it is due, and store its journal. Every fault is in the outcome; a full disk is one."""
    clock, limits = run.way.clock, run.way.limits
    journal = load_journal(run.state, recipe.id)
    if not force and not is_due(journal, recipe.update_hours, clock.when(), limits):
        outcome = Outcome(recipe.id, NOT_DUE, copy=journal.newest)
    else:
        outcome = await _fetch_due(recipe, journal, run)
    run.report(Progress(recipe.id, DONE, octets=outcome.octets, result=outcome.result))
    return outcome


async def _fetch_due(recipe: Recipe, journal: Journal, run: Run) -> Outcome:
    began = run.way.clock.now()
    octets = 0
    try:
        try:
            if recipe.path:
                copy, octets = await _read_own(recipe, journal, run)
            else:
                copy, octets = await _fetch_mirrors(recipe, journal, run)
        except (FetchFault, StateFault) as fault:
            fresh = _failed(recipe, journal, fault, run)
            result = FAILED
        else:
            when, limits = run.way.clock.when(), run.way.limits
            fresh = after_success(journal, copy, recipe.update_hours, when, run.random, limits)
            is_new = journal.newest is None or journal.newest.sha256 != copy.sha256
            result = NEW if is_new else UNCHANGED
        store_journal(run.state, fresh)
    except StateFault as fault:
        fresh, result = replace(journal, fault=str(fault)), FAILED
    seconds = run.way.clock.now() - began
    return Outcome(recipe.id, result, octets, seconds, fresh.fault, fresh.newest)


def _failed(recipe: Recipe, journal: Journal, fault: FetchFault | StateFault, run: Run) -> Journal:
    cause, lasting, wait = str(fault), False, 0.0
    if isinstance(fault, FetchFault):
        lasting, wait = fault.lasting, fault.wait_seconds
    when = run.way.clock.when()
    fresh = after_failure(journal, recipe.update_hours, when, run.random, run.way.limits, lasting, wait)
    next_at = datetime.fromisoformat(fresh.next_at)
    return replace(fresh, fault=say_failure(cause, fresh.failures, next_at, fresh.newest, when, run.zone))


async def _read_own(recipe: Recipe, journal: Journal, run: Run) -> tuple[Copy, int]:
    most = run.way.limits.most_octets

    def read() -> Iterator[bytes]:
        return read_own(recipe.path, most)

    sha256, octets = await asyncio.to_thread(keep_octets, run.state, recipe.id, read)
    now = stamp(run.way.clock.when())
    return _copy_of(journal, Copy(sha256, octets, recipe.path, now, now)), octets


async def _fetch_mirrors(recipe: Recipe, journal: Journal, run: Run) -> tuple[Copy, int]:
    """The copy of the first address that gives one. Raises FetchFault with what each of them did, or StateFault."""
    faults: list[tuple[str, FetchFault]] = []
    for url in recipe.urls:
        try:
            return await _fetch_url(recipe, url, journal, run)
        except FetchFault as fault:
            faults.append((url, fault))
    if not faults:
        raise FetchFault("its recipe has no address", lasting=True)
    if len(faults) == 1:
        raise faults[0][1]
    raise FetchFault(
        "; ".join(f"{_host(url)}: {fault.words}" for url, fault in faults),
        lasting=all(fault.lasting for _, fault in faults),
        wait_seconds=min(fault.wait_seconds for _, fault in faults),
    )


async def _fetch_url(recipe: Recipe, url: str, journal: Journal, run: Run) -> tuple[Copy, int]:
    state, limits, clock = run.state, run.way.limits, run.way.clock
    known = next((copy for copy in reversed(journal.copies) if copy.url == url), None)
    if known and not is_kept(state, known.sha256, known.octets):
        known = None  # then "not modified" would leave us without a list
    partial = Partial(state, recipe.id, limits.sync_octets)
    host = _host(url)

    def asking(asked: str) -> None:
        run.report(Progress(recipe.id, ASKING, asked))

    tell = _spaced(lambda octets, total: run.report(Progress(recipe.id, RECEIVING, host, octets, total)), run)
    received = await ask(Question(recipe, url, known, partial, asking, tell), run.way)
    now = stamp(clock.when())
    try:
        if received is None:
            assert known is not None
            return replace(known, confirmed_at=now), 0
        sha256, octets = await asyncio.to_thread(_keep, state, recipe.id, partial, received, limits.most_octets)
    finally:
        partial.discard()
    copy = Copy(sha256, octets, url, now, now, received.etag, received.last_modified)
    return _copy_of(journal, copy), received.octets


def _keep(state: Path, source: str, partial: Partial, received: Received, most_octets: int) -> tuple[str, int]:
    def read() -> Iterator[bytes]:
        with partial.path.open("rb") as file:
            yield from read_decoded(file, received.coding, most_octets)

    try:
        with partial.path.open("rb") as file:
            is_packed = bool(received.coding) or is_gzip(file.read(2))
        return keep_octets(state, source, read, ready=None if is_packed else partial.path)
    except OSError as error:
        raise StateFault(f"{partial.path}: expected a download, got {error.strerror or error}") from error


def _copy_of(journal: Journal, copy: Copy) -> Copy:
    """The same content as before is confirmed, not fetched anew, wherever it came from this time."""
    newest = journal.newest
    if newest and newest.sha256 == copy.sha256:
        return replace(copy, fetched_at=newest.fetched_at)
    return copy


def _spaced(tell: Callable[[int, int | None], None], run: Run) -> Callable[[int, int | None], None]:
    """Pass on the first report, the last one, and those between that come late enough after another."""
    last = float("-inf")

    def spaced(octets: int, total: int | None) -> None:
        nonlocal last
        now = run.way.clock.now()
        if octets == total or now - last >= run.way.limits.progress_seconds:
            last = now
            tell(octets, total)

    return spaced


def _host(url: str) -> str:
    """The host of an address, for people; passwords in it are nobody's business."""
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url
