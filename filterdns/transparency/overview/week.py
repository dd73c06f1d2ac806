"""What changed within a week, a sentence a category, from the releases that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from filterdns.lists.categories_file import CategoryTable
from filterdns.lists.manifest import Manifest
from filterdns.transparency.overview.moments import Moment, count, days_text, parse_moment
from filterdns.transparency.overview.wording import category_title

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """`intro` says which releases are compared, or why none are; `sentences` are (category, its title, what)."""

    intro: str
    sentences: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class _Sum:
    added: int
    removed: int
    days: list[date]


def week_of(releases: Sequence[Manifest], table: CategoryTable, now: Moment) -> Week:
    """What the releases of the last seven days changed. `releases`: those that are kept, the newest first."""
    if not releases:
        return Week("There is no release yet.")
    if not any(release.before for release in releases):
        return Week("There is one release so far, so nothing can be compared yet. It begins with the next one.")
    built = [(at, release) for release in releases if release.before and (at := parse_moment(release.built_at))]
    recent = [(at, release) for at, release in built if not now.is_past(at, WEEK)]
    if not recent:
        return Week("No release was made within the last seven days, so no name came or went.")
    sums: dict[str, _Sum] = {}
    for at, release in recent:
        for category in {**release.added, **release.removed}:
            added, removed = release.added.get(category, 0), release.removed.get(category, 0)
            if added or removed:
                total = sums.setdefault(category, _Sum(0, 0, []))
                total.added += added
                total.removed += removed
                total.days.append(now.day(at))
    is_cut = bool(releases[-1].before) and len(recent) == len(built)
    intro = _intro([now.day(at) for at, _ in recent], changed=bool(sums), is_cut=is_cut)
    rows = [(row, sums[row.id]) for row in table.categories if row.id in sums]
    return Week(intro, tuple((row.id, category_title(row), _sentence(total)) for row, total in rows))


def _intro(days: list[date], *, changed: bool, is_cut: bool) -> str:
    releases = f"{'release' if len(days) == 1 else f'{len(days)} releases'} made {days_text(days)}"
    told = f"By the {releases}." if changed else f"No name came or went with the {releases}."
    return f"{told} Older ones are not kept, so what they changed is not counted." if is_cut else told


def _sentence(total: _Sum) -> str:
    came = f"{count(total.added, 'name')} came" if total.added else ""
    went = f"{count(total.removed, 'name')} went" if total.removed else ""
    return f"{' and '.join(filter(None, (came, went)))}, {days_text(total.days)}."
