"""What waits for a person: a change that the guard held, and a list that it switched off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from filterdns.lists.standing import Held
from filterdns.transparency.overview.moments import Moment, count, days_in_words, parse_moment, sentence
from filterdns.transparency.overview.rows import ListRow, State

SHRINK_FETCHES, SHRINK_TIME = 3, timedelta(hours=72)  # the guard's: then a shrink is accepted by itself


@dataclass(frozen=True, slots=True)
class Question:
    """A held change. All texts are sentences."""

    row: ListRow
    digest: str  # of the copy that is shown
    change: str
    reasons: tuple[str, ...]
    since: str
    nothing: str  # what happens if nobody answers, as the end of a sentence that begins so
    names_help: bool  # it names sites of help, which stay open in any case
    has_old: bool
    comes: tuple[str, ...]  # some of the names that would come
    goes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A list that was switched off by itself."""

    row: ListRow
    since: str
    reason: str


def question_of(row: ListRow, now: Moment) -> Question | None:
    """What a person is asked about a list; None if nothing waits."""
    held = row.standing.held
    if held is None or row.state not in (State.ON, State.COMING):
        return None
    change = held.change
    return Question(
        row=row,
        digest=held.sha256,
        change=_change(held, is_first=row.standing.accepted is None),
        reasons=tuple(
            sentence(days_in_words(finding.words)) for finding in held.findings if finding.words != held.words
        ),
        since=_since(held, now),
        nothing=_nothing(row, held, now),
        names_help=bool(held.census.p1_hits or held.census.p2_hits),
        has_old=row.standing.accepted is not None,
        comes=change.added_examples if change else (),
        goes=change.removed_examples if change else (),
    )


def stopped_of(row: ListRow, now: Moment) -> Stopped | None:
    """A list that was switched off by itself; None for any other."""
    off = row.standing.switched_off
    if off is None or row.state is not State.STOPPED:
        return None
    at = parse_moment(off.at)
    return Stopped(row, now.say(at) if at else "", sentence(f"It {off.reason}"))


def _change(held: Held, *, is_first: bool) -> str:
    """What accepting it would do."""
    if not held.words.startswith("would "):
        return sentence(days_in_words(held.words))
    return sentence(f"{'Its first copy' if is_first else 'The new copy'} {held.words}")


def _since(held: Held, now: Moment) -> str:
    at = parse_moment(held.since)
    since = f"It has waited since {now.say_day(at)}" if at else "It waits"
    return f"{since}, and was seen {_times(held.fetches)}." if held.fetches else f"{since}."


def _times(fetches: int) -> str:
    return {1: "once", 2: "twice"}.get(fetches) or f"at {count(fetches, 'fetch', 'fetches')}"


def _nothing(row: ListRow, held: Held, now: Moment) -> str:
    """What happens if nobody answers."""
    accepted = row.standing.accepted
    at = parse_moment(accepted.accepted_on) if accepted else None
    if at is not None and accepted is not None:
        stays = f"the copy of {now.say_day(at)} with {count(accepted.census.names, 'name')} stays in use"
    else:
        stays = "the list is not used"
    since = parse_moment(held.shrunk.since) if held.shrunk else None
    if since is None or accepted is None:
        return f"{stays}, and this question stays here."
    return (
        f"{stays} for now. A list that only became shorter opens sites and closes none: if it is "
        f"still so at the {_ordinal(SHRINK_FETCHES)} fetch and after three days, on {now.say_day(since + SHRINK_TIME)} "
        "or soon after, the change is accepted by itself."
    )


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
