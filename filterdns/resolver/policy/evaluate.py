"""Hot path. The decision for one name and one profile.

The class decides first: hold > P1 > legal > household > P2 > security > content > bypass > over-use > allow.  Inside a
class the longest name decides, and on one name the first category in the order of the release's table.  Household
rules: the longest name wins and an allowance wins a tie; a denial yields to P2, an allowance does not reach past
security.
"""

from __future__ import annotations

from filterdns.categories import HOLD, P1, P2
from filterdns.resolver.policy.decision import (
    ALLOWED,
    ALLOWED_HOUSEHOLD,
    ALLOWED_P1,
    ALLOWED_P2,
    Decision,
    Match,
    Step,
)
from filterdns.resolver.policy.profile import Profile

_CLASS_STEPS = (Step.SECURITY, Step.CONTENT, Step.BYPASS, Step.OVERUSE)


def evaluate(qname: bytes, matches: list[Match], profile: Profile, shield: int = 0) -> Decision:
    """Decide for `qname`, whose matches in the index are given, longest first.

    `shield`: P1 and P2 bits of the question when `qname` is a target in its answer: denials count from the question and
    from the targets, allowances from the question alone.
    """
    total = shield
    for match in matches:
        total |= match[1]
    if total & HOLD:
        return _decided(Step.HOLD, HOLD, matches, profile)
    if total & P1:
        return ALLOWED_P1
    if total & profile.legal:
        return _decided(Step.LEGAL, profile.legal, matches, profile)
    allowed = False
    if profile.has_rules:
        rule, offset = household_rule(qname, profile)
        if rule is False and not total & P2:
            return Decision(Step.HOUSEHOLD, True, None, offset)
        allowed = rule is True
    if total & P2:
        return ALLOWED_P2
    denied = total & profile.filtered
    if not denied:
        return ALLOWED_HOUSEHOLD if allowed else ALLOWED
    return _by_class(denied, allowed, matches, profile)


def verdict(mask: int, profile: Profile) -> Decision:
    """`evaluate` for a name with a single match of this mask, remembered until the profile's masks change.

    The decision's offset is 0: the match knows where it begins. Not for a profile with rules of its own.
    """
    known = profile.verdicts[mask] = evaluate(b"\0", [(0, mask, 0)], profile)
    return known


def _by_class(denied: int, allowed: bool, matches: list[Match], profile: Profile) -> Decision:
    """Security, content, bypass, over-use; a household allowance stands behind security."""
    for step, members in zip(_CLASS_STEPS, profile.classes, strict=True):
        if denied & members:
            return _decided(step, denied & members, matches, profile)
        if allowed:
            return ALLOWED_HOUSEHOLD
    return ALLOWED


def _decided(step: Step, members: int, matches: list[Match], profile: Profile) -> Decision:
    """The longest name with one of these bits, and the first of its categories in the table's order."""
    for offset, mask, _ in matches:
        bits = mask & members
        if bits:
            return Decision(step, True, profile.by_bit.get(bits & -bits), offset, mask)
    raise AssertionError("a bit of the total comes from a match")


def household_rule(qname: bytes, profile: Profile) -> tuple[bool | None, int]:
    """(True allow, False deny, None no rule; offset of the rule's name): longest name first, allowance on a tie."""
    at = 0
    while length := qname[at]:
        suffix = qname[at:]
        if suffix in profile.allow:
            return True, at
        if suffix in profile.deny:
            return False, at
        at += length + 1
    return None, 0
