"""Why a name came into a release or went out of it, as `filterdns lists diff --reasons` prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from filterdns.cli.places import load_table
from filterdns.lists.compare import CAME
from filterdns.lists.countries import country_of
from filterdns.lists.names_of import Kinds, ListedNames, fields_of
from filterdns.lists.release import Release
from filterdns.lists.revocations import RevocationTable, allowed_file, load_revocations
from filterdns.lists.sightings import Sightings
from filterdns.names import name_text, parse_name
from filterdns.transparency.reasons.history import know
from filterdns.transparency.reasons.history_words import ENGLISH
from filterdns.transparency.reasons.texts import choose

Row = Mapping[str, Any]


class Reasons:
    """Of two releases that are compared by these fields of a listing. Raises IndexFault and StateFault."""

    def __init__(self, old: Release, new: Release, by: Sequence[str]) -> None:
        self._old, self._new, self._by = ListedNames(old), ListedNames(new), by
        self._index, self._rows = new.open_index(), new.open_listings()
        self._memory = Sightings(new)
        self._decided = RevocationTable(load_revocations(allowed_file(new.folder)))
        self._lists = new.manifest.lists
        self._day = datetime.fromisoformat(new.manifest.built_at).date()
        self._table = load_table()

    def lines(self, sign: str, key: str, name: str) -> list[str]:
        """All there is to say of one difference, of which `lists.compare` tells."""
        wire = parse_name(name)
        rows = (self._new if sign == CAME else self._old).rows(wire)
        meant = [row for row in rows if key in Kinds(frozenset(fields_of(row))).keys(self._by, country_of(wire))]
        words = map(_why_listed, meant) if sign == CAME else self._why_gone(wire, meant)
        return list(dict.fromkeys(words))

    def _why_gone(self, wire: bytes, gone: Sequence[Row]) -> Iterator[str]:
        """What the newer release knows of the name; of a listing that it does not know, what can be told from it."""
        decided = self._decided.about(wire)
        known = know(wire, self._index, self._rows.find, self._memory, self._table, decided, self._day)
        sources = {str(row.get("source")) for row in gone}
        events = [event for event in known.events if event.is_decision or event.source in sources]
        yield from (ENGLISH.event(event, name_text(wire)) for event in events)
        if any(event.is_decision and not event.ended for event in events):
            return
        now = self._new.rows(wire)
        for row in gone:
            if not {row.get("source")} & {event.source for event in events}:
                yield self._why_row_gone(row, now)

    def _why_row_gone(self, row: Row, now: Sequence[Row]) -> str:
        source, about = str(row.get("source")), row.get("about", {})
        if any(other.get("source") == source and other.get("category") == row.get("category") for other in now):
            return f"{source} says something else of it now."
        if about.get("list") and source not in self._lists:
            return f"Its list is not used any more: {_list(row)}."
        if (expires := row.get("expires", "")) and expires <= self._day.isoformat():
            return f"It ended on {expires}, as nobody had looked at it again."
        if about.get("list"):
            return f"Its list does not name it any more: {_list(row)}."
        return f"{source} has no entry of it any more."


def _why_listed(row: Row) -> str:
    """The reason that a listing gives, and who stands behind it."""
    about = row.get("about", {})
    if about.get("list"):
        return f"{choose(row.get('reason', {})).words} {_list(row)}."
    if order := row.get("order"):
        return f"Ordered by {order.get('authority')}: {order.get('law')}, {order.get('reference')}."
    if kind := about.get("kind"):
        return f"Protected as {str(kind).replace('_', ' ')} ({row.get('source')})"
    reason = choose(row.get("reason", {})).words or "No reason is written down"
    people = "".join(f", {approval['by']} ({approval['org']})" for approval in row.get("approvals", ()))
    return f"{reason} ({row.get('source')}{people})"


def _list(row: Row) -> str:
    about = row.get("about", {})
    return f"{about.get('list')} ({row.get('source')}), kept by {about.get('keeper')}"
