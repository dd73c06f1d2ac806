"""The statement of reasons as JSON: the same content as the page, with keys that stay.

Days are "2030-03-05", null where there is none; texts that nobody gave are "". Of what is about lists:

    listings[].list           null for what people here wrote, else {id, title, keeper, contact, removal, home, licence,
                              licence_url, household}; `removal` is the page where its keeper is asked to take a name
                              off, `household` true for a list that this installation added: ask at home
    listings[].first_seen     the first day on which that list named this name; null for what people wrote (`listed_on`)
    listings[].confirmed_on   the last day on which the list was seen as it was used; of what people wrote, the last on
                              which they looked at it again, null if nobody has yet
    listings[].review_due, listings[].expires
    cases[]                   at a publisher: that somebody disagreed, never who, and what came of it
    history[]                 what is no listing: {what, name, source, title, household, category, categories, from,
                              until, rule, reason, words}
      .what       set_aside     a list or an entry names it, and `rule` is why that does not count
                  named_before  a list named it from `from` until `until`, which is the last day that it did
                  suspended, emergency, allowed, pinned     people decided; `until` is the day on which that ends
      .name       the name that it is about: the one asked for, or one above it
      .source     identifier of the list or file of the entry, `title` of the list; "" for a decision
      .category   "" where there are none or several; `categories` has all; none is all but orders from outside
      .rule       of `set_aside`: protected, public_suffix, shared_host, popular, safe_search, allowed, pinned, ours,
                  two_feeds, expired; "" where it is not known
      .words      the same in English, for people
    listings[].decided_by     who said yes: {by: a pseudonym, organisation, role, on, signed}; `signed` false: those who
                              keep the lists attest it. Empty for imports and for what maintainers decided alone
    listings[].decided_by_words, listings[].basis_words      the same and the basis in English, for people
    listings[].defaults_for   ages for which it decides by default
    listings[].appeal         {hours, words}: how long an answer may take, and what happens when it is late
    protected_check           "protected" or "none": whether this name or one above it is protected in this release
    decisions[]               what the log says of the name and of those above it, the oldest first; none without a log:
                              {index, at, kind, action, category, basis, name, statement, is_open, reason, published,
                              seen_working}
      .index      of the entry in the log, `at` its time
      .statement  the commitment; `is_open` false: its words were erased
      .published  {index, at, release} of the first release that has it; null: none yet
      .seen_working   the same for when our own test resolver saw the name resolve again; null: not, or it opens nothing
    release_sha256            of the release's manifest.json
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from filterdns.transparency.reasons.decision import Step
from filterdns.transparency.reasons.history import Event
from filterdns.transparency.reasons.history_words import ENGLISH as HISTORY
from filterdns.transparency.reasons.listing import Listing, Revoked
from filterdns.transparency.reasons.listing_words import ENGLISH as WORDS
from filterdns.transparency.reasons.past import Mark, Past
from filterdns.transparency.reasons.statement import Fate, Statement
from filterdns.transparency.reasons.texts import Taxonomy
from filterdns.transparency.reasons.wording import ENGLISH, UNDISCLOSED


def record_of(
    statement: Statement,
    taxonomy: Taxonomy | None,
    *,
    filtering: bool,
    past: Iterable[Past] = (),
    release_sha256: str = "",
) -> dict[str, Any]:
    """A statement as plain values. `filtering` false: nothing is filtered at present, whatever is listed."""
    return {
        "name": statement.name,
        "unicode": statement.shown,
        "listed": statement.is_listed,
        "protected": statement.is_protected,
        "filtering": filtering,
        "protected_check": "protected" if statement.is_protected else "none",
        "release": statement.release,
        "release_sha256": release_sha256,
        "on": statement.day.isoformat(),
        "listings": [_listing(listing, statement, taxonomy) for listing in statement.listings],
        "profiles": [_fate(fate) for fate in statement.fates],
        "defaults_by_age": {fate.profile.id: fate.effect.name.lower() for fate in statement.ages},
        "history": history_record(statement.history, statement.name),
        "decisions": [past_record(event) for event in past],
        "undisclosed_lists": UNDISCLOSED,
    }


def list_record(listing: Listing) -> dict[str, Any] | None:
    """The list that an import comes from; None for what people wrote."""
    named = listing.public_list
    if named is None:
        return None
    return {
        "id": named.id,
        "title": named.title,
        "keeper": named.keeper,
        "contact": named.contact,
        "removal": named.removal,
        "home": named.home,
        "licence": named.licence,
        "licence_url": named.licence_url,
        "household": named.household,
    }


def history_record(history: Iterable[Event], asked: str) -> list[dict[str, Any]]:
    """What there is to know besides the listings. `asked`: the name of the statement, in A-labels."""
    return [
        {
            "what": event.what,
            "name": event.name,
            "source": event.source,
            "title": event.title,
            "household": event.household,
            "category": event.categories[0] if len(event.categories) == 1 else "",
            "categories": list(event.categories),
            "from": _day(event.since),
            "until": _day(event.until),
            "rule": event.rule,
            "reason": event.reason,
            "words": HISTORY.event(event, asked),
        }
        for event in history
    ]


def past_record(event: Past) -> dict[str, Any]:
    """One decision of the log."""
    return {
        "index": event.index,
        "at": _moment(event.at),
        "kind": event.kind,
        "action": event.action,
        "category": event.category,
        "basis": event.basis,
        "name": event.name,
        "statement": event.statement,
        "is_open": event.is_open,
        "reason": dict(event.reason),
        "published": _mark(event.published),
        "seen_working": _mark(event.seen_working),
    }


def _mark(mark: Mark | None) -> dict[str, Any] | None:
    return {"index": mark.index, "at": _moment(mark.at), "release": mark.release} if mark else None


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _listing(listing: Listing, statement: Statement, taxonomy: Taxonomy | None) -> dict[str, Any]:
    texts = taxonomy.get(listing.category) if taxonomy else None
    return {
        "name": listing.name,
        "scope": "subdomains" if listing.subdomains else "exact",
        "scope_reason": listing.scope_reason,
        "category": "protected" if listing.protection else listing.category,
        "protection": listing.protection,
        "category_text": dict(texts.for_parents) if texts else {},
        "definition": listing.definition,
        "basis": listing.basis,
        "reason": dict(listing.reason),
        "evidence": [
            {"grade": item.grade, "on": _day(item.on), "note": item.note, "language": item.language}
            for item in listing.evidence
        ],
        "source": listing.source,
        "about": dict(listing.about),
        "list": list_record(listing),
        "order": dict(listing.order),
        "proposed_by": listing.proposed_by,
        "approved_by": list(listing.approvals),
        "decided_by": [
            {
                "by": each.by,
                "organisation": each.organisation,
                "role": each.role,
                "on": _day(each.on),
                "signed": each.signed,
            }
            for each in listing.deciders
        ],
        "decided_by_words": WORDS.decided_by(listing),
        "basis_words": WORDS.basis(listing),
        "appeal": {"hours": texts.appeal_hours, "words": WORDS.answer_time(texts)} if texts else None,
        "gentler_option": dict(texts.gentler) if texts else {},
        "listed_on": _day(listing.listed_on),
        "first_seen": _day(listing.first_seen),
        "confirmed_on": _day(listing.confirmed_on),
        "review_due": _day(listing.review_due),
        "expires": _day(listing.expires),
        "revoked": _revoked(listing.revoked) if listing.revoked else None,
        "decides_for": [fate.profile.id for fate in statement.fates_by(listing)],
        "defaults_for": [fate.profile.id for fate in statement.ages_by(listing)],
    }


def _revoked(revoked: Revoked) -> dict[str, Any]:
    return {
        "kind": revoked.kind,
        "since": _day(revoked.since),
        "until": _day(revoked.until),
        "reason": revoked.reason,
    }


def _fate(fate: Fate) -> dict[str, Any]:
    listing = fate.listing
    return {
        "profile": fate.profile.id,
        "effect": fate.effect.name.lower(),
        "decided_by": None if fate.step is Step.NONE else fate.step.value,
        "listing": {"name": listing.name, "category": listing.category or listing.protection} if listing else None,
        "household_rule": fate.rule or None,
        "because": ENGLISH.because(fate),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
