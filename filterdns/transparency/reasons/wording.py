"""Short English texts for values of closed sets: what the pages say of a basis, a grade, a profile, a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from filterdns.config.settings import Action, Window
from filterdns.transparency.reasons.decision import Step
from filterdns.transparency.reasons.listing import Evidence, Listing, Revoked
from filterdns.transparency.reasons.public_list import PublicList
from filterdns.transparency.reasons.statement import Effect, Fate, Statement

UNDISCLOSED = (
    "By law or by agreement an operator may also be bound to lists whose names nobody may publish. They are not in "
    "this release and not on this page, so this sentence is the same for every name that is not listed."
)

PROFILES = {
    "age0-7": "Ages 0 to 7",
    "age8-12": "Ages 8 to 12",
    "age13-15": "Ages 13 to 15",
    "age16-17": "Ages 16 and 17",
    "adult": "Adults",
    "guest": "Guests",
    "things": "Things, such as toys and televisions",
    "whole-home": "Everyone at home",
}
AGES = {"age0-7": "0–7", "age8-12": "8–12", "age13-15": "13–15", "age16-17": "16–17", "adult": "18+"}

BASES = {
    "reviewed": "Two people of different organisations looked and agreed.",
    "imported": "Imported from a public list; no person has checked this entry.",
    "ordered": "A written order of an authority.",
    "starter": "Known in general, and not yet reviewed by two people.",
    "protected": "Kept on the list of help, health and learning.",
    "hold": "Decided by two people.",
    "test": "Made up, so that anybody can try this category.",
}

GRADES = {
    "E1": "Seen in a live feed",
    "E2": "One person's written record",
    "E3": "Two written records by people of different organisations",
    "E4": "A written decision of an authority",
}

PROTECTIONS = {
    "p1": "Emergency, crisis help and child helplines: open always, everywhere. No list and no rule can close it.",
    "p2": "Help, health or learning: no list can filter it.",
    "hold": "A protected site that seems to have been taken over. It is closed for at most 72 hours while people look.",
}

FIELDS = {"source": "Known from", "checked_on": "Looked at on", "url": "Address"}

VALUES = {"starter": "what is generally known; nobody has looked it up for this list yet"}

PROTECTION_TITLES = {
    "p1": "Help that is always open",
    "p2": "Help, health and learning",
    "hold": "Protected, and closed for a short time",
}

REVOKED = {
    "suspended": "Suspended",
    "emergency": "Taken off at once",
    "allowed": "Opened by an allow entry",
    "pinned": "Opened after an appeal",
}

EFFECTS = {
    Effect.FILTERED: "Filtered",
    Effect.TIMED: "At set times",
    Effect.OPEN: "Open",
    Effect.PROTECTED: "Always open",
}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def profile_title(profile_id: str) -> str:
    """A profile as people call it; one that a household named itself keeps its name."""
    return PROFILES.get(profile_id, profile_id)


def day_text(day: date) -> str:
    """3 March 2030."""
    return f"{day.day} {day:%B %Y}"


def window_text(window: Window) -> str:
    """Mon, Tue 15:00–18:00."""
    days = "every day" if len(window.days) == 7 else ", ".join(_DAYS[day] for day in sorted(window.days))
    begin, end = window.begin_minute, window.end_minute
    return f"{days} {begin // 60:02}:{begin % 60:02}–{end // 60:02}:{end % 60:02}"


def because(fate: Fate) -> str:
    """Why this becomes of the name, in one sentence."""
    if fate.step is Step.HOUSEHOLD:
        verb = "filters" if fate.effect is Effect.FILTERED else "allows"
        return f"A rule of this household {verb} {fate.rule}."
    if fate.step is Step.P1:
        return "Emergency and child helplines are always open."
    if fate.step is Step.P2:
        return "Help, health and learning are open whatever a list says."
    if fate.step is Step.HOLD:
        return "A protected site that seems to be taken over is closed while people look."
    if fate.step is Step.LEGAL:
        return "An order from outside decides. No household can change it."
    if fate.listing is None:
        return "Nothing here filters it."
    if fate.effect is Effect.TIMED:
        return f"The times for {fate.listing.category}: {'; '.join(map(window_text, fate.profile.windows))}."
    if fate.profile.actions.get(fate.listing.category) is Action.TIME:
        return f"{fate.listing.category.capitalize()} would be open at set times, and no times are set."
    return f"The listing in {fate.listing.category} decides."


def verdict_kind(statement: Statement) -> str:
    """The strongest thing that becomes of the name here: `filtered`, `timed`, `protected`, `open`, or `unlisted`."""
    effects = {fate.effect for fate in statement.fates}
    if not statement.listings and effects <= {Effect.OPEN}:
        return "unlisted"
    strongest = next((e for e in (Effect.FILTERED, Effect.TIMED, Effect.PROTECTED) if e in effects), Effect.OPEN)
    return strongest.name.lower()


def verdict(statement: Statement) -> str:
    """What there is to know, in one line."""
    effects = {fate.effect for fate in statement.fates}
    if statement.is_held:
        return "A protected site, closed for a short time"
    if statement.is_protected and effects <= {Effect.PROTECTED}:
        return "Protected: always open"
    begin = "Listed" if statement.is_listed else "Protected" if statement.is_protected else "Not listed"
    if statement.is_revoked and not statement.is_protected:
        begin = "Listed, but that does not count now"
    if effects == {Effect.FILTERED}:
        return f"{begin}, and filtered here"
    if Effect.FILTERED in effects:
        return f"{begin}, and filtered here for some"
    if Effect.TIMED in effects:
        return f"{begin}, and open here at set times"
    return f"{begin}, and open here" if statement.listings else begin


def revoked_text(revoked: Revoked) -> str:
    """Suspended since 3 March 2030, until 5 March 2030: we were late. Until then this listing does not count."""
    since = f" since {day_text(revoked.since)}" if revoked.since else ""
    until = f", until {day_text(revoked.until)}" if revoked.until else ""
    reason = f": {revoked.reason.rstrip('.')}." if revoked.reason else "."
    return f"{REVOKED.get(revoked.kind, 'Revoked')}{since}{until}{reason} Until that ends this listing does not count."


def basis_text(listing: Listing) -> str:
    """What a listing rests on, in plain words."""
    if listing.public_list and listing.public_list.household:
        return "Imported from a list that this household added; no person has checked this entry."
    return BASES.get(listing.basis, listing.basis or "Not said.")


def end_text(listing: Listing) -> str:
    """When a listing ends, or why it has no end."""
    if listing.basis == "test":
        return "Never: it was made for trying the category out."
    if listing.expires is None:
        return "No day is set: the clock never drops a protection."
    if listing.basis == "ordered":
        return f"{day_text(listing.expires)}, with the order."
    if listing.public_list:
        return f"{day_text(listing.expires)}, unless its list is seen to have it again before."
    return f"{day_text(listing.expires)}, unless somebody looks again before."


def complaint_text(named: PublicList) -> str:
    """How to complain about an import where it comes from; the address follows."""
    if named.removal:
        return "Ask the keeper to remove it:"
    if named.contact:
        return "Ask the keeper, and say that the name should go:"
    return "The keeper gives no address for this; perhaps its page does:" if named.home else "No address is known."


def is_address(text: str) -> bool:
    """Whether this can be a link: an address of the web, which no release may turn into anything else."""
    return text.startswith(("https://", "http://"))


def address_text(address: str) -> str:
    """An address as people read it."""
    return address.partition("://")[2].rstrip("/") if is_address(address) else address


def field_rows(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a source says beside, with a title for each field."""
    return [
        (FIELDS.get(key, key.replace("_", " ").capitalize()), VALUES.get(value, value.replace("_", " ")))
        for key, value in fields.items()
        if value != "none"
    ]


def scope_text(listing: Listing) -> str:
    """What a listing covers, without a full stop."""
    return "This name and every name below it" if listing.subdomains else "This name alone, nothing below it"


def evidence_text(evidence: Evidence) -> str:
    """What kind of evidence there was, when, and its note."""
    parts = [GRADES.get(evidence.grade, evidence.grade)]
    if evidence.on:
        parts.append(f"on {day_text(evidence.on)}")
    if evidence.language:
        parts.append(f"language {evidence.language}")
    kind = ", ".join(filter(None, parts))
    return f"{kind}: {evidence.note}." if evidence.note else f"{kind}."
