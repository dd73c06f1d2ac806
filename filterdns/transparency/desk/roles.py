"""Who may do what at the desk: requirements 4.2 over `lists.roles`, as tables and rules without input or output.

One person may open a name, two of two organisations close one.  Nobody touches a case of their own: of an employer, a
competitor, a client or a sponsor, or a proposal that they made.  Whoever audits opens and never closes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from filterdns.lists.categories_file import CategoryRow
from filterdns.lists.roles import PROPOSES, get_needed_role, may_review
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import Case, needs_two

TRIAGE, REVIEW, PANEL, AUDIT = DUTIES = ("triage", "review", "panel", "audit")
"""To look at what comes in; to decide on proposals and look at listings; to decide appeals; to watch, and to open."""

_SITS = frozenset({TRIAGE, REVIEW, PANEL})
DUTIES_OF: Mapping[str, frozenset[str]] = {
    "parent": _SITS,  # reviews over-use and age_goods alone, see `lists.roles`
    "school": _SITS,
    "health": _SITS | {AUDIT},
    "child_protection": _SITS | {AUDIT},
    "rights": _SITS | {AUDIT},
    "academia": _SITS | {AUDIT},
    "alliance": frozenset({AUDIT}),
    "maintainer": _SITS | {AUDIT},  # while there is no panel: pages say "decided by maintainers"
}
"""Partners of the paper that sit at the desk; the others propose by the public form and have no account."""

MAINTAINER = "maintainer"

OUTCOMES_OF: Mapping[str, tuple[str, ...]] = {
    e.APPEAL: (e.REMOVED, e.NARROWED, e.MOVED, e.UPHELD),
    e.REVIEW: (e.REMOVED, e.NARROWED, e.MOVED, e.UPHELD),
    e.PROPOSAL: (e.LISTED, e.DECLINED),
    e.HOLD: (e.HELD, e.DECLINED),
    e.PROTECT: (e.PROTECTED, e.DECLINED),
}
OPENING = frozenset({e.REMOVED, e.NARROWED, e.MOVED})
_DUTY_FOR = {e.APPEAL: PANEL, e.REVIEW: REVIEW, e.PROPOSAL: REVIEW, e.HOLD: REVIEW, e.PROTECT: REVIEW}

MOST_OPENED_AN_HOUR = 20  # by one person: what a stolen account can open before somebody notices; a busy hour has fewer


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody at the desk. `categories`: empty is all that the partner may review; `interests`: (kind, party)."""

    pseudonym: str
    organisation: str
    partner: str
    duties: frozenset[str]
    categories: frozenset[str] = frozenset()
    interests: tuple[tuple[str, str], ...] = ()

    @property
    def audits(self) -> bool:
        return AUDIT in self.duties


@dataclass(frozen=True, slots=True)
class Parties:
    """Whom a case is about, as far as interests can name them.

    `proposers`: pseudonyms of those who brought it forward; `organisations`: the keepers of the lists that name it.
    """

    name: str
    proposers: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


def fault_of_duties(partner: str, duties: Iterable[str]) -> str:
    """Why somebody of this kind cannot have these duties; empty if they can."""
    allowed = DUTIES_OF.get(partner)
    if allowed is None:
        known = "propose by the public form and have no seat" if partner in PROPOSES else "are not known"
        return f"expected one of {', '.join(DUTIES_OF)}, got {partner}: partners of this kind {known}"
    duties = set(duties)
    if strange := sorted(duties - allowed):
        return f"{partner}: expected of {', '.join(sorted(allowed))}, got {', '.join(strange)}"
    if AUDIT in duties and len(duties) > 1:
        return "audit: expected nothing beside it, since nobody audits what they decide"
    return "" if duties else "expected at least one duty"


def usual_duties(partner: str) -> frozenset[str]:
    """What somebody of this kind does if nobody says otherwise."""
    allowed = DUTIES_OF.get(partner, frozenset())
    return allowed - {AUDIT} or allowed


def conflict(who: Reviewer, parties: Parties) -> str:
    """Why this case is none of theirs; empty if nothing stands against it."""
    if who.pseudonym in parties.proposers:
        return "You brought this forward yourself, so others decide it."
    for kind, party in (*who.interests, ("employer", who.organisation)):
        if _is_about(party, parties):
            return f"You have to do with {party} ({kind}), so others decide it."
    return ""


def _is_about(party: str, parties: Parties) -> bool:
    wanted = party.strip().rstrip(".").casefold()
    if not wanted:
        return False
    if wanted in {each.strip().casefold() for each in parties.organisations}:
        return True
    name = parties.name
    return name == wanted or name.endswith(f".{wanted}") or wanted.endswith(f".{name}")


def why_not_here(who: Reviewer, case: Case, row: CategoryRow | None, parties: Parties) -> str:
    """Why somebody can do nothing in a case that decides anything; empty if they can.

    `row`: of the case's category, None for what is no category.
    """
    if case.klass == "legal":
        return "An office outside ordered this; it decides, and we forward what we receive."
    if case.step == 2 and who.pseudonym in case.deciders:
        return "You decided the first step, so three others look at it now."
    if who.categories and case.category not in who.categories:
        return f"You were not asked to decide about {case.category}."
    if not (who.audits or _has_duty(who, case, row)):
        return _lacking(who, case)
    return conflict(who, parties)


def _has_duty(who: Reviewer, case: Case, row: CategoryRow | None) -> bool:
    duty = _DUTY_FOR[case.kind]
    return duty in who.duties and (duty == PANEL or _reviews(who, row))


def _reviews(who: Reviewer, row: CategoryRow | None) -> bool:
    """Whether this kind of partner reviews in a category; a protected name is every reviewer's but a parent's."""
    return may_review(who.partner, row) if row is not None else who.partner not in ("parent", "alliance")


def _lacking(who: Reviewer, case: Case) -> str:
    if _DUTY_FOR[case.kind] not in who.duties:
        return f"This needs the duty “{_DUTY_FOR[case.kind]}”, and you have {_and(sorted(who.duties))}."
    return f"Partners of the kind “{who.partner}” do not review {case.category}."


def why_not_look(who: Reviewer, case: Case, row: CategoryRow | None, parties: Parties) -> str:
    """Why somebody cannot take a case to look at it; triage needs no duty beyond its own."""
    if case.kind == e.PROPOSAL and TRIAGE in who.duties and (not who.categories or case.category in who.categories):
        return conflict(who, parties)
    if who.audits:
        return "Those who audit take no cases; they may open a name at once."
    return why_not_here(who, case, row, parties)


def why_not_outcome(
    who: Reviewer, case: Case, outcome: str, row: CategoryRow | None, parties: Parties, opened_lately: int
) -> str:
    """Why somebody cannot speak for this outcome now; empty if they can. Whether it is their turn is `lots`' to say.

    `opened_lately`: names that they opened within the last hour.
    """
    if outcome not in OUTCOMES_OF[case.kind]:
        return f"A case of this kind ends otherwise: {', '.join(OUTCOMES_OF[case.kind])}."
    if refused := why_not_here(who, case, row, parties):
        return refused
    if who.audits and (outcome not in OPENING or outcome == e.MOVED or case.step == 2):
        return "Those who audit open names, and close none."
    if outcome in OPENING and opened_lately >= MOST_OPENED_AN_HOUR:
        return (
            f"You have opened {opened_lately} names within an hour, and {MOST_OPENED_AN_HOUR} is as many as one person "
            "opens. Hand the case over, or come back later."
        )
    if needs_two(case, outcome) and case.step == 1 and outcome == e.UPHELD and not _reviews(who, row):
        return f"To close this again is a review, and partners of the kind “{who.partner}” do not review it."
    return ""


def lacks_field(case: Case, outcome: str, partners: Iterable[str]) -> str:
    """The partner of the field who is missing among those who close a name; empty if nobody is.

    `partners`: the kinds of those who have approved, with the one who is about to.
    """
    needed = get_needed_role(case.category)
    if needed is None or not needs_two(case, outcome) or case.kind == e.PROTECT:
        return ""
    return "" if needed in partners else needed


def may_extend_valve(who: Reviewer) -> bool:
    """Whether they may let the overload valve hold back suspensions longer than it does by itself."""
    return who.audits


def why_not_withdraw(who: Reviewer, case: Case, parties: Parties) -> str:
    """Why somebody cannot take back a case; what strangers asked is not theirs to end."""
    if case.kind == e.APPEAL or case.appeals > 1:
        return "Others have asked about this, so it is answered."
    if who.pseudonym not in parties.proposers:
        return "Only who brought it forward can take it back."
    return "It is suspended; two people have to agree before it counts again." if case.suspended else ""


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
