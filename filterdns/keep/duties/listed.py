"""What the current release says of a name in a category: who lists it, since when, and who saw it last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from filterdns.errors import IndexFault
from filterdns.lists.copies import load_journal
from filterdns.lists.index.reader import ReleaseIndex
from filterdns.lists.index.rows import ListingRows
from filterdns.lists.index.seen import SeenNames
from filterdns.lists.release import Release, open_current
from filterdns.lists.set_aside import SetAsideNames
from filterdns.lists.shelves import shelf_of
from filterdns.names import name_text, parse_name

IMPORTED, STARTER, REVIEWED = "imported", "starter", "reviewed"

_EPOCH = date(1970, 1, 1)


class Listed:
    """The current release of a state folder at a moment. Without a release nothing is listed."""

    def __init__(self, state: Path, when: datetime) -> None:
        self._state = state
        self.release: Release | None = None
        try:
            release = open_current(state)
            self._index: ReleaseIndex = release.open_index((when.date() - _EPOCH).days)
            self._rows: ListingRows = release.open_listings()
            self._seen: SeenNames = release.open_seen()
            self._set_aside: SetAsideNames = release.open_set_aside()
        except IndexFault:
            return  # whoever uses the release tells it
        self.release = release

    @property
    def number(self) -> int:
        """Of the release; 0 if there is none."""
        return self.release.number if self.release else 0

    @property
    def names_by_category(self) -> Mapping[str, int]:
        """How many names each category has."""
        return self.release.manifest.names_by_category if self.release else {}

    def is_imported(self, name: str, category: str) -> bool:
        """Whether lists name it and no person here has: then nobody has looked."""
        bases = [row.get("basis") for _, row in self._about(name, category)]
        return bool(bases) and all(basis == IMPORTED for basis in bases)

    def is_ours(self, name: str, category: str) -> bool:
        """Whether a listing of ours is about this very name, and no order: then its days are ours to set."""
        rows = [row for listed, row in self._about(name, category) if listed == name]
        return any(row.get("basis") in (STARTER, REVIEWED) for row in rows)

    def live_hit(self, name: str, category: str) -> datetime | None:
        """When a list of this category that names it was last seen as it was used; None if none names it.

        A server that says that nothing has changed confirms what it said before.
        """
        sources = {str(row["source"]) for _, row in self._about(name, category) if row.get("basis") == IMPORTED}
        return max(filter(None, map(self._confirmed, sources)), default=None)

    def since(self, name: str, category: str) -> date | None:
        """The first day on which it was listed, of all that list it or did; None if nobody knows."""
        days = [
            date.fromisoformat(str(row["listed_on"])) for _, row in self._about(name, category) if "listed_on" in row
        ]
        return min([*days, *self._first_seen(name, category)], default=None)

    def pinned_sources(self, name: str, category: str) -> list[str]:
        """The lists that name it in this release, which a pin keeps off."""
        if self.release is None:
            return []
        found = self._set_aside.get(name.encode("ascii"))
        return sorted({each.source for each in found if each.rule == "pinned" and each.category == category})

    def _about(self, name: str, category: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(name that is listed, listing) of each listing that covers this name."""
        if self.release is None:
            return
        wire = parse_name(name)
        for offset, _, number in self._index.matches(wire):
            for row in self._rows.find(number):
                covers = not offset or row.get("scope") == "subdomains"
                if row.get("category") == category and covers:
                    yield name_text(wire[offset:]), row

    def _first_seen(self, name: str, category: str) -> Iterator[date]:
        if self.release is None:
            return
        for listed in {name, *(above for above, _ in self._about(name, category))}:
            for feed, first, _ in self._seen.get(listed.encode("ascii"), shelf_of(listed.encode("ascii"))):
                if self._seen.feeds[feed].category == category:
                    yield _EPOCH + timedelta(days=first)

    def _confirmed(self, source: str) -> datetime | None:
        used = self.release.manifest.lists.get(source) if self.release else None
        if used is None:
            return None
        copy = load_journal(self._state, source).get_copy(used.sha256)
        times = [used.confirmed_at, *([copy.confirmed_at] if copy else [])]
        return max((datetime.fromisoformat(text).astimezone(UTC) for text in times if text), default=None)
