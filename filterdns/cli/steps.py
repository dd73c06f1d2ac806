"""The order of decision step by step, in words: why each step let the name pass, and which one decided."""

from __future__ import annotations

from dataclasses import dataclass

from filterdns.categories import HOLD, P1, P2, Category, Class
from filterdns.config.settings import Action
from filterdns.names import name_text
from filterdns.resolver.policy.decision import ORDER, Decision, Match, Step
from filterdns.resolver.policy.evaluate import household_rule
from filterdns.resolver.policy.profile import Profile

DECIDES, PASSED, NOT_REACHED = "decides", "passed", "not reached"

_CLASS_OF = {
    Step.LEGAL: Class.LEGAL,
    Step.SECURITY: Class.SECURITY,
    Step.CONTENT: Class.CONTENT,
    Step.BYPASS: Class.BYPASS,
    Step.OVERUSE: Class.OVERUSE,
}
_PROTECTION_OF = {Step.HOLD: HOLD, Step.P1: P1, Step.P2: P2}
_WHY_NOT = {
    Action.ALLOW: "which this profile allows",
    Action.COUNT: "which this profile only counts",
    Action.CANARY: "for which this profile only asks devices to stay",
    Action.TIME: "which this profile allows at this time",
    Action.FILTER: "which this profile filters",
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the order. `outcome`: `decides`, `passed` or `not reached`."""

    step: str
    title: str
    outcome: str
    reason: str


def steps_of(
    decision: Decision, qname: bytes, matches: list[Match], profile: Profile, categories: tuple[Category, ...]
) -> tuple[StepShown, ...]:
    """All ten steps in their order."""
    shown = []
    reached = True
    for step in ORDER:
        if step is decision.step:
            outcome, reason = DECIDES, _deciding(decision, qname, matches, profile)
        elif reached:
            outcome, reason = PASSED, _passing(step, decision, qname, matches, profile, categories)
        else:
            outcome, reason = NOT_REACHED, ""
        reached = reached and step is not decision.step
        shown.append(StepShown(step.name.lower(), step.value, outcome, reason))
    return tuple(shown)


def _deciding(decision: Decision, qname: bytes, matches: list[Match], profile: Profile) -> str:
    name = name_text(qname[decision.offset :])
    if decision.category is not None:
        closed = "closed at this time" if profile.timed & decision.category.mask else "filtered"
        return f"{name} is listed as {decision.category.id}, {closed} for {profile.id}"
    match decision.step:
        case Step.HOLD:
            return f"{name} is held back: a protected host that is compromised"
        case Step.P1 | Step.P2:
            return f"{_holder(qname, matches, _PROTECTION_OF[decision.step])} is protected: help, health or learning"
        case Step.HOUSEHOLD:
            _, offset = household_rule(qname, profile)
            verb = "closes" if decision.filtered else "opens"
            return f"a rule of this household {verb} {name_text(qname[offset:])}"
        case _:
            return "so the name is looked up"


def _holder(qname: bytes, matches: list[Match], bit: int) -> str:
    """The longest suffix that carries the bit."""
    return next(name_text(qname[offset:]) for offset, mask, _ in matches if mask & bit)


def _passing(
    step: Step,
    decision: Decision,
    qname: bytes,
    matches: list[Match],
    profile: Profile,
    categories: tuple[Category, ...],
) -> str:
    if step in _PROTECTION_OF:
        return "none for this name"
    if step is Step.HOUSEHOLD:
        return _household(decision, qname, profile)
    found = 0
    for _, mask, _ in matches:
        found |= mask
    listed = [c for c in categories if c.klass is _CLASS_OF.get(step) and found & c.mask]
    if not listed:
        return "not listed"
    actions = profile.settings.actions
    return "; ".join(f"listed as {c.id}, {_WHY_NOT[actions.get(c.id, Action.ALLOW)]}" for c in listed)


def _household(decision: Decision, qname: bytes, profile: Profile) -> str:
    """Why a rule of the household, if there is one, did not decide here."""
    rule, offset = household_rule(qname, profile)
    if rule is None:
        return "no rule for this name"
    name = name_text(qname[offset:])
    if rule is False:
        return f"the rule that closes {name} yields to the protected names"
    if decision.step is Step.P2:
        return f"a rule opens {name}, which is open anyway"
    return f"the rule that opens {name} does not reach past security"
