"""The whole statement of reasons for one name: every listing that covers it, and what becomes of it where.

Names on an authority's closed list are in no release.  Should a release hold one all the same, its category is left out
here, so that the statement equals that of a name nobody listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Protocol

from filterdns.categories import ALLOWED_BELOW, EXACT, HOLD, P1, P2, Category
from filterdns.config.settings import Action, ProfileSettings, Window
from filterdns.lists.revocations import Revocation, cancelled_mask
from filterdns.names import name_text
from filterdns.transparency.reasons.decision import Decision, Match, Step, decide
from filterdns.transparency.reasons.history import RESTRICTED_CATEGORY, Event, Memory, Rows, know
from filterdns.transparency.reasons.listing import Listing, read_listing, read_revoked
from filterdns.transparency.reasons.public_list import PublicList
from filterdns.transparency.reasons.texts import CategoryTexts, Taxonomy
from filterdns.transparency.reasons.typed import shown_name

AGES = ("age0-7", "age8-12", "age13-15", "age16-17", "adult")
ACTIONS = {"B": Action.FILTER, "S": Action.TIME, "O": Action.COUNT, "C": Action.CANARY}

VEILED = frozenset({"adult", "gore"})
"""Categories whose names are shown only to those who ask for it: a page may be passed on, or read over a shoulder."""

SOME_TIME = (Window(frozenset(), 0, 0),)  # the defaults say that there are times, each family says which

_PROTECTIONS = {"hold": Step.HOLD, "p1": Step.P1, "p2": Step.P2}
_FIXED = (Step.HOLD, Step.P1, Step.P2, Step.LEGAL)
_RANKS = {step: rank for rank, step in enumerate(Step)}


class Listings(Protocol):
    """What is needed of a release's index."""

    @property
    def categories(self) -> tuple[Category, ...]: ...
    @property
    def number(self) -> int: ...
    def matches(self, qname: bytes) -> list[Match]: ...


class Effect(Enum):
    """What becomes of a name."""

    FILTERED = "filtered"
    TIMED = "filtered outside the family's times"
    OPEN = "open"
    PROTECTED = "always open"


@dataclass(frozen=True, slots=True)
class Fate:
    """What a profile does with the name, and because of what. `step` and `listing` are those with closed windows."""

    profile: ProfileSettings
    effect: Effect
    step: Step
    listing: Listing | None  # the one that decides, if a listing does
    rule: str  # the name in a household rule that decides, or empty


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that a page or the API says about a name."""

    qname: bytes
    name: str  # in A-labels
    shown: str  # in letters of its own script
    day: date
    release: int
    listings: tuple[
        Listing, ...
    ]  # strongest class first, in it the longest name, imports last; at the end what is revoked
    fates: tuple[Fate, ...]  # of the profiles of this installation
    ages: tuple[Fate, ...]  # what the categories' defaults do by age; empty if nothing is listed
    history: tuple[Event, ...] = ()  # what was decided, what is named in vain, what was named before

    @property
    def is_listed(self) -> bool:
        """Whether a category lists the name and that counts; protections are no listing against it."""
        return self.leading is not None

    def first_in(self, category: str) -> Listing | None:
        """The first listing of this category: what is said of the category is said there, once."""
        return next((listing for listing in self.listings if listing.category == category), None)

    @property
    def leading(self) -> Listing | None:
        """The first listing of a category that counts: of the strongest class, in it of the longest name."""
        return next((listing for listing in self.listings if not listing.protection and not listing.revoked), None)

    @property
    def besides(self) -> list[Event]:
        """The history without those decisions that a listing already tells."""
        told = {(r.kind, r.since, r.reason) for listing in self.listings if (r := listing.revoked)}
        return [event for event in self.history if event.ended or (event.what, event.since, event.reason) not in told]

    @property
    def is_revoked(self) -> bool:
        """Whether categories list the name, and none of that counts at present."""
        return not self.is_listed and any(listing.revoked for listing in self.listings)

    @property
    def is_protected(self) -> bool:
        return any(listing.protection in ("p1", "p2") for listing in self.listings)

    @property
    def is_held(self) -> bool:
        return any(listing.protection == "hold" for listing in self.listings)

    @property
    def is_veiled(self) -> bool:
        """Whether the name shall be read by those alone who ask for it."""
        return any(listing.category in VEILED for listing in self.listings)

    @property
    def keepers(self) -> list[PublicList]:
        """The public lists that name it, each once: their keepers can take it off for everybody."""
        lists = (listing.public_list for listing in self.listings if not listing.of_household)
        return list(dict.fromkeys(named for named in lists if named))

    @property
    def has_own_listing(self) -> bool:
        """Whether an entry that people wrote for these lists is among the listings against it."""
        return any(not (each.public_list or each.of_household or each.protection) for each in self.listings)

    @property
    def filtering_steps(self) -> frozenset[str]:
        """Values of the steps at which it is filtered here: what a person who disagrees has to turn to."""
        return frozenset(fate.step.value for fate in self.fates if fate.effect in (Effect.FILTERED, Effect.TIMED))

    @property
    def opens_at_home(self) -> bool:
        """Whether a household's allowance would open it for somebody."""
        return bool(self.filtering_steps & {"household", "content", "bypass", "overuse"})

    @property
    def is_dangerous(self) -> bool:
        """Whether it is filtered for security, which no household's rule lifts."""
        return bool(self.filtering_steps & {"hold", "security"})

    @property
    def has_choice(self) -> bool:
        """Whether a household decides: nothing is protected, held or ordered from outside."""
        return all(fate.step not in _FIXED for fate in self.ages)

    def fates_by(self, listing: Listing) -> list[Fate]:
        """The profiles for which this listing decides, alone or with others of the same name and category."""
        return _decided_by(listing, self.fates)

    def ages_by(self, listing: Listing) -> list[Fate]:
        """The ages for which this listing decides if nobody has chosen otherwise."""
        return _decided_by(listing, self.ages)


def _decided_by(listing: Listing, fates: Sequence[Fate]) -> list[Fate]:
    return [
        fate
        for fate in fates
        if (decides := fate.listing)
        and (decides.offset, decides.category, decides.protection)
        == (listing.offset, listing.category, listing.protection)
    ]


def make_statement(
    qname: bytes,
    index: Listings,
    rows: Rows,
    taxonomy: Taxonomy | None,
    profiles: Sequence[ProfileSettings],
    day: date,
    revocations: Sequence[Revocation] = (),
    memory: Memory | None = None,
    *,
    of_publisher: bool = False,
) -> Statement:
    """The statement for a canonical name under one release, on one day.

    `revocations`: all that cover it, also those that have ended. `memory`: that of the release, None to do without.
    `of_publisher`: what this installation writes is for everybody, not for one household.
    """
    listed = disclosed(index.matches(qname), index.categories)
    holding = [revocation for revocation in revocations if revocation.holds_on(day)]
    listings = _listings(qname, listed, rows, index.categories, day, holding)
    cancelled = cancelled_mask(holding, index.categories)
    known = know(qname, index, rows, memory, taxonomy, revocations, day)
    listings = [known.with_first_seen(listing) for listing in listings]
    history = known.events
    if of_publisher:
        listings = [each if each.public_list else replace(each, of_household=False) for each in listings]
        history = tuple(each if each.title else replace(each, household=False) for each in history)
    matches = [(at, mask & ~cancelled, number) for at, mask, number in listed]
    concerned = _concerned(matches, index.categories)
    defaults = age_profiles(taxonomy, concerned) if listings else ()
    return Statement(
        qname=qname,
        name=name_text(qname),
        shown=shown_name(qname),
        day=day,
        release=index.number,
        listings=tuple(listings),
        fates=tuple(_fate(qname, matches, concerned, profile, listings) for profile in profiles),
        ages=tuple(_fate(qname, matches, concerned, profile, listings) for profile in defaults),
        history=history,
    )


def disclosed(matches: Sequence[Match], categories: Sequence[Category]) -> list[Match]:
    """The matches without the closed category; a match that was nothing else is gone."""
    hidden = sum(category.mask for category in categories if category.id == RESTRICTED_CATEGORY)
    about_the_match = EXACT | ALLOWED_BELOW
    return [(at, mask & ~hidden, number) for at, mask, number in matches if mask & ~hidden & ~about_the_match]


def _concerned(matches: Sequence[Match], categories: Sequence[Category]) -> tuple[Category, ...]:
    """The categories that can decide, in the table's order: few of all that there are."""
    marks = 0
    for _, mask, _ in matches:
        marks |= mask
    return tuple(category for category in categories if marks & category.mask)


def age_profiles(taxonomy: Taxonomy | None, categories: Sequence[Category]) -> tuple[ProfileSettings, ...]:
    """One profile for each age with the defaults of the category table alone, for these categories."""
    known: list[CategoryTexts] = [texts for c in categories if taxonomy and (texts := taxonomy.get(c.id))]
    return tuple(
        ProfileSettings(
            age,
            {texts.id: ACTIONS.get(texts.defaults.get(age, "A"), Action.ALLOW) for texts in known},
            windows=SOME_TIME,
        )
        for age in AGES
        if taxonomy
    )


def _listings(
    qname: bytes,
    matches: Sequence[Match],
    rows: Rows,
    categories: Sequence[Category],
    day: date,
    revocations: Sequence[Revocation],
) -> list[Listing]:
    by_id = {category.id: category for category in categories}
    found: list[tuple[tuple[bool, int, int, int, bool, int], Listing]] = []
    for offset, mask, number in matches:
        name, shown = name_text(qname[offset:]), shown_name(qname[offset:])
        for row in rows(number):
            listing = read_listing(row, name, shown, offset)
            category = by_id.get(listing.category)
            bit = _bit(listing, category)
            # A row whose bit is not in the mask has expired, is hidden, or does not cover names below it.
            if mask & bit and listing.counts_on(day) and (listing.subdomains or not offset):
                by = next((row for row in revocations if category and row.cancels(category)), None)
                listing = replace(listing, revoked=read_revoked(by)) if by else listing
                order = category.bit if category else 0
                place = (by is not None, _rank(listing, category), offset, order, bool(listing.public_list), len(found))
                found.append((place, listing))
    return [listing for _, listing in sorted(found, key=lambda entry: entry[0])]


def _bit(listing: Listing, category: Category | None) -> int:
    if listing.protection:
        return {"hold": HOLD, "p1": P1, "p2": P2}[listing.protection]
    return category.mask if category else 0


def _rank(listing: Listing, category: Category | None) -> int:
    if listing.protection:
        return _RANKS[_PROTECTIONS[listing.protection]]
    return _RANKS[Step(category.klass.value)] if category else len(_RANKS)


def _fate(
    qname: bytes,
    matches: Sequence[Match],
    categories: Sequence[Category],
    profile: ProfileSettings,
    listings: Sequence[Listing],
) -> Fate:
    closed = decide(qname, matches, categories, profile, windows_open=False)
    if closed.step in (Step.P1, Step.P2):
        effect = Effect.PROTECTED
    elif not closed.filtered:
        effect = Effect.OPEN
    elif profile.windows and not decide(qname, matches, categories, profile, windows_open=True).filtered:
        effect = Effect.TIMED
    else:
        effect = Effect.FILTERED
    rule = name_text(qname[closed.offset :]) if closed.step is Step.HOUSEHOLD and closed.offset is not None else ""
    return Fate(profile, effect, closed.step, _deciding(closed, listings), rule)


def _deciding(decision: Decision, listings: Sequence[Listing]) -> Listing | None:
    """The first listing of the name, category or protection that decided."""
    for listing in listings:
        if listing.offset != decision.offset:
            continue
        if listing.protection and _PROTECTIONS[listing.protection] is decision.step:
            return listing
        if decision.category and listing.category == decision.category.id and not listing.protection:
            return listing
    return None
