"""What would happen to a query, and why: found with the resolver's own pipeline, told as data.

The answer is what `Pipeline.answer_now` composes for a client of that profile at that moment, with an empty cache.
Names on an authority's closed list are shown as any name that is not listed: this command never opens that list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dnslib import RCODE, DNSRecord

from filterdns.categories import FIRST_CATEGORY_BIT, Category
from filterdns.cli.steps import StepShown, steps_of
from filterdns.clock import Clock
from filterdns.config.settings import ProfileSettings, Settings
from filterdns.lists.revocations import Revocation
from filterdns.names import name_text
from filterdns.resolver.cache.store import Cache
from filterdns.resolver.counters import FILTERED, HOUSEHOLD, OUTCOMES, SLOTS_A_TRANSPORT
from filterdns.resolver.limits.rate import Client, Prefix
from filterdns.resolver.message.edns import write_opt
from filterdns.resolver.message.layout import EDE, HEADER, IN, OPT, RD, U16
from filterdns.resolver.miss import Miss
from filterdns.resolver.pipeline import Pipeline
from filterdns.resolver.policy.decision import Decision, Listings, Match, Step
from filterdns.resolver.policy.evaluate import evaluate
from filterdns.resolver.policy.profile import Profile, Profiles
from filterdns.resolver.policy.restricted import RESTRICTED_CATEGORY
from filterdns.resolver.policy.special_use import FILTERDNS_TEST
from filterdns.resolver.unusual import limited_reply
from filterdns.transparency.reasons.history import Event, Known
from filterdns.transparency.reasons.listing import Listing, read_listing

Rows = Callable[[int], list[dict[str, Any]]]
"""Set number -> what the release says of its listings."""

NOTHING_KNOWN = Known({}, ())
_PROTECTED_WORDS = {Step.HOLD: "hold", Step.P1: "p1", Step.P2: "p2"}
_OURS = (1 << FIRST_CATEGORY_BIT) - 1


@dataclass(frozen=True, slots=True)
class Question:
    """A query as `filterdns check` was asked about it."""

    qname: bytes
    qtype: int
    profile: ProfileSettings
    client: str  # its address, or "" when a profile was named
    may_ask: bool
    when: datetime


@dataclass(frozen=True, slots=True)
class Revoked:
    """What is revoked: `rows` cover the name asked for, `standing` are the listings that are left."""

    rows: Sequence[Revocation]
    standing: Listings


@dataclass(frozen=True, slots=True)
class ListingShown:
    """One listing that covers the name. `decides`: it belongs to the category and name that decided."""

    name: str
    category: str  # or p1, p2, hold
    counts: bool  # False: it has expired or is revoked
    revoked: Revocation | None
    decides: bool
    details: dict[str, Any]  # as the release has them
    listing: Listing  # the same as people read it, with the day on which its list first named the name


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """The reply that would be sent. `errors`: INFO-CODE and text of each Extended DNS Error (RFC 8914)."""

    rcode: str
    records: tuple[str, ...]
    ttl_seconds: int | None
    errors: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome: `filtered`, `household` (filtered by a rule of its own), `forwarded`, or another of `counters`."""

    outcome: str
    decision: Decision | None  # None: the name is answered before policy is asked, or the query is refused
    steps: tuple[StepShown, ...]
    listings: tuple[ListingShown, ...]
    answer: AnswerShown | None  # None: an upstream is asked
    route: int  # 0: the default upstreams; n: settings.forwarded_zones[n - 1]
    history: tuple[Event, ...]  # what is known of the name besides its listings


class _Moment(Clock):
    """A clock that stands still."""

    def __init__(self, when: datetime) -> None:
        self._when = when

    def now(self) -> float:
        return 0.0

    def when(self) -> datetime:
        return self._when


class Disclosed:
    """Listings without those of the closed list, also where the index itself knows such a name."""

    def __init__(self, listings: Listings, categories: tuple[Category, ...]) -> None:
        self._listings = listings
        self._hidden = sum(category.mask for category in categories if category.id == RESTRICTED_CATEGORY)

    def find(self, qname: bytes) -> int:
        found = 0
        for _, mask, _ in self.matches(qname):
            found |= mask
        return found

    def may_have_below(self, qname: bytes) -> bool:
        return self._listings.may_have_below(qname)

    def matches(self, qname: bytes, two: int = -1) -> list[Match]:
        kept = []
        for offset, mask, number in self._listings.matches(qname, two):
            if not mask & self._hidden:
                kept.append((offset, mask, number))
            elif mask & ~self._hidden & ~_OURS:
                kept.append((offset, mask & ~self._hidden, number))
        return kept


def find_verdict(
    question: Question,
    settings: Settings,
    listings: Listings,
    categories: tuple[Category, ...],
    rows: Rows,
    revoked: Revoked | None = None,
    known: Known = NOTHING_KNOWN,
) -> Verdict:
    """Ask the pipeline once, without a network and with an empty cache.

    `listings`: all that are in the release. `revoked`: what does not count of them. `known`: what there is besides.
    """
    disclosed = Disclosed(revoked.standing if revoked else listings, categories)
    profiles = Profiles(settings.profiles, categories)
    pipeline = Pipeline(settings, profiles, disclosed, Cache(settings.cache), _Moment(question.when))
    profile = profiles.by_id[question.profile.id]
    client = Client(profile, question.may_ask, Prefix(0.0, 0.0), 0.0)
    wire = write_query(question.qname, question.qtype)
    reply = pipeline.answer_now(wire, client, 0.0, 0) if question.may_ask else limited_reply(wire, client, 0)
    matches = disclosed.matches(question.qname)
    outcome = "forwarded" if isinstance(reply, Miss) else _counted(profile)
    decision = None
    if outcome in ("forwarded", "filtered", "household") or question.qname.endswith(FILTERDNS_TEST):
        decision = evaluate(question.qname, matches, profile)
    return Verdict(
        outcome,
        decision,
        steps_of(decision, question.qname, matches, profile, categories) if decision else (),
        _listings(question, Disclosed(listings, categories), categories, decision, rows, revoked, known),
        read_answer(reply) if isinstance(reply, bytes) else None,
        reply.route if isinstance(reply, Miss) else 0,
        known.events,
    )


def write_query(qname: bytes, qtype: int) -> bytes:
    """A query as a stub resolver sends it, with EDNS so that reasons are told."""
    return HEADER.pack(0, RD, 1, 0, 0, 1) + qname + U16.pack(qtype) + U16.pack(IN) + write_opt(False)


def _counted(profile: Profile) -> str:
    """The outcome that the pipeline counted: the one counter that moved."""
    slot = next(number for number, count in enumerate(profile.counts) if count) % SLOTS_A_TRANSPORT
    if slot >= FILTERED:
        return "filtered"
    return "household" if slot == HOUSEHOLD else OUTCOMES[slot]


def _listings(
    question: Question,
    listings: Listings,
    categories: tuple[Category, ...],
    decision: Decision | None,
    rows: Rows,
    revoked: Revoked | None,
    known: Known,
) -> tuple[ListingShown, ...]:
    """What is listed at each covering name; an exact listing of a name above does not cover this one."""
    shown = []
    today = question.when.date().isoformat()
    by_id = {category.id: category for category in categories}
    for offset, _, number in listings.matches(question.qname):
        name = name_text(question.qname[offset:])
        for row in rows(number):
            category = str(row.get("category", ""))
            if category == RESTRICTED_CATEGORY or (offset and row.get("scope") == "exact"):
                continue
            row_of = by_id.get(category)
            by = next((r for r in revoked.rows if row_of and r.cancels(row_of)), None) if revoked else None
            counts = today < str(row.get("expires") or "9999") and by is None
            decides = counts and _decides(category, offset, decision)
            listing = known.with_first_seen(read_listing(row, name, name, offset))
            shown.append(ListingShown(name, category, counts, by, decides, row, listing))
    return tuple(shown)


def _decides(category: str, offset: int, decision: Decision | None) -> bool:
    """Whether a listing of this category, at the name that begins at `offset`, is why the decision is as it is."""
    if decision is None:
        return False
    if decision.category is not None:
        return decision.category.id == category and decision.offset == offset
    return category == _PROTECTED_WORDS.get(decision.step)


def read_answer(reply: bytes) -> AnswerShown:
    """Our own reply in words."""
    message = DNSRecord.parse(reply)
    records = [*message.rr, *message.auth]
    options = [option for record in message.ar if record.rtype == OPT for option in record.rdata]
    errors = [option.data for option in options if option.code == EDE]
    return AnswerShown(
        rcode=RCODE.get(message.header.rcode),
        records=tuple(" ".join(str(record).split()) for record in message.rr),
        ttl_seconds=min((record.ttl for record in records), default=None),
        errors=tuple((int.from_bytes(data[:2], "big"), data[2:].decode("utf-8", "replace")) for data in errors),
    )
