"""Listings as `filterdns check` prints them: a line for each thing there is to say, with its title before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from filterdns.cli.verdict import ListingShown
from filterdns.lists.revocations import Revocation
from filterdns.transparency.reasons.history import Event
from filterdns.transparency.reasons.history_words import ENGLISH as HISTORY
from filterdns.transparency.reasons.listing import Listing
from filterdns.transparency.reasons.listing_words import ENGLISH
from filterdns.transparency.reasons.public_list import PublicList
from filterdns.transparency.reasons.texts import choose


def listing_lines(listings: Iterable[ListingShown]) -> list[str]:
    """All listings that cover a name; `>` before those that decide."""
    lines = []
    for row in listings:
        scope = "this name alone" if not row.listing.subdomains else "with what is below it"
        lines.append(f" {'>' if row.decides else ' '} {row.name}: {row.category}, {scope}")
        lines += [f"     {title:<11}{words}" for title, words in _rows(row) if words]
    return lines


def history_lines(history: Iterable[Event], asked: str) -> list[str]:
    """What is known of a name besides: a line with what it is about, and one with days and why."""
    lines = []
    for event in history:
        lines.append(f"   {HISTORY.lead(event, asked)}")
        if rest := HISTORY.rest(event):
            lines.append(f"     {rest}")
    return lines


def _rows(row: ListingShown) -> Iterator[tuple[str, str]]:
    """(title, words) of a listing; those without words are not said."""
    listing = row.listing
    if row.revoked is not None:
        yield "but", f"{_revoked(row.revoked)}: it does not count"
    elif not row.counts:
        yield "but", "expired: it no longer counts"
    if listing.public_list:
        yield from _list_rows(listing.public_list)
    else:
        yield "source", listing.source + (", written by this household; ask at home" if listing.of_household else "")
        yield "about", ", ".join(f"{title.lower()} {value}" for title, value in ENGLISH.field_rows(listing.about))
        yield "reason", choose(listing.reason).words
        yield "order", ", ".join(f"{title.lower()} {value}" for title, value in ENGLISH.field_rows(listing.order))
    yield "basis", ENGLISH.basis(listing)
    yield "decided by", "; ".join(listing.approvals)
    yield "seen", _said(("first", listing.first_seen), ("last confirmed", listing.confirmed_on))
    yield "days", _days(listing)
    if listing.public_list and not listing.public_list.household:
        yield "a mistake?", f"{ENGLISH.complaint(listing.public_list)} {listing.public_list.complain_at}".rstrip()


def _list_rows(named: PublicList) -> Iterator[tuple[str, str]]:
    there = f', there "{named.called_there}"' if named.called_there else ""
    yield "list", f"{named.title} ({named.id}){there}"
    if named.household:
        yield "keeper", "this household added it; ask at home"
    else:
        contact = named.contact if named.contact != named.complain_at else ""
        yield "keeper", ", ".join(filter(None, (named.keeper, contact)))
    licence = named.licence or ("" if named.household else "not stated")
    yield "licence", ", ".join(filter(None, (licence, named.licence_url)))


def _days(listing: Listing) -> str:
    return _said(("listed", listing.listed_on), ("review by", listing.review_due), ("ends", listing.expires))


def _said(*days: tuple[str, date | None]) -> str:
    return ", ".join(f"{words} {day}" for words, day in days if day)


def _revoked(revocation: Revocation) -> str:
    """Since when and why it does not count."""
    since = f" since {revocation.since[:10]}" if revocation.since else ""
    until = f" until {revocation.until[:10]}" if revocation.until else ""
    return revocation.kind + since + until + (f", {revocation.reason}" if revocation.reason else "")
