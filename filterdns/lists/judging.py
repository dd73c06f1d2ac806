"""The newest copies of the lists that are on: parsed, measured against what counts now, and judged by the guard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filterdns.errors import StateFault
from filterdns.lists.census import Census, Change
from filterdns.lists.copies import copy_path, load_journal
from filterdns.lists.curate.below import Zones
from filterdns.lists.curate.finding import Verdict
from filterdns.lists.curate.name_rules import with_www
from filterdns.lists.deciding import News, decide
from filterdns.lists.own_data import OwnData
from filterdns.lists.progress import PARSE, Progress
from filterdns.lists.recipe import Recipe
from filterdns.lists.runs import SCOPES, Run, make_run, spans_of
from filterdns.lists.shelves import SHELVES
from filterdns.lists.standing import Standing, Standings
from filterdns.lists.store_file import store_file

MOST_EXAMPLES = 20  # of names that come or go, for the page that asks a person


@dataclass(frozen=True, slots=True)
class HelpNames:
    """Protected names, as a list may name them. `key` changes when they do."""

    p1: frozenset[bytes]  # with their www forms: a list that names one of these is held
    zones: Zones  # all of them with what lies below
    key: str


def help_names(own: OwnData) -> HelpNames:
    """The protected names of these data."""
    names = sorted({*own.p1, *own.p2})
    p1 = with_www(own.p1)
    key = hashlib.sha256(b"\n".join([*names, b"", *sorted(p1)])).hexdigest()
    return HelpNames(p1, Zones(names), key)


def judge_lists(
    own: OwnData, standings: Standings, state: Path, when: datetime, report: Callable[[Progress], None]
) -> tuple[Standings, Mapping[str, Verdict]]:
    """Judge the newest copy of each fetched list that is on. Raises StateFault if a copy cannot be read."""
    names = help_names(own)
    recipes = [recipe for recipe in own.recipes.all if own.recipes.is_on(recipe) and not recipe.path]
    news = []
    for number, recipe in enumerate(recipes, 1):
        report(Progress(PARSE, recipe.id, number, len(recipes)))
        each = _news(recipe, standings.of(recipe.id), names, state)
        if each is not None:
            news.append(each)
    return decide(standings, news, when)


def _news(recipe: Recipe, standing: Standing, names: HelpNames, state: Path) -> News | None:
    copy = load_journal(state, recipe.id).newest
    if copy is None or not copy_path(state, copy.sha256).exists():
        return None
    run = make_run(state, copy.sha256, recipe.format)
    census = with_hits(run, names)
    confirmed_at = datetime.fromisoformat(copy.confirmed_at).astimezone(UTC)
    accepted = standing.accepted
    if accepted is None or accepted.sha256 == copy.sha256:
        return News(recipe, census, confirmed_at, against=accepted.sha256 if accepted else "")
    try:
        change = change_between(make_run(state, accepted.sha256, recipe.format), run)
    except StateFault:  # the octets of what counts are gone: judged as on first sight, but for its numbers
        change = None
    return News(recipe, census, confirmed_at, change, accepted.sha256)


def with_hits(run: Run, names: HelpNames) -> Census:
    """The census of a run with the protected names that it names, or names something below.

    A measuring host below a helpline is no attack on the helpline: only the helpline's own name is a hit on P1, all
    others count among those of P2, which are set aside.  Found once for a run, and kept beside it.
    """
    path = run.path.with_suffix(".hits")
    try:
        kept = json.loads(path.read_bytes())
        hits = tuple(kept["hits"]) if kept["key"] == names.key else None
    except (OSError, ValueError, KeyError, TypeError):
        hits = None
    if hits is None:
        hits = tuple(name.decode() for name in run.covered(names.zones))
        store_file(path, json.dumps({"key": names.key, "hits": hits}).encode())
    p1 = tuple(name for name in hits if name.encode() in names.p1)
    return replace(run.census, p1_hits=p1, p2_hits=tuple(name for name in hits if name not in p1))


def change_between(before: Run, after: Run) -> Change:
    """How many names come and go, whatever their scope, and some of them."""
    added = removed = 0
    came: list[bytes] = []
    went: list[bytes] = []
    with before.path.open("rb") as old_file, after.path.open("rb") as new_file:
        for shelf in range(SHELVES):
            for span in spans_of([(before, old_file), (after, new_file)], shelf):
                old = {name for scope in SCOPES for name in before.names(old_file, scope, shelf, span)}
                new = {name for scope in SCOPES for name in after.names(new_file, scope, shelf, span)}
                added += len(new - old)
                removed += len(old - new)
                came += sorted(new - old)[: MOST_EXAMPLES - len(came)]
                went += sorted(old - new)[: MOST_EXAMPLES - len(went)]
    return Change(added, removed, _texts(came), _texts(went))


def _texts(names: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(name.decode() for name in names)
