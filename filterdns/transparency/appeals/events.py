"""What can happen to a case. An event is never changed, and a case is what its events make of it.

Data of an event, by kind:

    opened       kind, name, subdomains, category, class, publication, due; claim (an appeal that says "this is help")
    joined       claim; due (of a case of our own)    one more appeal on the same listing
    claimed      due                                  an appeal with that claim joined: the deadline is the shorter one
    drawn        people, size                         pseudonyms by lot, from the log of this size
    taken        due (of a proposal)                  somebody looks at it
    handed_over  to
    approved     outcome, ...                         one of those who are needed to lock
    voted        outcome, ...                         one of the three of a second step
    decided      outcome, reason, cause, and what the outcome needs: opened_names, to_category
    suspended    why (late, signal or person)
    late         why (issuer, live or valve), until   a deadline was missed and the listing stays for now
    asked_again  due                                  the second step
    withdrawn
    in_force     release, entry                       the keeper has carried the last decision out
    seen         release                              our own test resolver resolves it again
    noted        what (refused or pinned), words, ... what the keeper found: a deed that the lists' rules refuse; a
                                                      list that names again what won, which its pin keeps off
    ended                                             nobody can ask again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OPENED, JOINED, CLAIMED, DRAWN, TAKEN, HANDED_OVER = "opened", "joined", "claimed", "drawn", "taken", "handed_over"
APPROVED, VOTED, DECIDED, SUSPENDED, LATE = "approved", "voted", "decided", "suspended", "late"
ASKED_AGAIN, WITHDRAWN, IN_FORCE, SEEN, ENDED = "asked_again", "withdrawn", "in_force", "seen", "ended"
NOTED = "noted"

KINDS_OF_EVENT = (
    *(OPENED, JOINED, CLAIMED, DRAWN, TAKEN, HANDED_OVER, APPROVED, VOTED, DECIDED),
    *(SUSPENDED, LATE, ASKED_AGAIN, WITHDRAWN, IN_FORCE, SEEN, NOTED, ENDED),
)  # all of them; whoever shows events has words for each  # fmt: skip

APPEAL, PROPOSAL, REVIEW, HOLD, PROTECT = KINDS = ("appeal", "proposal", "review", "hold", "protect")
"""Of a case: an objection to a listing; a site that somebody suggests; a listing that we look at ourselves; a protected
host that is broken into; a name that may become a protected one."""

UPHELD, NARROWED, MOVED, REMOVED, LISTED = "upheld", "narrowed", "moved", "removed", "listed"
HELD, PROTECTED, DECLINED = "held", "protected", "declined"
NOT_EXAMINED, NO_DECISION = "closed_not_examined", "closed_no_decision"
OUTCOMES = (UPHELD, NARROWED, MOVED, REMOVED, LISTED, HELD, PROTECTED, DECLINED, NOT_EXAMINED, NO_DECISION)

CAUSES = (
    *("import_error", "shared_host", "resold", "cleaned", "too_wide", "wrong_category", "outdated", "other"),
)  # of an error that a decision mends  # fmt: skip

WHY_LATE, WHY_SIGNAL, WHY_PERSON = "late", "signal", "person"  # of a suspension
NOTED_REFUSED, NOTED_PINNED = "refused", "pinned"  # what the keeper notes
BY_ISSUER, BY_LIVE_HIT, BY_VALVE = "issuer", "live", "valve"  # why lateness has opened nothing yet

CLOCK, PUBLIC, KEEPER = "clock", "public", "keeper"  # who is no reviewer


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `number` counts over all cases from 1; `by` is a pseudonym or one of CLOCK, PUBLIC, KEEPER."""

    number: int
    case: int
    at: datetime
    kind: str
    by: str
    organisation: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
