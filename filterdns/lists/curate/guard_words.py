"""The guard's words for people: what a copy would change, and numbers as they are read."""

from __future__ import annotations

from collections.abc import Sequence

from filterdns.lists.census import Census, Change

MOST_NAMED = 5  # names in one sentence

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def describe(new: Census, accepted: Census | None, change: Change | None) -> str:
    """What accepting a copy would do: "would add 40,000 names and remove 12; three of them are help sites: ..."."""
    hits = [*new.p1_hits, *new.p2_hits]
    return f"would {_what(new, accepted, change)}{_help_sites(hits)}"


def count(number: int, one: str, many: str = "") -> str:
    """A number and what is counted: "1 name", "40,000 names"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """How much of a whole: "82 %"."""
    return f"{100 * part // whole if whole else 100} %"


def named(names: Sequence[str]) -> str:
    """Some names in a sentence, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {count(len(names) - MOST_NAMED, 'other')}" if len(names) > MOST_NAMED else shown


def _what(new: Census, accepted: Census | None, change: Change | None) -> str:
    if accepted is None:
        return f"bring {count(new.names, 'name')}"
    if change is None:
        return f"have {count(new.names, 'name')} instead of {accepted.names:,}"
    if change.added and change.removed:
        return f"add {count(change.added, 'name')} and remove {change.removed:,}"
    if change.added:
        return f"add {count(change.added, 'name')}"
    if change.removed:
        return f"remove {count(change.removed, 'name')}"
    return "change no name"


def _help_sites(hits: Sequence[str]) -> str:
    if not hits:
        return ""
    number = _SMALL[len(hits)] if len(hits) < len(_SMALL) else f"{len(hits):,}"
    return f"; {number} of them {'is a help site' if len(hits) == 1 else 'are help sites'}: {named(hits)}"
