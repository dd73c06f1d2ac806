"""Who proposed an entry and who approved it: nobody decides alone, or on a proposal of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from filterdns.lists.categories_file import CategoryRow
from filterdns.lists.fields import NO_DAY, Fields
from filterdns.lists.parse.entry import count_approvals
from filterdns.lists.roles import (
    MACHINE,
    NAMED_PROPOSERS,
    PROPOSES,
    REVIEWERS,
    get_needed_role,
    may_propose,
    may_review,
)

_KINDS = tuple(PROPOSES)


@dataclass(frozen=True, slots=True)
class Proposer:
    """A kind of proposer; a reviewer's or maintainer's pseudonym; the organisation, where it is known."""

    kind: str = ""
    by: str = ""
    org: str = ""


def check_decision(
    entry: Fields, basis: str, approvals: Sequence[Mapping[str, str]], listed_on: date, category: CategoryRow
) -> str:
    """The kind of proposer, "" if none is named. Notes a fault for each rule that the entry breaks."""
    proposer = _proposer(entry)
    if proposer.kind and not may_propose(proposer.kind, category.id):
        entry.refuse("proposed_by", f"a partner who may propose for {category.id}", proposer.kind)
    if proposer.kind == MACHINE and count_approvals(approvals) < 2:
        remedy = "a machine proposes, people list: have two of them look, or delete the entry"
        entry.refuse("approvals", "two approvals of what a machine proposed", str(len(approvals)), remedy)
    for number, approval in enumerate(approvals):
        if proposer.by and approval["by"] == proposer.by:
            entry.refuse_item("approvals", number, "an approval by somebody else than the proposer", proposer.by)
        if proposer.org and approval["org"] == proposer.org:
            expected = "an approval by another organisation than the proposer's"
            entry.refuse_item("approvals", number, expected, proposer.org)
        role = approval.get("role", "")
        if role and role not in REVIEWERS:
            entry.refuse_item("approvals", number, f"a role among {', '.join(REVIEWERS)}", f'"{role}"')
        elif role and not may_review(role, category):
            entry.refuse_item("approvals", number, f"a role that reviews {category.id}", role)
    in_time = [approval for approval in approvals if approval["on"] <= listed_on.isoformat()]
    if basis == "reviewed" and listed_on != NO_DAY and count_approvals(in_time) < 2 <= count_approvals(approvals):
        entry.refuse("listed_on", "a day not before the second approval", listed_on.isoformat())
    needed = get_needed_role(category.id)
    if basis == "reviewed" and needed and all(approval.get("role") != needed for approval in approvals):
        remedy = "one of the two has to come from the field"
        entry.refuse("approvals", f"an approval with `role: {needed}` for {category.id}", "none", remedy)
    return proposer.kind


def _proposer(entry: Fields) -> Proposer:
    if not entry.has("proposed_by"):
        return Proposer()
    if not entry.has_mapping("proposed_by"):
        return Proposer(entry.word("proposed_by", _KINDS))
    part = entry.part("proposed_by")
    kind = part.word("kind", _KINDS)
    by = part.text("by", 60) if part.has("by") else ""
    if by and kind not in NAMED_PROPOSERS:
        part.refuse("by", "no person: a kind of proposer alone", f'"{by[:60]}"', "delete it")
    org = part.text("org", 60) if part.has("org") else ""
    part.no_more()
    return Proposer(kind, by, org)
