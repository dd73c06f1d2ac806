"""A case is what its events make of it: one pure step for each, and no other way to a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from filterdns.errors import FilterdnsError
from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import Event

RECEIVED, UNDER_REVIEW, DECIDED, SECOND, CLOSED = STATES = ("received", "under_review", "decided", "second", "closed")
OPEN_STATES = (RECEIVED, UNDER_REVIEW, SECOND)

PANEL = 3  # of a second step; two of them decide


class CaseFault(FilterdnsError):
    """What cannot happen to a case as it stands."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's word for an outcome, with what the outcome needs."""

    by: str
    organisation: str
    outcome: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `due` is None once nothing has to be answered; `name` is in A-labels."""

    id: int
    kind: str
    name: str
    subdomains: bool
    category: str
    klass: str
    publication: str
    opened: datetime
    due: datetime | None
    state: str = RECEIVED
    step: int = 1
    claim: bool = False
    appeals: int = 1
    suspended: str = ""  # why it does not count at present; empty: it does, as far as this case goes
    suspended_at: datetime | None = None
    late: str = ""  # why lateness has opened nothing yet
    late_at: datetime | None = None  # when the deadline was missed
    drawn: tuple[str, ...] = ()
    taken_by: str = ""
    approvals: tuple[Voice, ...] = ()
    votes: tuple[Voice, ...] = ()
    deciders: tuple[str, ...] = ()  # pseudonyms of those who have decided, in either step
    outcome: str = ""
    reason: str = ""
    cause: str = ""
    decided_at: datetime | None = None
    in_force: tuple[int, int] | None = None  # release and entry of the log
    seen_at: datetime | None = None
    last: int = 0  # number of the last event

    @property
    def is_open(self) -> bool:
        """Whether somebody has to answer."""
        return self.state in OPEN_STATES

    @property
    def challenges_listing(self) -> bool:
        """Whether it is about a name that is listed."""
        return self.kind in (e.APPEAL, e.REVIEW)


def fold(events: Iterable[Event]) -> Case:
    """The case of these events, in order. Raises CaseFault for what cannot have happened."""
    case: Case | None = None
    for event in events:
        case = step(case, event)
    if case is None:
        raise CaseFault("expected a case that was opened, got no event")
    return case


def step(case: Case | None, event: Event) -> Case:
    """The case after one more event. Raises CaseFault if that cannot happen to it."""
    if case is None:
        if event.kind != e.OPENED:
            raise CaseFault(f"case {event.case}: expected that it is opened first, got {event.kind}")
        return _opened(event)
    if event.case != case.id or event.number <= case.last:
        raise CaseFault(f"case {case.id}: expected an event of its own behind {case.last}, got {event.number}")
    states, change = _STEPS.get(event.kind, ((), _same))
    if case.state not in states:
        raise CaseFault(f"case {case.id} is {case.state.replace('_', ' ')}: {event.kind.replace('_', ' ')} is too late")
    return replace(change(case, event), last=event.number)


def _opened(event: Event) -> Case:
    data = event.data
    return Case(
        id=event.case,
        kind=str(data["kind"]),
        name=str(data["name"]),
        subdomains=bool(data["subdomains"]),
        category=str(data["category"]),
        klass=str(data["class"]),
        publication=str(data["publication"]),
        opened=event.at,
        due=_due(event),
        claim=bool(data.get("claim")),
        last=event.number,
    )


def _due(event: Event) -> datetime | None:
    text = event.data.get("due")
    return datetime.fromisoformat(str(text)) if text else None


def _same(case: Case, event: Event) -> Case:
    return case


def _joined(case: Case, event: Event) -> Case:
    """One more appeal. A case of our own making may have no deadline, or a late one; whoever asks has theirs."""
    due = min(filter(None, (case.due, _due(event))), default=None)
    return replace(case, appeals=case.appeals + 1, due=due)


def _claimed(case: Case, event: Event) -> Case:
    due = _due(event)
    return replace(case, claim=True, due=min(filter(None, (case.due, due)), default=None))


def _drawn(case: Case, event: Event) -> Case:
    people = event.data["people"]
    assert isinstance(people, list | tuple)
    return replace(case, drawn=tuple(map(str, people)))


def _taken(case: Case, event: Event) -> Case:
    state = UNDER_REVIEW if case.state == RECEIVED else case.state
    return replace(case, state=state, taken_by=event.by, due=_due(event) or case.due)


def _handed_over(case: Case, event: Event) -> Case:
    to = str(event.data["to"])
    return replace(case, taken_by=to, drawn=tuple(to if each == event.by else each for each in case.drawn))


def _approved(case: Case, event: Event) -> Case:
    voice = _voice(event)
    if any(each.by == voice.by for each in case.approvals):
        raise CaseFault(f"case {case.id}: {voice.by} has approved already; another person is needed")
    if any(each.organisation == voice.organisation for each in case.approvals):
        raise CaseFault(f"case {case.id}: expected a person of another organisation than {voice.organisation}")
    return replace(case, approvals=(*(each for each in case.approvals if each.outcome == voice.outcome), voice))


def _voted(case: Case, event: Event) -> Case:
    voice = _voice(event)
    if voice.by not in case.drawn:
        raise CaseFault(f"case {case.id}: expected one of {', '.join(case.drawn)}, who were drawn, got {voice.by}")
    if any(each.by == voice.by for each in case.votes):
        raise CaseFault(f"case {case.id}: {voice.by} has voted already")
    return replace(case, votes=(*case.votes, voice))


def _voice(event: Event) -> Voice:
    outcome = str(event.data["outcome"])
    if outcome not in e.OUTCOMES:
        raise CaseFault(f"case {event.case}: expected one of {', '.join(e.OUTCOMES)}, got {outcome}")
    return Voice(event.by, event.organisation, outcome, event.data)


def _decided(case: Case, event: Event) -> Case:
    voice = _voice(event)
    if missing := missing_voices(case, voice.outcome):
        raise CaseFault(f"case {case.id}: expected {missing} first")
    is_final = case.step == 2 or not case.challenges_listing
    return replace(
        case,
        state=CLOSED if is_final else DECIDED,
        due=None,
        outcome=voice.outcome,
        reason=_english(event.data.get("reason", "")),
        cause=str(event.data.get("cause", "")),
        decided_at=event.at,
        deciders=(*case.deciders, *_deciders(case, voice)),
        suspended="",  # what was decided takes its place
        late="",
        approvals=(),
        in_force=None,
        seen_at=None,
    )


def _english(reason: object) -> str:
    """A reason in English, of texts by language."""
    return str(reason.get("en", "")) if isinstance(reason, Mapping) else str(reason)


def _deciders(case: Case, voice: Voice) -> tuple[str, ...]:
    spoken = (*case.approvals, *case.votes)
    return tuple(each.by for each in spoken if each.outcome == voice.outcome) or (voice.by,)


def missing_voices(case: Case, outcome: str) -> str:
    """Who has to speak before this outcome can be decided, in words; empty if that is enough.

    One person opens, two of two organisations close: what counts now, and would not after the decision, or the other
    way round, says which of the two it is.  A second step is decided by two of the three that were drawn.
    """
    if outcome in (e.NOT_EXAMINED, e.NO_DECISION):
        return ""
    if case.step == 2:
        votes = sum(each.outcome == outcome for each in case.votes)
        return "" if 2 * votes > PANEL else f"two of {', '.join(case.drawn) or 'three people'} for it"
    if not needs_two(case, outcome):
        return ""
    approvals = sum(each.outcome == outcome for each in case.approvals)
    return "" if approvals >= 2 else f"approvals of two people of two organisations, got {approvals}"


def needs_two(case: Case, outcome: str) -> bool:
    """Whether this outcome closes something that is open now."""
    return outcome in (e.LISTED, e.HELD, e.PROTECTED) or (outcome == e.UPHELD and bool(case.suspended))


def _suspended(case: Case, event: Event) -> Case:
    if not case.challenges_listing:
        raise CaseFault(f"case {case.id}: expected a listing to suspend, got a {case.kind}")
    why = str(event.data["why"])
    late_at = case.late_at or (event.at if why == e.WHY_LATE else None)
    return replace(case, suspended=why, suspended_at=event.at, late="", late_at=late_at)


def _late(case: Case, event: Event) -> Case:
    return replace(case, late=str(event.data["why"]), late_at=case.late_at or event.at)


def _asked_again(case: Case, event: Event) -> Case:
    if case.step == 2:
        raise CaseFault(f"case {case.id}: three others have decided; there is no third step here")
    return replace(case, state=SECOND, step=2, due=_due(event), drawn=(), taken_by="", approvals=(), votes=())


def _closed(case: Case, event: Event) -> Case:
    if case.suspended:
        raise CaseFault(f"case {case.id}: it is suspended; two people have to agree before it counts again")
    return replace(case, state=CLOSED, due=None)


def _in_force(case: Case, event: Event) -> Case:
    return replace(case, in_force=(int(event.data["release"]), int(event.data["entry"])))


def _seen(case: Case, event: Event) -> Case:
    return replace(case, seen_at=event.at)


_STEPS: Mapping[str, tuple[tuple[str, ...], Callable[[Case, Event], Case]]] = {
    e.JOINED: (OPEN_STATES, _joined),
    e.CLAIMED: (OPEN_STATES, _claimed),
    e.DRAWN: (OPEN_STATES, _drawn),
    e.TAKEN: (OPEN_STATES, _taken),
    e.HANDED_OVER: (OPEN_STATES, _handed_over),
    e.APPROVED: ((RECEIVED, UNDER_REVIEW), _approved),
    e.VOTED: ((SECOND,), _voted),
    e.DECIDED: (OPEN_STATES, _decided),
    e.SUSPENDED: (OPEN_STATES, _suspended),
    e.LATE: (OPEN_STATES, _late),
    e.ASKED_AGAIN: ((DECIDED,), _asked_again),
    e.WITHDRAWN: (OPEN_STATES, _closed),
    e.IN_FORCE: (STATES, _in_force),
    e.SEEN: (STATES, _seen),
    e.NOTED: (STATES, _same),
    e.ENDED: ((DECIDED,), _closed),
}
