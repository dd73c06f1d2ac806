"""Short English texts about what is known of a name besides its listings; calm, since being named proves nothing."""

from __future__ import annotations

from collections.abc import Sequence

from filterdns.transparency.reasons.history import NAMED_BEFORE, SET_ASIDE, Event
from filterdns.transparency.reasons.wording import day_text

RULES = {
    "protected": "it is help, health or learning, which no list can close",
    "ours": "it is a name of our own",
    "public_suffix": "strangers have sites of their own below it",
    "shared_host": "many strangers share it",
    "popular": "very many people use it, so a person has to look first",
    "safe_search": "safe search needs it",
    "allowed": "people took it off the list",
    "pinned": "it won an appeal, and no list may bring it back yet",
    "two_feeds": "one keeper alone names it, and here two are needed",
    "expired": "the list has not been confirmed for too long",
}
"""Why a name that somebody named is not listed: the rules of `lists.curate`, and that an entry has expired."""

LEADS = {
    "suspended": ("Suspended", "Was suspended"),
    "emergency": ("Taken off at once", "Was taken off at once"),
    "allowed": ("Taken off the list", "Was taken off the list"),
    "pinned": ("Won an appeal", "Once won an appeal"),
}
"""What was decided: while it holds, and after it has ended."""

_FEW_CATEGORIES = 4  # are named; a decision about more was about nearly all


def event_words(event: Event, asked: str) -> str:
    """All of it in a few sentences. `asked`: the name that the statement is about, in A-labels."""
    return f"{event_lead(event, asked)} {event_rest(event)}".rstrip()


def event_lead(event: Event, asked: str) -> str:
    """What it is about, in a few words with a full stop."""
    if event.is_decision:
        words = LEADS.get(event.what, ("Revoked", "Was revoked"))[event.ended] + _in_categories(event.categories)
    else:
        words = f"Named by {by_whom(event)}" + "".join(f" as {category}" for category in event.categories)
        if event.what == NAMED_BEFORE and event.until:
            words = f"Was named by{words.removeprefix('Named by')} until {day_text(event.until)}"
    return f"{words}." if event.name == asked else f"{event.shown}: {words[0].lower()}{words[1:]}."


def event_rest(event: Event) -> str:
    """Since when, until when and why; it may be empty."""
    if event.is_decision:
        return _decided(event)
    first = f"First seen there on {day_text(event.since)}." if event.since else ""
    if event.what == SET_ASIDE:
        first += f" It is not listed, because {RULES.get(event.rule, 'a rule keeps it off')}."
    return first.strip()


def by_whom(event: Event) -> str:
    """Who names it, as people would say."""
    if event.title:
        return f"“{event.title}”" + (" (a list that this household added)" if event.household else "")
    return f"an entry of {'this household' if event.household else 'ours'} in {event.source}"


def _decided(event: Event) -> str:
    since = event.since and day_text(event.since)
    until = event.until and day_text(event.until)
    if event.ended:
        words = f"From {since} until {until}" if since else f"Until {until}"
    elif event.what in ("allowed", "pinned"):
        words = f"On {since}" if since else ""
    else:
        words = f"Since {since}" if since else ""
    words = f"{words}: {event.reason}" if words and event.reason else words or event.reason
    words = f"{words.rstrip('.')}." if words else ""
    if not event.ended and until:
        words += f" No list may bring it back before {until}." if event.what == "pinned" else f" Until {until}."
    return words.strip()


def _in_categories(categories: Sequence[str]) -> str:
    if not categories:
        return ""
    return f" ({', '.join(categories)})" if len(categories) <= _FEW_CATEGORIES else " (nearly all categories)"
