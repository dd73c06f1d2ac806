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
    filtering = _filtering(categories, profile, windows_open)
    for step, bit in ((Step.HOLD, HOLD), (Step.P1, P1)):
        if (offset := _longest(matches, bit)) is not None:
            return Decision(step, step is Step.HOLD, offset)
    if found := _listed(matches, filtering.get(Class.LEGAL, ()), Step.LEGAL):
        return found
    rule, rule_offset = household_rule(qname, profile)
    protected_at = _longest(matches, P2)
    if rule is False and protected_at is None:
        return Decision(Step.HOUSEHOLD, True, rule_offset)
    if protected_at is not None:
        return Decision(Step.P2, False, protected_at)
    if found := _listed(matches, filtering.get(Class.SECURITY, ()), Step.SECURITY):
        return found
    if rule is True:
        return Decision(Step.HOUSEHOLD, False, rule_offset)
    for klass in (Class.CONTENT, Class.BYPASS, Class.OVERUSE):
        if found := _listed(matches, filtering.get(klass, ()), Step(klass.value)):
            return found
    return Decision(Step.NONE, False)


def household_rule(qname: bytes, profile: ProfileSettings) -> tuple[bool | None, int]:
    """(True allow, False deny, None no rule; where the rule's name begins): longest name first, allowance on a tie."""
    at = 0
    while length := qname[at]:
        if qname[at:] in profile.allow:
            return True, at
        if qname[at:] in profile.deny:
            return False, at
        at += length + 1
    return None, 0


def _filtering(
    categories: Sequence[Category], profile: ProfileSettings, windows_open: bool
) -> dict[Class, list[Category]]:
    """The categories that this profile filters now, by class, in the table's order."""
    filtering: dict[Class, list[Category]] = {}
    for category in categories:
        action = profile.actions.get(category.id)
        timed = action is Action.TIME and not windows_open and category.klass is not Class.LEGAL  # no order is by time
        if action is Action.FILTER or timed:
            filtering.setdefault(category.klass, []).append(category)
    return filtering


def _longest(matches: Sequence[Match], bit: int) -> int | None:
    return next((offset for offset, mask, _ in matches if mask & bit), None)


def _listed(matches: Sequence[Match], categories: Sequence[Category], step: Step) -> Decision | None:
    """The longest name in one of these categories, and on it the first category of the table."""
    for offset, mask, _ in matches:
        for category in categories:
            if mask & category.mask:
                return Decision(step, True, offset, category)
    return None
