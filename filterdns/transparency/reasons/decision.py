"""Which listing decides for a profile (decisions/0006), from the same matches of the index that the resolver sees.

The resolver's `policy.evaluate` is the hot twin of this; neither imports the other, and a property test holds both
against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from filterdns.categories import HOLD, P1, P2, Category, Class
from filterdns.config.settings import Action, ProfileSettings

Match = tuple[int, int, int]  # offset of the suffix in the name, mask, set number; longest suffix first


class Step(Enum):
    """What decided, from strongest to weakest; classes of categories have their own value."""

    HOLD = "hold"
    P1 = "p1"
    LEGAL = "legal"
    HOUSEHOLD = "household"
    P2 = "p2"
    SECURITY = "security"
    CONTENT = "content"
    BYPASS = "bypass"
    OVERUSE = "overuse"
    NONE = "none"


_LAST = ((Class.CONTENT, Step.CONTENT), (Class.BYPASS, Step.BYPASS), (Class.OVERUSE, Step.OVERUSE))


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one name and one profile at one time."""

    step: Step
    filtered: bool
    offset: int | None = None  # where the deciding name begins in the name; None when nothing decided
    category: Category | None = None  # None for holds, protections and household rules


def decide(
    qname: bytes,
    matches: Sequence[Match],
    categories: Sequence[Category],
    profile: ProfileSettings,
    *,
    windows_open: bool,
) -> Decision:
    """Decide for a canonical name. `windows_open`: whether the profile's times allow what is allowed by time."""
    filtering = [category for category in categories if _filters(category, profile, windows_open)]
    for step, bit in ((Step.HOLD, HOLD), (Step.P1, P1)):
        if (offset := _longest(matches, bit)) is not None:
            return Decision(step, step is Step.HOLD, offset)
    if found := _listed(matches, filtering, Class.LEGAL, Step.LEGAL):
        return found
    rule, rule_offset = household_rule(qname, profile)
    protected_at = _longest(matches, P2)
    if rule is False and protected_at is None:
        return Decision(Step.HOUSEHOLD, True, rule_offset)
    if protected_at is not None:
        return Decision(Step.P2, False, protected_at)
    if found := _listed(matches, filtering, Class.SECURITY, Step.SECURITY):
        return found
    if rule is True:
        return Decision(Step.HOUSEHOLD, False, rule_offset)
    for klass, step in _LAST:
        if found := _listed(matches, filtering, klass, step):
            return found
    return Decision(Step.NONE, False)


def household_rule(qname: bytes, profile: ProfileSettings) -> tuple[bool | None, int]:
    """(True allow, False deny, None no rule; where the rule's name begins): longest name first, allowance on a tie."""
    at = 0
    while (profile.allow or profile.deny) and (length := qname[at]):
        if qname[at:] in profile.allow:
            return True, at
        if qname[at:] in profile.deny:
            return False, at
        at += length + 1
    return None, 0


def _filters(category: Category, profile: ProfileSettings, windows_open: bool) -> bool:
    """Whether this profile filters a category now."""
    action = profile.actions.get(category.id)
    if action is Action.TIME:
        return not windows_open and category.klass is not Class.LEGAL  # no order is by time
    return action is Action.FILTER


def _longest(matches: Sequence[Match], bit: int) -> int | None:
    for offset, mask, _ in matches:
        if mask & bit:
            return offset
    return None


def _listed(matches: Sequence[Match], categories: Sequence[Category], klass: Class, step: Step) -> Decision | None:
    """The longest name in one of these categories of a class, and on it the first category of the table."""
    of_class = [category for category in categories if category.klass is klass]
    for offset, mask, _ in matches if of_class else ():
        for category in of_class:
            if mask & category.mask:
                return Decision(step, True, offset, category)
    return None
