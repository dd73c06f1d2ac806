"""One listing: why a name, or a whole imported list of names, is in a category (requirements sections 3 and 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from filterdns.lists.fields import Texts

HOLD_CATEGORY = "hold"


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing. It counts until the day before `expires`; None is for what the clock never drops."""

    category: str  # an identifier of the taxonomy, `p1`, `p2` or `hold`
    subdomains: bool
    source: str  # file of the lists folder
    basis: str  # reviewed, imported, ordered, starter, test, protected or hold
    reason: Texts = field(default_factory=dict)
    scope_reason: str = ""
    definition: str = ""  # version of the category's definition
    evidence: tuple[dict[str, str], ...] = ()
    approvals: tuple[dict[str, str], ...] = ()
    proposed_by: str = ""  # kind of proposer, never a person
    order: dict[str, str] = field(default_factory=dict)  # of an order from outside
    about: dict[str, str] = field(default_factory=dict)  # of a protected name: kind, country, language; of an import
    listed_on: date | None = None
    reviewed_on: date | None = None  # the last day on which people looked at it again
    review_due: date | None = None
    expires: date | None = None

    def details(self) -> dict[str, Any]:
        """What people read, as JSON; what is empty is left out."""
        rows: dict[str, Any] = {
            "category": self.category,
            "scope": "subdomains" if self.subdomains else "exact",
            "scope_reason": self.scope_reason,
            "source": self.source,
            "basis": self.basis,
            "definition": self.definition,
            "reason": dict(self.reason),
            "evidence": list(self.evidence),
            "approvals": list(self.approvals),
            "proposed_by": self.proposed_by,
            "order": self.order,
            "about": self.about,
            "listed_on": _day_text(self.listed_on),
            "reviewed_on": _day_text(self.reviewed_on),
            "review_due": _day_text(self.review_due),
            "expires": _day_text(self.expires),
        }
        return {key: value for key, value in rows.items() if value}


def last_day(expires: date) -> int:
    """The last day on which a listing counts, in days since 1970-01-01: the one before it expires."""
    return (expires - timedelta(days=1) - date(1970, 1, 1)).days


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""
