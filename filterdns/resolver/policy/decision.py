"""Hot path. What `evaluate` says: one of a closed set of steps, and for a filtered name the category and the match."""

from __future__ import annotations

from enum import Enum
from typing import Any, Protocol

from filterdns.categories import Category


class Step(Enum):
    """The order of decision (requirements section 3): the first that applies decides."""

    HOLD = "security hold"
    P1 = "protected (P1)"
    LEGAL = "legal categories"
    HOUSEHOLD = "household rules"
    P2 = "protected (P2)"
    SECURITY = "security categories"
    CONTENT = "content categories"
    BYPASS = "bypass categories"
    OVERUSE = "over-use categories"
    ALLOW = "nothing forbids it"


ORDER = tuple(Step)
BEHIND_HOUSEHOLD = frozenset({Step.HOUSEHOLD, Step.CONTENT, Step.BYPASS, Step.OVERUSE})
"""What a household's allowance reaches: not holds, not orders, not security."""

# (offset of the matching suffix in the name, mask, set number), longest suffix first
Match = tuple[int, int, int]


class Listings(Protocol):
    """All that policy knows of an index."""

    def find(self, qname: bytes) -> int:
        """The masks of all listings that cover the name, in one; 0 when there is none."""

    def matches(self, qname: bytes, two: int = -1) -> list[Match]:
        """Each listed suffix of the name with its mask, longest first.

        `two`: where its last two labels begin, from who has walked it already; -1: not known.
        """

    def may_have_below(self, qname: bytes) -> bool:
        """Whether something may be listed or protected below the name; False is certain."""


class Decision:
    """The outcome for one name. `offset`: where the deciding suffix begins in the name."""

    __slots__ = ("category", "filtered", "mask", "offset", "step", "stock")

    def __init__(
        self, step: Step, filtered: bool, category: Category | None = None, offset: int = 0, mask: int = 0
    ) -> None:
        self.step = step
        self.filtered = filtered
        self.category = category  # None for holds, household rules and everything allowed
        self.offset = offset
        self.mask = mask  # of the deciding suffix
        self.stock: dict[bytes, Any] = {}  # answers but for question and name, by QTYPE and QCLASS


ALLOWED = Decision(Step.ALLOW, False)
ALLOWED_P1 = Decision(Step.P1, False)
ALLOWED_P2 = Decision(Step.P2, False)
ALLOWED_HOUSEHOLD = Decision(Step.HOUSEHOLD, False)
