"""One thing that happens, as plain data; and how such data are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from filterdns.transparency.appeals import events as e
from filterdns.transparency.appeals.case import DECIDED, SECOND, Case
from tests.properties.histories.world import ALPHA, BETA, CLINIC, LISTS, P2, POKER, World


@dataclass(frozen=True)
class Send:
    """Somebody appeals against a listing, suggests a site, or wants a listing looked at again, a name held or
    protected."""

    kind: str
    name: str
    category: str
    claim: bool = False

    def do(self, world: World) -> None:
        claim = self.claim and self.kind == e.APPEAL
        category = {e.HOLD: "malware", e.PROTECT: P2}.get(self.kind, self.category)
        by = e.PUBLIC if self.kind in (e.APPEAL, e.PROPOSAL) else "rev-1"
        world.send(self.kind, self.name, category, claim=claim, by=by)


@dataclass(frozen=True)
class One:
    """One person decides an open case."""

    case: int
    outcome: str

    def do(self, world: World) -> None:
        if case := world.pick(self.case, _open(world)):
            outcome = self.outcome if case.challenges_listing else e.DECLINED
            world.decide(case, outcome)


@dataclass(frozen=True)
class Two:
    """Two people close what an open case is about."""

    case: int

    def do(self, world: World) -> None:
        if case := world.pick(self.case, _open(world)):
            outcomes = {e.PROPOSAL: e.LISTED, e.HOLD: e.HELD, e.PROTECT: e.PROTECTED}
            world.agree(case, outcomes.get(case.kind, e.UPHELD))


@dataclass(frozen=True)
class Again:
    """Whoever lost asks three others."""

    case: int

    def do(self, world: World) -> None:
        if case := world.pick(self.case, [case for case in world.cases if case.state == DECIDED]):
            world.ask_again(case)


@dataclass(frozen=True)
class Panel:
    """The three others decide."""

    case: int
    outcome: str

    def do(self, world: World) -> None:
        if case := world.pick(self.case, [case for case in world.cases if case.state == SECOND]):
            world.vote(case, self.outcome)


@dataclass(frozen=True)
class Press:
    """One person looks at a case, opens its listing for now, or takes it back."""

    case: int
    what: str

    def do(self, world: World) -> None:
        if case := world.pick(self.case, _open(world)):
            data = {e.SUSPENDED: {"why": e.WHY_PERSON}}.get(self.what, {})
            world.press(case, self.what, f"one-{case.id}", data)


@dataclass(frozen=True)
class Serve:
    """A list is fetched, and names these."""

    list_id: str
    names: frozenset[str]

    def do(self, world: World) -> None:
        world.serve(self.list_id, self.names)


@dataclass(frozen=True)
class Later:
    hours: float

    def do(self, world: World) -> None:
        world.office.sleep(hours=self.hours)


@dataclass(frozen=True)
class Keep:
    """The keeper does all that it has to do."""

    def do(self, world: World) -> None:
        world.keep()


@dataclass(frozen=True)
class Dying:
    """The machine stops at the write of this number, if it comes to that."""

    at: int
    step: Send | One | Two | Panel | Keep

    def do(self, world: World) -> None:
        world.dying(self.at, lambda: self.step.do(world))


Step = Send | One | Two | Again | Panel | Press | Serve | Later | Keep | Dying


def _open(world: World) -> list[Case]:
    return [case for case in world.cases if case.is_open and case.state != SECOND]


_NAMES = (ALPHA, BETA, CLINIC, POKER, f"www.{ALPHA}")
_IMPORTED = (ALPHA, BETA, CLINIC, POKER)
_CATEGORIES = ("adult", "adult", "malware")
_KINDS = (*(e.APPEAL, e.PROPOSAL) * 4, *(e.REVIEW,) * 2, e.HOLD, e.PROTECT)
_OUTCOMES = (e.REMOVED, e.REMOVED, e.NARROWED, e.UPHELD, e.MOVED)
_HOURS = (1, 5, 25, 25, 24 * 4, 24 * 8, 24 * 15, 24 * 31, 24 * 61, 24 * 182, 24 * 400)
_MOST_WRITES = 160  # of a round of the keeper, about


def draw_history(random: Random) -> list[Step]:
    """Some twenty to sixty things that happen."""
    return [_draw(random) for _ in range(random.randint(20, 60))]


def _draw(random: Random) -> Step:
    draw = random.choices(list(_DRAWN), list(_DRAWN.values()))[0]
    return draw(random)


def _draw_send(random: Random) -> Send:
    return Send(random.choice(_KINDS), random.choice(_NAMES), random.choice(_CATEGORIES), random.random() < 0.5)


def _draw_one(random: Random) -> One:
    return One(random.randrange(4), random.choice(_OUTCOMES))


def _draw_two(random: Random) -> Two:
    return Two(random.randrange(4))


def _draw_panel(random: Random) -> Panel:
    return Panel(random.randrange(4), random.choice((e.REMOVED, e.NARROWED, e.UPHELD)))


def _draw_press(random: Random) -> Press:
    return Press(random.randrange(4), random.choice((e.TAKEN, e.SUSPENDED, e.WITHDRAWN)))


def _draw_serve(random: Random) -> Serve:
    names = random.sample(_IMPORTED, random.randint(1, len(_IMPORTED)))
    return Serve(random.choice(sorted(LISTS)), frozenset(names))


def _draw_dying(random: Random) -> Dying:
    if random.random() < 0.6:
        return Dying(random.randint(1, _MOST_WRITES), Keep())
    return Dying(random.randint(1, 6), random.choice((_draw_send, _draw_one, _draw_two, _draw_panel))(random))


_DRAWN: dict[Callable[[Random], Step], int] = {
    _draw_send: 4,
    _draw_one: 3,
    _draw_two: 3,
    lambda random: Again(random.randrange(4)): 1,
    _draw_panel: 1,
    _draw_press: 1,
    _draw_serve: 2,
    lambda random: Later(random.choice(_HOURS)): 4,
    lambda random: Keep(): 4,
    _draw_dying: 4,
}
"""How to draw each, and how often."""
