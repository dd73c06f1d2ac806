"""What there is to know of a name besides its listings: lists that name it in vain or did once, and what was decided.

A list that names a name which is not listed was kept off by a rule.  The release writes down which one it was, but for
two: that a category needs a second list is told by there being no listing and no other rule, and that a list was not
confirmed for too long is told by its days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol

from filterdns.lists.revocations import Revocation
from filterdns.lists.set_aside import Refusal
from filterdns.lists.sightings import Sighting
from filterdns.names import label_offsets, name_text
from filterdns.transparency.reasons.decision import Match
from filterdns.transparency.reasons.listing import OVERLAY, Listing, has_expired, read_revoked, read_source
from filterdns.transparency.reasons.texts import Taxonomy
from filterdns.transparency.reasons.typed import shown_name

SET_ASIDE, NAMED_BEFORE = "set_aside", "named_before"  # what lists say; decisions have the kinds of revocations
RESTRICTED_CATEGORY = "restricted_legal"  # names in it are told of nowhere
TWO_FEEDS, EXPIRED = "two_feeds", "expired"
MOST_NAMES = 8  # looked at above a name: real ones have fewer labels, and a made-up one shall not cost more

_OF_OTHERS = frozenset({"public_suffix", "shared_host", "popular", "safe_search", "ours"})
"""Rules about names below which others live: what a list says of such a name says nothing of those below it."""


Rows = Callable[[int], list[dict[str, Any]]]
"""What a release says of a set of listings."""


class Matches(Protocol):
    """What is needed of a release's index here."""

    def matches(self, qname: bytes) -> list[Match]: ...


class Memory(Protocol):
    """What is needed of a release's memory, for exactly one name at a time."""

    def named(self, name: bytes) -> Sequence[Sighting]: ...
    def refused(self, name: bytes) -> Sequence[Refusal]: ...


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said or decided of a name, and that is no listing of it now."""

    what: str  # SET_ASIDE, NAMED_BEFORE, suspended, emergency, allowed or pinned
    name: str  # that it is about: the one asked for, or one above it
    shown: str
    source: str  # identifier of the list, or file of an entry; "" for what was decided
    title: str  # of the list
    household: bool  # a list or an entry of this installation
    categories: tuple[str, ...]  # () for a decision: all but orders from outside
    since: date | None
    until: date | None  # NAMED_BEFORE: the last day; of a decision: the first day on which it does not hold
    rule: str = ""  # why what is named is not listed
    reason: str = ""  # that people gave
    ended: bool = False  # of a decision

    @property
    def is_decision(self) -> bool:
        """Whether people decided it."""
        return self.what not in (SET_ASIDE, NAMED_BEFORE)


@dataclass(frozen=True, slots=True)
class Known:
    """What lists say of a name and of those above it, by where each begins in the name, and the events."""

    sightings: Mapping[int, Sequence[Sighting]]
    events: tuple[Event, ...]  # what was decided first

    def with_first_seen(self, listing: Listing) -> Listing:
        """The listing with the first day on which its list named the name; as it is if people wrote it."""
        if not listing.public_list:
            return listing
        first = (s.first for s in self.sightings.get(listing.offset, ()) if s.source == listing.source)
        return replace(listing, first_seen=next(first, None))


def know(
    qname: bytes,
    index: Matches,
    rows: Rows,
    memory: Memory | None,
    taxonomy: Taxonomy | None,
    revocations: Iterable[Revocation],
    day: date,
) -> Known:
    """All that is known of a canonical name on a day. `revocations`: all that cover it, also those that have ended."""
    decided = tuple(_decision(qname, revocation, day) for revocation in revocations)
    if memory is None:
        return Known({}, decided)
    sightings = {offset: memory.named(_text(qname, offset)) for offset in suffixes_of(qname)}
    named: list[Event] = []
    for offset, of_name in sightings.items():
        refused = list(dict.fromkeys(memory.refused(_text(qname, offset))))
        if offset and any(refusal.rule in _OF_OTHERS for refusal in refused):
            continue
        named += _refused(qname[offset:], refused, of_name)
        if of_name:
            ruled = {refusal.source for refusal in refused} | _counting(qname[offset:], index, rows, day)
            named += (
                _named(qname[offset:], sighting, "" if sighting.last else _unwritten_rule(sighting, taxonomy, day))
                for sighting in of_name
                if sighting.last or sighting.source not in ruled
            )
    events = (*decided, *sorted(named, key=lambda event: event.what == NAMED_BEFORE))
    return Known(sightings, tuple(event for event in events if RESTRICTED_CATEGORY not in event.categories))


def suffixes_of(qname: bytes) -> list[int]:
    """Where the names begin that there may be something to know of: this one and those above it with two labels."""
    offsets = label_offsets(qname)[:-1]
    return offsets if len(offsets) <= MOST_NAMES else [offsets[0], *offsets[1 - MOST_NAMES :]]


def _counting(qname: bytes, index: Matches, rows: Rows, day: date) -> set[str]:
    """The sources of the listings of exactly this name that have not expired."""
    found = (row for at, _, number in index.matches(qname) if not at for row in rows(number))
    return {read_source(row) for row in found if not has_expired(row, day)}


def _refused(qname: bytes, refused: Iterable[Refusal], sightings: Iterable[Sighting]) -> Iterator[Event]:
    """What named a name and was kept off by a rule that the release has written down."""
    by_source = {sighting.source: sighting for sighting in sightings}
    for refusal in refused:
        by = by_source.get(refusal.source)
        yield Event(
            what=SET_ASIDE,
            name=name_text(qname),
            shown=shown_name(qname),
            source=refusal.source,
            title=by.title if by else "",
            household=by.household if by else refusal.source.startswith(OVERLAY),
            categories=(refusal.category,) if refusal.category else (),
            since=by.first if by else None,
            until=None,
            rule=refusal.rule,
        )


def _named(qname: bytes, sighting: Sighting, rule: str) -> Event:
    return Event(
        what=NAMED_BEFORE if sighting.last else SET_ASIDE,
        name=name_text(qname),
        shown=shown_name(qname),
        source=sighting.source,
        title=sighting.title,
        household=sighting.household,
        categories=(sighting.category,) if sighting.category else (),
        since=sighting.first,
        until=sighting.last,
        rule=rule,
    )


def _decision(qname: bytes, revocation: Revocation, day: date) -> Event:
    """What people decided about a name."""
    read = read_revoked(revocation)
    return Event(
        what=revocation.kind,
        name=revocation.name.decode("ascii", "replace"),
        shown=shown_name(qname[len(qname) - len(revocation.name) - 2 :]),
        source="",
        title="",
        household=False,
        categories=revocation.categories,
        since=read.since,
        until=read.until,
        reason=read.reason,
        ended=not revocation.holds_on(day),
    )


def _unwritten_rule(sighting: Sighting, taxonomy: Taxonomy | None, day: date) -> str:
    """Why a list names a name that is not listed, where the release has written no rule down; "" if nobody can say."""
    category = taxonomy.get(sighting.category) if taxonomy else None
    if category is None:
        return ""
    return EXPIRED if sighting.confirmed + timedelta(days=category.life_days) <= day else TWO_FEEDS


def _text(qname: bytes, offset: int) -> bytes:
    return name_text(qname[offset:]).encode("ascii")
