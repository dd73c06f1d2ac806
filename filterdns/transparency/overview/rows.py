"""One list as the page shows it: how it stands, how many names, when it was last confirmed, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from filterdns.lists.copies import Journal
from filterdns.lists.manifest import ListInput
from filterdns.lists.recipe import NEVER, OFFERED, Recipe
from filterdns.lists.standing import Standing
from filterdns.transparency.overview.moments import Moment, count, parse_moment, sentence
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.overview.wording import waiting_text
from filterdns.transparency.reasons.texts import choose

_UNKNOWN_SIZE = (1, 5_000_000)  # what a recipe has if nobody said anything
OWN_FILE = "own/"  # how identifiers of an installation's own files begin


class State(Enum):
    """How a list stands."""

    ON = "On"
    COMING = "On, not in use yet"
    STOPPED = "Switched off by itself"
    OFF = "Off"
    OFFERED = "Offered"
    NEVER = "Never used"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One list. Texts are sentences or parts of one as named; "" where there is nothing to say."""

    recipe: Recipe
    standing: Standing
    journal: Journal
    used: ListInput | None  # by the current release
    state: State
    names: int
    size: str  # `195,339 names`, or how many are expected
    confirmed: str  # `confirmed today at 14:05`
    note: str  # a sentence: why it is as it is
    fault: str  # a sentence: what went wrong when it was last fetched
    ordered: str  # what is being done with it now

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.recipe.id

    @property
    def title(self) -> str:
        """What it is called."""
        return self.recipe.title or self.recipe.id

    @property
    def is_on(self) -> bool:
        """Whether a household or its recipe has switched it on, whatever the guard did then."""
        return self.state in (State.ON, State.COMING, State.STOPPED)

    @property
    def asks(self) -> bool:
        """Whether something about it waits for a person."""
        waits = self.standing.held is not None and self.state in (State.ON, State.COMING)
        return waits or self.state is State.STOPPED

    @property
    def is_own(self) -> bool:
        """Whether this household added it."""
        return self.recipe.household

    @property
    def is_own_file(self) -> bool:
        """Whether it is a file in the installation's own folder, which only its owner can remove."""
        return self.recipe.id.startswith(OWN_FILE)

    @property
    def about(self) -> str:
        """What a parent should know about it."""
        return choose(self.recipe.about).words

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"list-{self.recipe.id.replace('/', '-')}"

    @property
    def can_undo(self) -> bool:
        """Whether the copy before the accepted one is known, or there was none before."""
        accepted, previous = self.standing.accepted, self.standing.previous
        if accepted is None or self.recipe.path:
            return False
        return not accepted.before or (previous is not None and previous.sha256 == accepted.before)


def row_of(recipe: Recipe, snapshot: Snapshot, now: Moment) -> ListRow:
    """A list as it stands now."""
    standing, journal = snapshot.standings.of(recipe.id), snapshot.journals.get(recipe.id) or Journal(recipe.id)
    used = snapshot.current.lists.get(recipe.id) if snapshot.current else None
    state = _state(recipe, snapshot, standing, used)
    names = used.names if used else standing.accepted.census.names if standing.accepted else 0
    is_on = state in (State.ON, State.COMING)
    return ListRow(
        recipe=recipe,
        standing=standing,
        journal=journal,
        used=used,
        state=state,
        names=names,
        size=_size(recipe, used),
        confirmed=_confirmed(journal, used, now) if is_on or used else "",
        note=_note(recipe, snapshot, standing, journal, used, state),
        fault=sentence(journal.fault) if is_on else "",
        ordered=_ordered(recipe.id, snapshot),
    )


def _state(recipe: Recipe, snapshot: Snapshot, standing: Standing, used: ListInput | None) -> State:
    if recipe.switch == NEVER:
        return State.NEVER
    if not snapshot.recipes.is_on(recipe):
        return State.OFFERED if recipe.switch == OFFERED and recipe.id not in snapshot.recipes.choices else State.OFF
    if standing.switched_off and not recipe.path:
        return State.STOPPED
    return State.ON if used else State.COMING


def _size(recipe: Recipe, used: ListInput | None) -> str:
    if used is not None:
        return count(used.names, "name")
    if (recipe.least, recipe.most) == _UNKNOWN_SIZE:
        return "Size not known yet"
    return f"{recipe.least:,} to {recipe.most:,} names expected"


def _confirmed(journal: Journal, used: ListInput | None, now: Moment) -> str:
    """When the source was last seen to serve what it serves, whatever is in use of it."""
    text = journal.newest.confirmed_at if journal.newest else used.confirmed_at if used else ""
    at = parse_moment(text)
    return f"confirmed {now.say(at)}" if at else ""


def _note(
    recipe: Recipe,
    snapshot: Snapshot,
    standing: Standing,
    journal: Journal,
    used: ListInput | None,
    state: State,
) -> str:
    """Why it is as it is, where that is not plain to see."""
    if state in (State.OFF, State.OFFERED):
        return "Its names are open again with the next release." if used else ""
    if state is State.COMING:
        return _coming(recipe, snapshot, standing, journal)
    if state is State.STOPPED:
        return "Nothing of it is used."
    return "A new copy of it waits for you." if state is State.ON and standing.held else ""


def _coming(recipe: Recipe, snapshot: Snapshot, standing: Standing, journal: Journal) -> str:
    if standing.held is not None:
        return "It is not used before you have answered."
    if standing.accepted is not None or recipe.path:
        return "It is part of the next release."
    if journal.newest is not None:
        return "It is here, and part of the next release."
    if journal.fault:
        return "It could not be fetched yet."
    if snapshot.bulletin is not None and not snapshot.bulletin.fetching:
        return "It stays away as long as this machine fetches nothing."
    return "It is fetched with the next update."


def _ordered(source: str, snapshot: Snapshot) -> str:
    """What was ordered last for it and is not done yet."""
    waiting = [order.order for order in snapshot.ordered if order.source == source]
    return waiting_text(waiting[-1], is_kept=snapshot.is_kept) if waiting else ""
