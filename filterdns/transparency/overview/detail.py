"""One list with all that is known of it: where it is from, what was decided about it, and how to go back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from filterdns.config.settings import ProfileSettings
from filterdns.lists.recipe import Recipe
from filterdns.lists.standing import ACCEPTED
from filterdns.transparency.overview.moments import Moment, count, days_in_words, parse_moment, sentence
from filterdns.transparency.overview.rows import ListRow, row_of
from filterdns.transparency.overview.snapshot import Snapshot
from filterdns.transparency.overview.waiting import Question, Stopped, question_of, stopped_of
from filterdns.transparency.overview.wording import category_title, decision_text, filtered_text, in_the_past
from filterdns.transparency.reasons.texts import choose

MOST_DECISIONS = 20  # shown of those that are remembered


@dataclass(frozen=True, slots=True)
class Detail:
    """`facts`: (what, value, address); an address is "" or one of the recipe's. `undo`: what going back comes to."""

    row: ListRow
    category: str
    filtered: str
    facts: tuple[tuple[str, str, str], ...]
    decisions: tuple[tuple[str, str, str], ...]  # (when, what, in the words of then)
    question: Question | None
    stopped: Stopped | None
    undo: str
    undo_digest: str


def detail_of(recipe: Recipe, snapshot: Snapshot, profiles: tuple[ProfileSettings, ...], now: Moment) -> Detail:
    """All that is known of one list."""
    row = row_of(recipe, snapshot, now)
    category = snapshot.table.get(recipe.category)
    accepted = row.standing.accepted
    return Detail(
        row=row,
        category=category_title(category) if category else recipe.category,
        filtered=filtered_text(recipe.category, profiles),
        facts=tuple(_facts(row, now)),
        decisions=tuple(_decisions(row, now)),
        question=question_of(row, now),
        stopped=stopped_of(row, now),
        undo=_undo(row, now) if row.can_undo else "",
        undo_digest=accepted.sha256 if accepted else "",
    )


def _facts(row: ListRow, now: Moment) -> Iterator[tuple[str, str, str]]:
    recipe, journal = row.recipe, row.journal
    yield "Kept by", recipe.keeper.name, _web(recipe.keeper.contact)
    if recipe.keeper.removal:
        yield "To have a name taken off there", recipe.keeper.removal, _web(recipe.keeper.removal)
    if recipe.home:
        yield "Its own page", recipe.home, _web(recipe.home)
    if recipe.licence or not recipe.household:
        yield "Licence", recipe.licence or "not known", _web(recipe.licence_url)
    if recipe.called_there:
        yield "Called there", recipe.called_there, ""
    yield "Names", row.size, ""
    if row.used and row.used.rejected:
        yield "Lines that are no names", f"{row.used.rejected:,}, left out", ""
    for number, url in enumerate(recipe.urls):
        yield "Or else from" if number else "Fetched from", url, ""
    if recipe.path:
        yield "Read from", recipe.path, ""
    else:
        yield "Asked for", f"every {_hours(recipe.update_hours)}", ""
    if journal.newest and (at := parse_moment(journal.newest.confirmed_at)):
        yield "Last confirmed", now.say(at), ""
    if row.fault and (at := parse_moment(journal.next_at)):
        yield "Next try", now.say(at), ""
    scope = "with everything below it" if recipe.subdomains else "for itself alone"
    reason = "" if recipe.household else choose(recipe.subdomains_reason).words
    yield "A name stands", f"{scope}, where the list does not say. {reason}".strip(), ""
    if (trusted := choose(recipe.trusted_because).words) and not recipe.household:
        yield "Why it is here", trusted, ""
    if recipe.plain_http:
        yield "Fetched without TLS", recipe.plain_http, ""


def _hours(hours: int) -> str:
    if hours == 1:
        return "hour"
    days, rest = divmod(hours, 24)
    if rest:
        return f"{hours} hours"
    return "day" if days == 1 else "week" if days == 7 else f"{days} days"


def _web(address: str) -> str:
    """An address that may be a link: https or http, and nothing else."""
    return address if address.startswith(("https://", "http://")) else ""


def _decisions(row: ListRow, now: Moment) -> Iterator[tuple[str, str, str]]:
    for decision in reversed(row.standing.history[-MOST_DECISIONS:]):
        at = parse_moment(decision.at)
        words = decision.words
        if words.startswith("would "):
            words = f"It {in_the_past(words) if decision.what == ACCEPTED else words}"
        said = sentence(days_in_words(words))
        yield now.say_day(at) if at else "", decision_text(decision.by, decision.what), said


def _undo(row: ListRow, now: Moment) -> str:
    """What going back one copy comes to."""
    accepted, previous = row.standing.accepted, row.standing.previous
    assert accepted is not None
    at = parse_moment(accepted.accepted_on)
    since = f" of {now.say_day(at)}" if at else ""
    waits = f"The copy{since} with {count(accepted.census.names, 'name')} then waits until you accept it."
    if not accepted.before or previous is None:
        return f"Go back to before this list had any names here. {waits}"
    then = parse_moment(previous.accepted_on)
    day = now.say_day(then) if then else "before"
    return f"Go back to the copy of {day} with {count(previous.census.names, 'name')}. {waits}"
