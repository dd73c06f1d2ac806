"""Who is drawn for a case and whose turn it is. Pure, and anybody can draw again (`appeals.draw`).

The lot is drawn from the root of the log as it was with the first entry after the case was opened: nobody can foresee
it, and nobody can wait for a better one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from filterdns.transparency.appeals.case import PANEL as SEATS_OF_SECOND_STEP
from filterdns.transparency.appeals.case import Case
from filterdns.transparency.appeals.draw import draw
from filterdns.transparency.desk.roles import OPENING, Reviewer

MOST_QUALIFIED = 400  # pseudonyms that an event keeps; a desk has a few dozen


@dataclass(frozen=True, slots=True)
class Root:
    """The log's root hash at a size."""

    size: int
    root: bytes


def seats(case: Case) -> int:
    """How many are drawn: one to open, two to close, three for a second step."""
    if case.step == 2:
        return SEATS_OF_SECOND_STEP
    return 1 if case.challenges_listing else 2


def draw_people(case: Case, root: bytes, qualified: Sequence[Reviewer], needed: str | None) -> tuple[str, ...]:
    """Those who are drawn, in the order of their lots.

    Of two who close a name together the second is the first of another organisation; if the category needs a partner of
    its field (`needed`) and neither is one, the second seat is the first such partner's.
    """
    by_name = {each.pseudonym: each for each in qualified}
    order = [by_name[name] for name in draw(root, case.id, by_name, len(by_name))]
    if seats(case) != 2 or not order:
        return tuple(each.pseudonym for each in order[: seats(case)])
    first = order[0]
    others = [each for each in order[1:] if each.organisation != first.organisation]
    of_field = [each for each in others if each.partner == needed]
    second = of_field if needed is not None and first.partner != needed and of_field else others
    return tuple(each.pseudonym for each in (first, *second[:1]))


def redraw(case: Case, root: bytes, qualified: Collection[str], gone: Collection[str]) -> str | None:
    """Who gets the case from somebody who hands it over: the next in the order of the lots; None if nobody is left."""
    rest = set(qualified) - set(gone) - set(case.drawn) - set(case.deciders)
    found = draw(root, case.id, rest)
    return found[0] if found else None


def why_not_turn(who: Reviewer, case: Case, outcome: str, when: datetime) -> str:
    """Why it is not theirs to speak now; empty if it is.

    Whoever was drawn has half of the time alone.  After that, and for what opens a name that somebody says is help, any
    who qualify may; in a second step only the three.
    """
    if not case.drawn or who.pseudonym in case.drawn or who.pseudonym == case.taken_by:
        return ""
    if case.step == 2:
        return f"Three others were drawn for the second step: {', '.join(case.drawn)}."
    if who.audits or (case.claim and outcome in OPENING) or _is_half_over(case, when):
        return ""
    if case.approvals and len(case.drawn) < 2:
        return ""  # the second of two, where the lot has named one
    return f"Drawn by lot, with half of the time for themselves: {' and '.join(case.drawn)}."


def _is_half_over(case: Case, when: datetime) -> bool:
    return case.due is None or when >= case.opened + (case.due - case.opened) / 2


def drawn_data(people: Sequence[str], root: Root, qualified: Sequence[str]) -> Mapping[str, object]:
    """Data of the event `drawn`: with it anybody can draw again."""
    return {"people": list(people), "size": root.size, "root": root.root.hex(), "qualified": sorted(qualified)}


def command_to_draw(root_hex: str, case: int, qualified: Collection[str]) -> str:
    """A line for a shell that draws again; the first names of its output are those who were drawn."""
    octets = "".join(f"\\x{root_hex[at : at + 2]}" for at in range(0, len(root_hex), 2))
    names = " ".join(sorted(qualified))
    lot = f"printf '{octets}{case}\\0%s' $p | sha256sum | cut -c1-64"
    return f'for p in {names}; do echo "$({lot}) $p"; done | sort'
