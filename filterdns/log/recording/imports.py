"""The imports of a release as entries: each list whose copy is another than in the release before, in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from filterdns.errors import IndexFault, StateFault
from filterdns.lists.judging import change_between
from filterdns.lists.manifest import ListInput, Manifest
from filterdns.lists.own_data import OwnData
from filterdns.lists.release import open_release
from filterdns.lists.runs import make_run
from filterdns.lists.standing import Standings
from filterdns.log.record.entries import IMPORT, short_licence, write_entry


class Imports:
    """The entries of one release. What a household added itself has none."""

    def __init__(self, state: Path, own: OwnData, standings: Standings, manifest: Manifest) -> None:
        self._state, self._own, self._standings, self._manifest = state, own, standings, manifest
        self._before = _before(state, manifest)
        self._today = datetime.fromisoformat(manifest.built_at).date()

    def entries(self, at: datetime) -> Iterator[bytes]:
        """One for each list that came, went, changed, or whose life ended since the release before."""
        lists = self._manifest.lists
        before = self._before.lists if self._before else {}
        for id_, used in lists.items():
            if not used.household and (known := self._counts(id_, before.get(id_), used)) is not None:
                yield self._entry(at, id_, used, used.names, used.rejected, *known)
        for id_, was in before.items():
            if id_ not in lists and not was.household:
                expired = was.names if self._is_over(was, self._today) else 0
                yield self._entry(at, id_, was, 0, 0, 0, was.names - expired, expired)

    def _counts(self, id_: str, was: ListInput | None, used: ListInput) -> tuple[int, int, int] | None:
        """How many names came, went, and had gone with the end of the list's life; None if there is nothing to tell."""
        if was is None:
            return used.names, 0, 0
        over = self._is_over(was, self._today)
        if was.sha256 == used.sha256:
            ends_now = self._is_over(used, self._today) and not self._is_over(was, self._built_before())
            return (0, 0, used.names) if ends_now else None
        added, dropped = self._change(id_, was, used)
        return added, dropped, was.names if over else 0

    def _change(self, id_: str, was: ListInput, used: ListInput) -> tuple[int, int]:
        """From the copy before to this one: as the guard counted it, else counted now."""
        accepted = self._standings.of(id_).accepted
        if accepted and accepted.change and (accepted.before, accepted.sha256) == (was.sha256, used.sha256):
            return accepted.change.added, accepted.change.removed
        form = self._own.recipes.find(id_).format
        try:
            runs = [make_run(self._state, copy.sha256, form) for copy in (was, used)]
        except StateFault:  # the copy before is gone: all that is known is that this one came in its place
            return used.names, was.names
        change = change_between(*runs)
        return change.added, change.removed

    def _is_over(self, used: ListInput, day: date) -> bool:
        """Whether the life of a list's names had ended by this day."""
        row = self._own.table.get(used.category)
        confirmed = datetime.fromisoformat(used.confirmed_at).date()
        return row is not None and (day - confirmed).days >= row.life_days

    def _built_before(self) -> date:
        assert self._before is not None
        return datetime.fromisoformat(self._before.built_at).date()

    def _entry(
        self, at: datetime, id_: str, used: ListInput, names: int, rejected: int, added: int, dropped: int, expired: int
    ) -> bytes:
        recipe = self._own.recipes.get(id_)
        return write_entry(
            IMPORT,
            at,
            source=id_,
            sha256=used.sha256,
            octets=used.octets,
            names=names,
            rejected=rejected,
            added=added,
            dropped=dropped,
            expired=expired,
            fetched_at=used.fetched_at,
            licence=short_licence(used.licence),
            redistribute=recipe is not None and recipe.redistribute,
        )


def _before(state: Path, manifest: Manifest) -> Manifest | None:
    """The release that this one follows; None if there is none, or it is gone."""
    try:
        return open_release(state, manifest.before).manifest if manifest.before else None
    except IndexFault:
        return None
