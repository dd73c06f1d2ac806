"""Which copy of each public list a release uses, and what is said of the names that come from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from filterdns.errors import DataFault, Fault, IndexFault, StateFault
from filterdns.lists.categories_file import CategoryRow
from filterdns.lists.copies import Copy, Journal, copy_path, load_journal, store_journal
from filterdns.lists.fetch.faults import FetchFault
from filterdns.lists.fetch.kept import keep_octets
from filterdns.lists.fetch.own_files import read_own
from filterdns.lists.fields import read_day
from filterdns.lists.listing import Listing
from filterdns.lists.own_data import OwnData
from filterdns.lists.parse.lines import MOST_LINE_OCTETS, read_header
from filterdns.lists.recipe import Recipe
from filterdns.lists.release import open_release, release_numbers
from filterdns.lists.sources import MOST_OCTETS
from filterdns.lists.standing import Accepted, Standings

IMPORTED = "imported"
REASON = {"en": "A list names it. No person has checked this."}
_MOST_HEADER_LINES = 40


@dataclass(frozen=True, slots=True)
class ChosenCopy:
    """A list that is on, and the copy of it that counts."""

    recipe: Recipe
    copy: Copy

    @property
    def fetched_at(self) -> datetime:
        """When this content was first seen."""
        return _time(self.copy.fetched_at)

    @property
    def confirmed_at(self) -> datetime:
        """When it was last what the source serves."""
        return _time(self.copy.confirmed_at)


def choose_copies(own: OwnData, standings: Standings, state: Path, when: datetime) -> list[ChosenCopy]:
    """The lists that are on and have a copy that counts: of a fetched one what the guard or a person accepted.

    Files of this machine are read anew, and count as they are: whoever may write them may list.  Raises DataFault for
    those that cannot be read.
    """
    chosen = []
    faults: list[Fault] = []
    kept = _copies_of_releases(state)
    for recipe in own.recipes.all:
        if not own.recipes.is_on(recipe):
            continue
        if recipe.path:
            copy = _read_own(recipe, state, when, faults)
        else:
            standing = standings.of(recipe.id)
            accepted = None if standing.switched_off else standing.accepted
            copy = None
            if accepted is not None:
                copy = load_journal(state, recipe.id).get_copy(accepted.sha256)
                copy = copy or kept.get((recipe.id, accepted.sha256)) or _as_accepted(accepted)
        if copy is not None and copy_path(state, copy.sha256).exists():
            chosen.append(ChosenCopy(recipe, copy))
    if faults:
        raise DataFault(faults)
    return chosen


def _copies_of_releases(state: Path) -> dict[tuple[str, str], Copy]:
    """What kept releases were made of: a copy that counts for long may have left its journal."""
    copies: dict[tuple[str, str], Copy] = {}
    for number in release_numbers(state):
        try:
            lists = open_release(state, number).manifest.lists
        except IndexFault:
            continue
        for source, used in lists.items():
            copy = Copy(used.sha256, used.octets, used.url, used.fetched_at, used.confirmed_at)
            copies.setdefault((source, used.sha256), copy)
    return copies


def _as_accepted(accepted: Accepted) -> Copy:
    """A copy of which only the decision is left: it was what the source served when it was accepted, or later."""
    return Copy(accepted.sha256, 0, "", accepted.accepted_on, accepted.accepted_on)


def import_listings(chosen: ChosenCopy, category: CategoryRow) -> tuple[Listing, Listing]:
    """What is said of each name of a list: of those named alone, and of those with their subdomains."""
    alone, wide = (_listing(chosen, category, subdomains) for subdomains in (False, True))
    return alone, wide


def _listing(chosen: ChosenCopy, category: CategoryRow, subdomains: bool) -> Listing:
    recipe, confirmed = chosen.recipe, chosen.confirmed_at.date()
    about = {
        "list": recipe.title,
        "keeper": recipe.keeper.name,
        "contact": recipe.keeper.contact,
        "removal": recipe.keeper.removal,
        "source": recipe.home,
        "licence": recipe.licence,
        "licence_url": recipe.licence_url,
        "called_there": recipe.called_there,
        "note": recipe.about.get("en", ""),
        "trusted_because": recipe.trusted_because.get("en", ""),
        "household": "yes" if recipe.household else "",
        "fetched_on": confirmed.isoformat(),
    }
    return Listing(
        category=category.id,
        subdomains=subdomains,
        source=recipe.id,
        basis=IMPORTED,
        reason=REASON,
        scope_reason=recipe.subdomains_reason.get("en", "") if subdomains else "",
        definition=category.definition.version,
        about={key: text for key, text in about.items() if text},
        review_due=confirmed + timedelta(days=category.review_days),
        expires=confirmed + timedelta(days=category.life_days),
    )


def _read_own(recipe: Recipe, state: Path, when: datetime, faults: list[Fault]) -> Copy | None:
    """A file or folder of this machine, kept by digest like everything that a release is made of.

    While it is there its names do not expire, unless it says itself of which day it is.  One that cannot be read any
    more (a disk that is not mounted) stays at its last copy, and its journal says so.
    """
    journal = load_journal(state, recipe.id)
    newest, now = journal.newest, when.astimezone(UTC).isoformat(timespec="seconds")
    try:
        sha256, octets = keep_octets(state, recipe.id.replace("/", "~"), lambda: read_own(recipe.path, MOST_OCTETS))
    except FetchFault as fault:
        if newest is None:
            faults.append(Fault(recipe.path, "", "a list that can be read", str(fault)))
        else:
            failed = replace(journal, tried_at=now, failures=journal.failures + 1, fault=str(fault))
            store_journal(state, failed)
        return newest
    day = _dated(recipe, faults)
    if day is not None:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat(timespec="seconds")
        copy = Copy(sha256, octets, recipe.path, at, at)
    elif newest is None or newest.sha256 != sha256:
        copy = Copy(sha256, octets, recipe.path, now, now)
    else:
        copy = replace(newest, confirmed_at=max(newest.confirmed_at, now))
    if copy != newest or journal.fault:
        store_journal(state, Journal(recipe.id, (copy,), tried_at=now, fetches=journal.fetches + 1))
    return copy


def _dated(recipe: Recipe, faults: list[Fault]) -> date | None:
    """The day in `# fetched_on: 2030-03-05` at the beginning of a file, from which its names expire."""
    try:
        with Path(recipe.path).open("rb") as file:
            lines = list(islice(iter(lambda: file.readline(MOST_LINE_OCTETS), b""), _MOST_HEADER_LINES))
    except OSError:
        return None  # a folder
    text = read_header(lines).get("fetched_on", "")
    day = read_day(text) if text else None
    if text and day is None:
        faults.append(Fault(recipe.path, "fetched_on", "a date such as 2030-03-05", f'"{text}"'))
    return day


def _time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise StateFault(
            f"expected a time in a journal, got {text!r}; remove the journal, and it is fetched anew"
        ) from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def copies_digest_lines(chosen: Sequence[ChosenCopy]) -> Iterator[str]:
    """What of these copies decides what a release holds, a line each: content, first day, and day of confirmation."""
    for each in chosen:
        days = f"{each.fetched_at.date()} {each.confirmed_at.date()}"
        yield f"{each.recipe.id} {each.copy.sha256} {days}"
