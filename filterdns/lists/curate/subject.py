"""One listing of a name, as the rules that subtract it look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """A listing in a category. `confirmed_at`: when its source last served the name; None for what people wrote."""

    category: str
    is_security: bool = False
    confirmed_at: datetime | None = None
    listed_on: date | None = None  # by people
