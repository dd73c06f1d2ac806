"""What is blocked, from what happened alone: plain dictionaries, slow, and none of the code that it is held against.

It knows the events of the casebook, what lists named when, when the keeper had come to its end, and the rules of
requirements 4.1 to 4.4.  Where these leave room, as a moment within a round that was cut short, it says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.events import Event
from tests.properties.histories.world import LISTS, Served

SECURITY = {"malware"}
LIFE = {"malware": timedelta(days=7), "adult": timedelta(days=547)}  # lists/categories.yaml
PIN, BRIDGE, HOLD = timedelta(days=180), timedelta(days=8), timedelta(days=3)
FRESH, BEFORE_PEOPLE = timedelta(hours=24), timedelta(days=30)

Key = tuple[str, str]
"""Name and category."""


@dataclass(frozen=True)
class Pin:
    """What won. `bridged`: until when it is open besides, before the first day for certain, before the second maybe."""

    case: int
    name: str
    category: str
    day: date
    bridged: tuple[date, date]

    @property
    def until(self) -> date:
        return self.day + PIN


@dataclass(frozen=True)
class Own:
    """What two people have listed, and since when it lives: for certain, and maybe."""

    listed: date
    since: date
    maybe_since: date


@dataclass
class About:
    """A case, as far as it says what is open. `opened`: names that its last decision opened."""

    kind: str
    name: str
    category: str
    due: datetime | None
    is_open: bool = True
    suspended: str = ""
    outcome: str = ""
    opened: frozenset[str] = frozenset()


@dataclass
class Oracle:
    """All that stands at a moment at which the keeper has come to its end."""

    served: Sequence[Served]
    rounds: Sequence[tuple[int, datetime]]
    when: datetime
    cases: dict[int, About] = field(default_factory=dict)
    pins: list[Pin] = field(default_factory=list)
    own: dict[Key, Own] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    held: dict[str, date] = field(default_factory=dict)  # name -> the first day on which it counts no more
    refused: dict[int, bool | None] = field(default_factory=dict)  # decisions: whether the lists' rules refuse them
    lasting: dict[int, bool | None] = field(default_factory=dict)  # decisions: whether a release is made of them

    def take(self, events: Iterable[Event]) -> Oracle:
        for event in events:
            if event.kind == e.OPENED:
                about = (str(event.data[key]) for key in ("kind", "name", "category"))
                self.cases[event.case] = About(*about, _due(event))
            else:
                self._happen(self.cases[event.case], event)
        return self

    def _happen(self, case: About, event: Event) -> None:
        if event.kind in (e.JOINED, e.CLAIMED):
            case.due = min(filter(None, (case.due, _due(event))), default=None)
        elif event.kind == e.TAKEN:
            case.due = _due(event) or case.due
        elif event.kind == e.SUSPENDED:
            case.suspended = event.data["why"]
        elif event.kind == e.ASKED_AGAIN:
            case.is_open, case.due = True, _due(event)
        elif event.kind in (e.WITHDRAWN, e.ENDED):
            case.is_open = False
        elif event.kind == e.DECIDED:
            case.is_open, case.suspended, case.outcome = False, "", event.data["outcome"]
            self._decided(case, event)

    def _decided(self, case: About, event: Event) -> None:
        opened: frozenset[str] = frozenset()
        if case.outcome in (e.REMOVED, e.MOVED):
            opened = frozenset([case.name])
        elif case.outcome == e.NARROWED:
            opened = frozenset(each["name"] for each in event.data["opened_names"])
        ended = case.opened - opened  # by a first step, and not by the second
        case.opened = opened
        self.lasting[event.number] = bool(opened or ended)
        for name in ended:
            self._unpin(name, case.category, event.case)
        for name in opened:
            self._pin(name, case.category, event)
        if case.outcome == e.LISTED:
            self._list(case, event)
        elif case.outcome == e.PROTECTED:
            self.lasting[event.number] = True
            self.protected.add(case.name)
        elif case.outcome == e.HELD:
            self._hold(case, event)
        elif case.outcome == e.UPHELD:
            self._confirm(case, event, has_more=bool(ended))

    def _pin(self, name: str, category: str, event: Event) -> None:
        day = event.at.date()
        others = [pin.bridged for pin in self.pins if (pin.name, pin.category) == (name, category)]
        is_certain = not any(last > day for _, last in others)  # or else a bridge that stands is left as it is
        bridged = (day + BRIDGE if is_certain else day, self._carried_out(event) + BRIDGE)
        self.pins.append(Pin(event.case, name, category, day, bridged))

    def _carried_out(self, event: Event) -> date:
        """The day of the first round behind it that nothing disturbed."""
        return next((when for newest, when in self.rounds if newest >= event.number), self.when).date()

    def _unpin(self, name: str, category: str, case: int) -> None:
        about = [pin for pin in self.pins if (pin.name, pin.category) == (name, category)]
        kept = [pin for pin in self.pins if pin not in about]
        self.pins = [*kept, *(_without_bridge(pin) for pin in about if pin.case != case)]

    def _list(self, case: About, event: Event) -> None:
        name, category, day = case.name, case.category, event.at.date()
        pinned = any(self._stands_against_people(pin, name, category, day) and day < pin.until for pin in self.pins)
        if pinned or self.is_protected(name):
            self.refused[event.number] = True
            return
        if self._carried_out(event) >= day + LIFE[category]:  # it came too late, or just in time before a crash
            self.refused[event.number] = self.lasting[event.number] = None
        else:
            self.lasting[event.number] = True
        self.own[name, category] = Own(day, day, day)
        self.pins = [_without_bridge(pin) if (pin.name, pin.category) == (name, category) else pin for pin in self.pins]

    def _hold(self, case: About, event: Event) -> None:
        until = event.at.date() + HOLD
        if self._carried_out(event) >= until:
            self.refused[event.number] = self.lasting[event.number] = None
        else:
            self.lasting[event.number] = True
        self.held[case.name] = until

    def is_protected(self, name: str) -> bool:
        """Whether no list can name it."""
        return any(covers(above, name) for above in self.protected)

    def is_held(self, name: str) -> bool:
        """Whether it is filtered whatever protects it."""
        return any(covers(above, name) and self.when.date() < until for above, until in self.held.items())

    def _confirm(self, case: About, event: Event, *, has_more: bool) -> None:
        """A listing of ours that stays lives on from then, if it lives still; whether it did is not known here."""
        own, day = self.own.get((case.name, case.category)), event.at.date()
        if own is not None:
            self.own[case.name, case.category] = replace(own, maybe_since=day)
            self.refused[event.number] = None
            if not has_more:
                self.lasting[event.number] = None

    @staticmethod
    def _stands_against_people(pin: Pin, name: str, category: str, listed: date) -> bool:
        """Whether what won stands against a listing by people of this day."""
        wait = timedelta() if category in SECURITY else BEFORE_PEOPLE
        return pin.category == category and covers(pin.name, name) and listed <= pin.day + wait

    # What it comes to

    def blocked(self, asked: str, category: str) -> bool | None:
        """Whether a resolver blocks a name for this category; None where both may be."""
        suspended = [case for case in self.cases.values() if case.suspended and case.category == category]
        if any(covers(case.name, asked) for case in suspended):
            return False
        listed = set(self._listed(asked, category))
        if not listed:
            return False
        today = self.when.date()
        about = [pin for pin in self.pins if pin.category == category and covers(pin.name, asked)]
        if any(today < pin.bridged[0] for pin in about):
            return False
        return None if True not in listed or any(today < pin.bridged[1] for pin in about) else True

    def _listed(self, asked: str, category: str) -> Iterator[bool]:
        """For each listing that counts for it, whether that is certain."""
        today = self.when.date()
        about = [pin for pin in self.pins if pin.category == category and covers(pin.name, asked)]
        for (name, of), own in self.own.items():
            if of != category or not covers(name, asked) or self.is_protected(name):
                continue
            if today >= own.maybe_since + LIFE[category]:
                continue
            if not any(self._stands_against_people(pin, pin.name, category, own.listed) for pin in about):
                yield today < own.since + LIFE[category]
        for list_id, last in self.current.items():
            if LISTS[list_id] != category or today >= last.at.date() + LIFE[category]:
                continue
            stands = (category in SECURITY and self.when - last.at < FRESH) or not any(today < p.until for p in about)
            if stands and any(covers(name, asked) and not self.is_protected(name) for name in last.names):
                yield True

    @property
    def current(self) -> dict[str, Served]:
        return {served.list_id: served for served in self.served}

    def late(self) -> Iterator[str]:
        """What should not be: the clock has run out, and it stands nevertheless."""
        for number, case in self.cases.items():
            if not case.is_open or case.due is None or self.when < case.due or case.suspended:
                continue
            if case.kind not in (e.APPEAL, e.REVIEW):
                yield f"case {number} is a {case.kind} that nobody answered in time, and is still open"
            elif not (case.category in SECURITY and self._is_seen_live(case.name, case.category)):
                yield f"case {number} is late, and {case.name} is still filtered"

    def _is_seen_live(self, name: str, category: str) -> bool:
        """Whether a list of a category of danger saw the name within a day."""
        lists = [last for list_id, last in self.current.items() if LISTS[list_id] == category]
        return any(self.when - last.at < FRESH and any(covers(n, name) for n in last.names) for last in lists)


def covers(name: str, asked: str) -> bool:
    """Everything in this world is meant with all below it."""
    return asked == name or asked.endswith(f".{name}")


def _without_bridge(pin: Pin) -> Pin:
    return replace(pin, bridged=(date.min, pin.bridged[1]))


def _due(event: Event) -> datetime | None:
    text = event.data.get("due")
    return datetime.fromisoformat(str(text)) if text else None
