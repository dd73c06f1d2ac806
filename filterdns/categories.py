"""Categories as the running program sees them: an identifier, a class and a bit.

The table itself is data (`lists/categories.yaml`, requirements section 3) and travels in the header of each index, so
that a release can bring a category that this code has never heard of.  What is fixed here is the order of the classes
in the decision and the bits that are not categories.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# Bits of a mask.  The first eight are ours, categories follow in the order of the release's table.
HOLD = 1 << 0  # a protected host that is compromised: filtered although protected
P1 = 1 << 1  # emergency, crisis, child helplines: resolves always
P2 = 1 << 2  # help, health, learning: no list can filter it
ALLOWED_BELOW = 1 << 3  # a protected name lies below this one: NODATA, not NXDOMAIN (RFC 8020)
ALWAYS = 1 << 4  # set on each cache entry, watched by profiles that have rules of their own
EXACT = 1 << 5  # the deciding listing does not cover subdomains, which may exist: NODATA, not NXDOMAIN
FIRST_CATEGORY_BIT = 8
MOST_CATEGORIES = 48


class Class(Enum):
    """Classes of categories, in the order of decision (requirements section 3)."""

    LEGAL = "legal"
    SECURITY = "security"
    CONTENT = "content"
    BYPASS = "bypass"
    OVERUSE = "overuse"


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a release. `ede` is 15, 16 or 17 (RFC 8914 section 4)."""

    id: str
    klass: Class
    ede: int
    bit: int

    @property
    def mask(self) -> int:
        return 1 << self.bit


def number_categories(rows: list[tuple[str, str, int]]) -> tuple[Category, ...]:
    """Categories of a release from its table of (id, class, ede), bits given in its order."""
    if len(rows) > MOST_CATEGORIES:
        raise ValueError(f"expected at most {MOST_CATEGORIES} categories, got {len(rows)}")
    return tuple(
        Category(id_, Class(klass), ede, FIRST_CATEGORY_BIT + number) for number, (id_, klass, ede) in enumerate(rows)
    )
