"""What a web feed of a name tells (Atom, RFC 4287): one item for each decision and for each list that names it.

An item's identity never changes, its words only when something new is known: a decision of the log has the log's name
and its index, whatever else has the digest of what it is about and its first day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from filterdns.transparency.reasons.history import NAMED_BEFORE, Event
from filterdns.transparency.reasons.history_words import HistoryWords
from filterdns.transparency.reasons.listing import Listing
from filterdns.transparency.reasons.listing_words import ListingWords
from filterdns.transparency.reasons.past import Past
from filterdns.transparency.reasons.past_words import PastWords
from filterdns.transparency.reasons.statement import Statement
from filterdns.transparency.reasons.texts import choose

MOST_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. `id`: an IRI, or a fragment that belongs behind the address of the name's page."""

    id: str
    at: datetime  # when it last changed, aware
    title: str
    words: str
    category: str


def items_of(statement: Statement, past: Sequence[Past], origin: str) -> list[Item]:
    """The items of a name, the newest first. `origin`: the name of the log, "" where there is none."""
    items = [*_decisions(past, origin), *_listings(statement, has_log=bool(origin))]
    items += _events(statement.history, statement.name, has_log=bool(origin))
    return sorted(items, key=lambda item: (item.at, item.id), reverse=True)[:MOST_ITEMS]


def _decisions(past: Iterable[Past], origin: str) -> Iterator[Item]:
    words = PastWords()
    host, _, path = origin.partition("/")
    for event in past:
        marks = [mark for mark in (event.published, event.seen_working) if mark]
        told = [choose(event.reason).words, words.decided(event), words.published(event)]
        told += [words.seen_working(event)] if words.opens(event) else []
        yield Item(
            id=f"tag:{host.partition(':')[0]},{event.at:%Y-%m-%d}:{path}/entry/{event.index}",  # RFC 4151
            at=max([event.at, *(mark.at for mark in marks)]),
            title=f"{event.name}: {words.what(event)}",
            words="\n".join(filter(None, told)),
            category=event.category,
        )


def _listings(statement: Statement, *, has_log: bool) -> Iterator[Item]:
    """Lists that name it, and where there is no log what people wrote. What changes by itself each day is not said."""
    words = ListingWords()
    for listing in statement.listings:
        since = listing.first_seen or listing.listed_on
        if since is None or (has_log and not listing.public_list):
            continue
        yield Item(
            id=_fragment("listed", listing.name, listing.source, listing.category or listing.protection, str(since)),
            at=_moment(since),
            title=f"{listing.name}: on “{_title(listing)}” as {listing.category or listing.protection}",
            words=f"{words.basis(listing)}\n{words.scope(listing)}.",
            category=listing.category or listing.protection,
        )


def _events(history: Iterable[Event], asked: str, *, has_log: bool) -> Iterator[Item]:
    words = HistoryWords()
    for event in history:
        last = event.until if event.what == NAMED_BEFORE or event.ended else event.since
        if last is None or (has_log and event.is_decision):
            continue
        about = (event.what, event.name, event.source, *event.categories, str(event.since), str(event.ended))
        yield Item(
            id=_fragment(*about),
            at=_moment(last),
            title=f"{event.name}: {words.lead(event, event.name)}",
            words=words.event(event, asked),
            category=event.categories[0] if len(event.categories) == 1 else "",
        )


def _title(listing: Listing) -> str:
    return listing.public_list.title if listing.public_list else listing.source


def _fragment(*about: str) -> str:
    return "#" + hashlib.sha256("\0".join(about).encode()).hexdigest()[:24]


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
