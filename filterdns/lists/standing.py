"""How each source stands: what is accepted of it, what waits for a person, and what was decided about it before.

All of it is values: a decision takes the standing of all sources and gives a new one.  The guard's decisions are in
`deciding`, the file is in `standing_file`.  Times are ISO 8601 in UTC, days as 2030-03-05.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from filterdns.errors import StateFault
from filterdns.lists.census import Census, Change
from filterdns.lists.curate.finding import GUARD, PINNED, ROLLBACK, SHRINK_RULE, Finding

MOST_DECISIONS = 50  # of a source, so that a page can tell what was decided before
MOST_DIGESTS = 50  # that people accepted or refused: a list that comes back to one after 50 others is asked about again
SIZE_DAYS = 8  # for which it is kept how many names counted: the guard of a category compares with a week ago

# What was decided.
ACCEPTED, HELD, LET_GO, KEPT_OLD, ASKED_AGAIN = "accepted", "held", "let_go", "kept_old", "asked_again"
UNDONE, ROLLED_BACK, SWITCHED_OFF, SWITCHED_ON = "undone", "rolled_back", "switched_off", "switched_on"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A copy that counts. `change`: from the copy before, whose digest is `before`; "" if there was none."""

    census: Census
    accepted_on: str
    by: str  # guard, person, shrink_rule or rollback
    before: str = ""
    change: Change | None = None

    @property
    def sha256(self) -> str:
        """The digest of the copy."""
        return self.census.sha256


@dataclass(frozen=True, slots=True)
class Shrunk:
    """How long a source has shown nothing but a shrink. `names`: of the first such copy."""

    since: str
    fetches: int
    names: int


@dataclass(frozen=True, slots=True)
class Held:
    """The newest copy, which waits for a person. `since`, `fetches`: of this hold, whatever copies it went through."""

    census: Census
    findings: tuple[Finding, ...]
    words: str
    since: str
    fetches: int
    last_fetch_at: str
    change: Change | None = None  # from the accepted copy
    shrunk: Shrunk | None = None  # while a shrink is all there is against it

    @property
    def sha256(self) -> str:
        """The digest of the copy."""
        return self.census.sha256


@dataclass(frozen=True, slots=True)
class P1Hit:
    """A day on which a source began to name P1 names that it had not named before."""

    on: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How many names of a source counted from a day on."""

    on: str
    names: int


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """Why the guard switched a source off, and when."""

    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a source, when, and by whom: guard, person or shrink_rule."""

    at: str
    by: str
    what: str
    sha256: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one source stands."""

    accepted: Accepted | None = None
    previous: Accepted | None = None  # the one before, to go back to
    held: Held | None = None
    pinned: str = ""  # when a person went back to an earlier copy: what is newer waits for a person; "" if nobody did
    switched_off: SwitchedOff | None = None
    kept_old: tuple[str, ...] = ()  # digests that a person refused
    by_person: tuple[str, ...] = ()  # digests that a person accepted
    p1_hits: tuple[P1Hit, ...] = ()
    p1_open: tuple[str, ...] = ()  # P1 names of the copy that was judged last
    sizes: tuple[Size, ...] = ()  # of the last week or so
    history: tuple[Decision, ...] = ()  # the oldest first


@dataclass(frozen=True, slots=True)
class Standings:
    """How all sources stand. One that is not there has nothing accepted yet."""

    sources: Mapping[str, Standing] = field(default_factory=dict)

    def of(self, source: str) -> Standing:
        """How a source stands."""
        return self.sources.get(source) or Standing()

    def put(self, source: str, standing: Standing) -> Standings:
        """The same with another standing of one source."""
        return Standings({**self.sources, source: standing})

    def digests(self) -> frozenset[str]:
        """The copies that are still needed: accepted, to go back to, or waiting."""
        copies = [copy for s in self.sources.values() for copy in (s.accepted, s.previous, s.held) if copy]
        return frozenset(copy.sha256 for copy in copies)


def accept(standings: Standings, source: str, by: str, when: datetime, sha256: str = "") -> Standings:
    """Let the waiting copy count, as a person decided. `sha256`: the copy that the person saw, if it is known.

    Raises StateFault if nothing waits, something else does, or the source is switched off.
    """
    standing, held = _waiting(standings, source, sha256)
    if standing.switched_off:
        raise StateFault(f"{source}: expected a source that is on, got one that was switched off; switch it on first")
    standing = let_count(standing, held.census, held.change, by, when)
    standing = replace(standing, held=None, pinned="", by_person=_newest(standing.by_person, held.sha256))
    standing = replace(standing, kept_old=_without(standing.kept_old, held.sha256))
    return standings.put(source, noted(standing, when, by, ACCEPTED, held.sha256, held.words))


def keep_old(standings: Standings, source: str, by: str, when: datetime, sha256: str = "") -> Standings:
    """Refuse the waiting copy: this content is not asked about again. Raises StateFault as `accept` does."""
    standing, held = _waiting(standings, source, sha256)
    standing = replace(standing, held=None, kept_old=_newest(standing.kept_old, held.sha256))
    standing = replace(standing, by_person=_without(standing.by_person, held.sha256))
    return standings.put(source, noted(standing, when, by, KEPT_OLD, held.sha256, held.words))


def ask_again(standings: Standings, source: str, by: str, when: datetime, sha256: str) -> Standings:
    """Take a refusal back: when this content is what the source serves, it is judged as if it were new."""
    standing = standings.of(source)
    standing = replace(standing, kept_old=_without(standing.kept_old, sha256))
    return standings.put(source, noted(standing, when, by, ASKED_AGAIN, sha256))


def undo_accept(standings: Standings, source: str, by: str, when: datetime) -> Standings:
    """Go back to the copy before the accepted one, or to none if that was the first.

    What was undone, and all that is newer, waits for a person: an undo that lasted until tomorrow's copy would be none.
    Raises StateFault if nothing is accepted, or if the copy before is not known any more.
    """
    standing = standings.of(source)
    undone, previous = standing.accepted, standing.previous
    if undone is None:
        raise StateFault(f"{source}: expected an accepted copy to undo, got none")
    if undone.before and (previous is None or previous.sha256 != undone.before):
        remedy = "roll back to an earlier release"
        raise StateFault(f"{source}: expected to know the copy before, got none; only one step can be undone; {remedy}")
    at = _time(when)
    words = "a person undid this import"
    held = standing.held
    if held is None or held.sha256 == undone.before:  # the copy before was what the source served again
        held = Held(undone.census, (Finding(PINNED, words),), words, at, 0, "")
    standing = replace(standing, accepted=previous if undone.before else None, previous=None, pinned=at)
    standing = replace(standing, held=replace(held, change=None, shrunk=None), sizes=_size(standing.accepted, when))
    standing = replace(standing, by_person=_without(standing.by_person, undone.sha256))
    return standings.put(source, noted(standing, when, by, UNDONE, undone.sha256))


def pin_to(standings: Standings, source: str, census: Census | None, by: str, when: datetime) -> Standings:
    """Go back to this copy for a roll-back, or to none of this source: what is newer waits for a person."""
    standing = standings.of(source)
    if census is None:
        standing = replace(standing, accepted=None, previous=standing.accepted, sizes=())
    elif standing.accepted is None or standing.accepted.sha256 != census.sha256:
        standing = let_count(standing, census, None, ROLLBACK, when)
    if standing.held and census and standing.held.sha256 == census.sha256:
        standing = replace(standing, held=None)
    standing = replace(standing, pinned=_time(when))
    return standings.put(source, noted(standing, when, by, ROLLED_BACK, census.sha256 if census else ""))


def switch_on(standings: Standings, source: str, by: str, when: datetime) -> Standings:
    """Note that a person switched a source on: it counts again, and its growth is no surprise to its category."""
    standing = replace(standings.of(source), switched_off=None, sizes=())
    return standings.put(source, noted(standing, when, by, SWITCHED_ON, ""))


def forget(standings: Standings, source: str) -> Standings:
    """Nothing is known of this source any more."""
    return Standings({id_: standing for id_, standing in standings.sources.items() if id_ != source})


def let_count(standing: Standing, census: Census, change: Change | None, by: str, when: datetime) -> Standing:
    """The same with another accepted copy; the one before can be gone back to."""
    before = standing.accepted
    accepted = Accepted(census, _time(when), by, before.sha256 if before else "", change)
    by_itself = by in (GUARD, SHRINK_RULE)  # or else growth is counted from here: a person has seen it
    sizes = (*(_recent(standing.sizes, when) if by_itself else ()), *_size(accepted, when))
    return replace(standing, accepted=accepted, previous=before, sizes=sizes)


def noted(standing: Standing, when: datetime, by: str, what: str, sha256: str, words: str = "") -> Standing:
    """The same with one decision more; of too many, the guard's everyday ones are forgotten first."""
    history = [*standing.history, Decision(_time(when), by, what, sha256, words)]
    while len(history) > MOST_DECISIONS:
        everyday = (n for n, decision in enumerate(history[:-1]) if (decision.by, decision.what) == (GUARD, ACCEPTED))
        del history[next(everyday, 0)]
    return replace(standing, history=tuple(history))


def _waiting(standings: Standings, source: str, sha256: str) -> tuple[Standing, Held]:
    standing = standings.of(source)
    if standing.held is None:
        raise StateFault(f"{source}: expected a change that waits for a decision, got none")
    if sha256 and standing.held.sha256 != sha256:
        raise StateFault(f"{source}: expected the change that was shown, got a newer one; look at it and decide again")
    return standing, standing.held


def _size(accepted: Accepted | None, when: datetime) -> tuple[Size, ...]:
    return (Size(when.astimezone(UTC).date().isoformat(), accepted.census.names),) if accepted else ()


def _recent(sizes: tuple[Size, ...], when: datetime) -> tuple[Size, ...]:
    """Those of the last days, the last one before them, and of today the first one at the most."""
    today = when.astimezone(UTC).date()
    day = (today - timedelta(days=SIZE_DAYS)).isoformat()
    older = sum(size.on < day for size in sizes)
    kept = sizes[max(older - 1, 0) :]
    of_today = [size for size in kept if size.on == today.isoformat()]
    return tuple(size for size in kept if size not in of_today[1:])


def _time(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")


def _newest(digests: tuple[str, ...], sha256: str) -> tuple[str, ...]:
    return (*_without(digests, sha256), sha256)[-MOST_DIGESTS:]


def _without(digests: tuple[str, ...], sha256: str) -> tuple[str, ...]:
    return tuple(digest for digest in digests if digest != sha256)
