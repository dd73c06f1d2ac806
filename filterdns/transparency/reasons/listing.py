"""One listing as people read it, from a row of a release's listings file.

Rows are data of a release that an older or newer program may have built: a field that is missing or of another shape
reads as "not said", so that a page with every other reason is still shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from filterdns.lists.revocations import Revocation
from filterdns.transparency.reasons.public_list import IMPORTED, PublicList, read_public_list
from filterdns.transparency.reasons.texts import Texts

OVERLAY = "overlay/"  # how releases name the files that an installation wrote itself
PROTECTIONS = ("hold", "p1", "p2")  # what rows have for a category where none applies


@dataclass(frozen=True, slots=True)
class Evidence:
    """What kind of evidence there was: a grade E1 to E4 of the category table, a day, a note."""

    grade: str
    on: date | None
    note: str
    language: str


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes. `by`: a pseudonym; `role`: which kind of partner, "" if not said."""

    by: str
    organisation: str
    role: str
    on: date | None
    signed: bool  # it carries a signature of the person's own key; else those who keep the lists attest it


@dataclass(frozen=True, slots=True)
class Revoked:
    """Why a listing does not count for the name asked for. `kind`: suspended, emergency or allowed."""

    kind: str
    since: date | None
    until: date | None  # the first day on which the listing counts again
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing that covers the name asked for. `name` is the listed name, `offset` where it begins in that name."""

    name: str
    shown: str
    offset: int
    category: str
    protection: str  # "hold", "p1", "p2", or "" for a category
    subdomains: bool
    scope_reason: str
    basis: str
    reason: Texts
    source: str  # file of the lists folder
    about: Mapping[str, str]  # of an import: its list; of a protected name: kind, country, language
    order: Mapping[str, str]  # of an order from outside: authority, law, date
    evidence: tuple[Evidence, ...]
    deciders: tuple[Approval, ...]
    proposed_by: str
    definition: str
    listed_on: date | None  # by people; an import has `first_seen`
    review_due: date | None
    expires: date | None
    of_household: bool  # this installation added it: a list of its own, or an entry that it wrote
    public_list: PublicList | None = None  # of an import
    first_seen: date | None = None  # of an import: the first day on which that list named this name
    confirmed_on: date | None = None  # the last day on which the list was seen as it was used, or people looked again
    revoked: Revoked | None = None

    @property
    def approvals(self) -> tuple[str, ...]:
        """The organisations of those who decided."""
        return tuple(approval.organisation for approval in self.deciders)

    def counts_on(self, day: date) -> bool:
        """Whether the listing has not expired: until the day before it does."""
        return self.expires is None or day < self.expires

    def review_is_late(self, day: date) -> bool:
        """Whether nobody has looked again in time."""
        return self.review_due is not None and self.review_due < day


def read_listing(row: Mapping[str, Any], name: str, shown: str, offset: int) -> Listing:
    """A row of the listings file, for the listed name that it belongs to."""
    category, source, about = _text(row.get("category")), _text(row.get("source")), _texts(row.get("about"))
    named = read_public_list(source, about) if row.get("basis") == IMPORTED else None
    return Listing(
        name=name,
        shown=shown,
        offset=offset,
        category="" if category in PROTECTIONS else category,
        protection=category if category in PROTECTIONS else "",
        subdomains=row.get("scope") != "exact",
        scope_reason=_text(row.get("scope_reason")),
        basis=_text(row.get("basis")),
        reason=_texts(row.get("reason")),
        source=source,
        about=about,
        order=_texts(row.get("order")),
        evidence=tuple(_evidence(item) for item in _items(row.get("evidence"))),
        deciders=tuple(_approval(item) for item in _items(row.get("approvals")) if _text(item.get("org"))),
        proposed_by=_text(row.get("proposed_by")),
        definition=_text(row.get("definition")),
        listed_on=_day(row.get("listed_on")),
        review_due=_day(row.get("review_due")),
        expires=_day(row.get("expires")),
        of_household=named.household if named else source.startswith(OVERLAY),
        public_list=named,
        confirmed_on=_day(about.get("fetched_on") if named else row.get("reviewed_on")),
    )


def read_source(row: Mapping[str, Any]) -> str:
    """The source of a row, as the listing has it; without the rest, which takes ten times as long."""
    return _text(row.get("source"))


def has_expired(row: Mapping[str, Any], day: date) -> bool:
    """Whether the listing of a row has expired on a day."""
    expires = _day(row.get("expires"))
    return expires is not None and expires <= day


def read_revoked(revocation: Revocation) -> Revoked:
    """A revocation as people read it, by days."""
    return Revoked(revocation.kind, _day(revocation.since[:10]), _day(revocation.until[:10]), revocation.reason)


def _evidence(item: Mapping[str, Any]) -> Evidence:
    return Evidence(_text(item.get("grade")), _day(item.get("on")), _text(item.get("note")), _text(item.get("lang")))


def _approval(item: Mapping[str, Any]) -> Approval:
    by, organisation, role = (_text(item.get(key)) for key in ("by", "org", "role"))
    return Approval(by, organisation, role, _day(item.get("on")), bool(_text(item.get("sig"))))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> dict[str, str]:
    return {key: text for key, text in _mapping(value).items() if isinstance(key, str) and isinstance(text, str)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
