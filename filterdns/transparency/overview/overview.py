"""The page Lists as a whole, as values that a template shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from filterdns.config.settings import ProfileSettings
from filterdns.lists.manifest import Manifest
from filterdns.transparency.overview.categories import Group, Offer, groups_of, offers_of
from filterdns.transparency.overview.moments import Moment, count, parse_moment
from filterdns.transparency.overview.now import Now, now_of
from filterdns.transparency.overview.ordered import Ordered, ordered_of
from filterdns.transparency.overview.rows import ListRow, row_of
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.overview.waiting import Question, Stopped, question_of, stopped_of
from filterdns.transparency.overview.week import Week, week_of


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page."""

    now: Now
    ordered: tuple[Ordered, ...]
    questions: tuple[Question, ...]
    stopped: tuple[Stopped, ...]
    offers: tuple[Offer, ...]
    groups: tuple[Group, ...]
    week: Week
    kept: int  # releases
    faults: tuple[str, ...]

    @property
    def waits(self) -> int:
        """How many things wait for a person."""
        return len(self.questions) + len(self.stopped)

    @property
    def offered(self) -> tuple[ListRow, ...]:
        """What is switched on together at first."""
        return tuple(row for offer in self.offers for row in offer.rows)


@dataclass(frozen=True, slots=True)
class KeptRelease:
    """A release that one can go back to. `lists`: how many public lists it was made of."""

    number: int
    built: str
    text: str
    is_current: bool


def overview_of(
    snapshot: Snapshot, profiles: Sequence[ProfileSettings], now: Moment, orders: Sequence[str] = ()
) -> Overview:
    """The page. `orders`: identifiers of what was ordered on it just now."""
    rows = [row_of(recipe, snapshot, now) for recipe in snapshot.recipes.all]
    groups = groups_of(snapshot, rows, profiles)
    return Overview(
        now=now_of(snapshot, {row.id: row.title for row in rows}, now),
        ordered=ordered_of(orders, snapshot, {row.id: row for row in rows}),
        questions=tuple(filter(None, (question_of(row, now) for row in rows))),
        stopped=tuple(filter(None, (stopped_of(row, now) for row in rows))),
        offers=offers_of(snapshot, groups),
        groups=groups,
        week=week_of(snapshot.releases, snapshot.table, now),
        kept=len(snapshot.releases),
        faults=snapshot.faults,
    )


def kept_releases(snapshot: Snapshot, now: Moment) -> tuple[KeptRelease, ...]:
    """The releases that are kept, the newest first."""
    current = snapshot.current.number if snapshot.current else 0
    return tuple(_kept(release, current, now) for release in snapshot.releases)


def _kept(release: Manifest, current: int, now: Moment) -> KeptRelease:
    at = parse_moment(release.built_at)
    text = f"{count(release.names, 'name')} from {count(len(release.lists), 'list')} and from what people here wrote"
    return KeptRelease(release.number, now.say(at) if at else "", text, release.number == current)
