"""The guard: one source's new copy against its accepted one, so that no broken or hijacked list reaches a house.

Each rule is a small function that finds nothing, or says what stands against the copy.  A copy with findings waits for
a person at the last good one, but for two cases: a list that names a helpline for the second time within a quarter is
switched off, and a shrink that stays is accepted by itself, because it only unlocks.

Growth and shrink are net, since feeds of new fakes turn over within days; a list whose names were exchanged is caught
by `replaced` instead, but for those feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from filterdns.lists.census import Census, Change
from filterdns.lists.curate.finding import (
    ACCEPT,
    DOUBLED,
    EMPTY,
    FEW,
    GREW,
    HOLD,
    HTML,
    MANY,
    P1_HIT,
    P2_HIT,
    REJECTED,
    REPLACED,
    SHRANK,
    SHRINK_RULE,
    SWITCH_OFF,
    Finding,
    Verdict,
)
from filterdns.lists.curate.guard_words import count, describe, named, share
from filterdns.lists.recipe import Recipe

NO_LIST = ("html", "")  # formats of a census of something that is no list
FAST_CHANGING = frozenset({"malware", "phishing"})  # their feeds turn over within days: new fakes live for hours
# Formats in which one name often stands in two lines: `x` and `*.x`, or an IPv4 and an IPv6 address.
PAIRED_FORMATS = frozenset({"rpz", "hosts", "dnsmasq", "unbound"})
_PAIRED_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What is no surprise. Shares are of 1; one counts only beyond the number beside it: lists may be short."""

    shrank_share: float = 0.30  # of the accepted names; lists that clean up lose less at a time
    shrank_names: int = 100
    grew_share: float = 0.50
    grew_names: int = 1_000
    replaced_share: float = 0.50  # of the old names gone and of the new ones fresh, both
    replaced_names: int = 100
    nearly_empty_share: float = 0.01  # what is left of the accepted names: a header and a test entry are no list
    doubled_share: float = 0.20  # of the lines that give names
    rejected_share: float = 0.30  # of the lines that say anything; a format that has changed gives more
    lines: int = 10  # doubled or rejected
    more_than_before: float = 0.10  # a share that the accepted copy had already may grow by so much
    quarter_days: int = 92  # within which a second hit on P1 names switches a source off
    shrink_fetches: int = 3  # "Decided since" 7
    shrink_hours: int = 72


@dataclass(frozen=True, slots=True)
class Stay:
    """For how long and how many successful fetches, this one included, a shrink has been all that the source shows."""

    fetches: int = 1
    lasted: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Helplines:
    """P1 names that the source has named before: when it began to, and which it named last."""

    hits: Sequence[date] = ()
    known: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class _Copy:
    """All that the rules look at."""

    recipe: Recipe
    new: Census
    accepted: Census | None
    change: Change | None
    limits: Limits


def judge(
    recipe: Recipe,
    new: Census,
    accepted: Census | None,
    change: Change | None,
    *,
    helplines: Helplines,
    stay: Stay,
    when: datetime,
    limits: Limits,
) -> Verdict:
    """The verdict on a copy that nobody has decided about. On first sight `accepted` and `change` are None."""
    copy = _Copy(recipe, new, accepted, change, limits)
    findings = tuple(_findings(copy))
    words = describe(new, accepted, change)
    if P1_HIT in {finding.rule for finding in findings} and _again(new, helplines, when, limits):
        return Verdict(SWITCH_OFF, findings, words)
    if not findings:
        return Verdict(ACCEPT, (), words)
    stays = stay.fetches >= limits.shrink_fetches and stay.lasted >= timedelta(hours=limits.shrink_hours)
    if stays and accepted is not None and only_shrank(findings):
        return Verdict(ACCEPT, findings, words, SHRINK_RULE)
    return Verdict(HOLD, findings, words)


def only_shrank(findings: Sequence[Finding]) -> bool:
    """Whether a shrink is all that stands against a copy."""
    return bool(findings) and all(finding.rule in (SHRANK, FEW) for finding in findings)


def shrank_beyond(names: int, before: int, limits: Limits) -> bool:
    """Whether a list lost more than it may."""
    lost = before - names
    return lost > limits.shrank_names and lost > limits.shrank_share * before


def fresh_p1_hits(new: Census, helplines: Helplines) -> frozenset[str]:
    """P1 names that the source did not name before."""
    return frozenset(new.p1_hits).difference(helplines.known)


def _again(new: Census, helplines: Helplines, when: datetime, limits: Limits) -> bool:
    """Whether this is a hit on other P1 names than before, or after a while without, and not the first of a quarter.

    A clock that is behind makes earlier hits look later; they count all the same.
    """
    quarter = timedelta(days=limits.quarter_days)
    return bool(fresh_p1_hits(new, helplines)) and any(when.date() - hit <= quarter for hit in helplines.hits)


def _findings(copy: _Copy) -> Iterator[Finding]:
    html = _html(copy)
    if html:
        yield html  # whatever was counted in a web page says nothing
        return
    for rule in _RULES:
        finding = rule(copy)
        if finding:
            yield finding


def _html(copy: _Copy) -> Finding | None:
    if copy.new.format not in NO_LIST:
        return None
    what = "a web page" if copy.new.format else "something that is no list of a known format"
    return Finding(HTML, f"got {what} where the list should be")


def _empty(copy: _Copy) -> Finding | None:
    names, before = copy.new.names, copy.accepted.names if copy.accepted else 0
    if not names:
        return Finding(EMPTY, "there is no name in it")
    if names < copy.limits.nearly_empty_share * before:
        words = f"{count(names, 'name')} left of {before:,}: as good as empty"
        return Finding(EMPTY, words, {"names": names, "before": before})
    return None


def _few(copy: _Copy) -> Finding | None:
    """Too few for what the recipe expects, unless that was so and accepted before."""
    names, least = copy.new.names, copy.recipe.least
    if names >= least or not names or (copy.accepted and copy.accepted.names < least):
        return None
    return Finding(FEW, f"{count(names, 'name')}, and {least:,} or more are expected", {"names": names, "least": least})


def _many(copy: _Copy) -> Finding | None:
    """Too many for what the recipe expects, unless that was so and accepted before."""
    names, most = copy.new.names, copy.recipe.most
    if names <= most or (copy.accepted and copy.accepted.names > most):
        return None
    return Finding(MANY, f"{count(names, 'name')}, and {most:,} at most are expected", {"names": names, "most": most})


def _shrank(copy: _Copy) -> Finding | None:
    before = copy.accepted.names if copy.accepted else 0
    if not shrank_beyond(copy.new.names, before, copy.limits):
        return None
    lost = before - copy.new.names
    words = f"lost {lost:,} of {count(before, 'name')} ({share(lost, before)})"
    return Finding(SHRANK, words, {"lost": lost, "before": before})


def _grew(copy: _Copy) -> Finding | None:
    if copy.accepted is None:
        return None
    before, more = copy.accepted.names, copy.new.names - copy.accepted.names
    if more <= copy.limits.grew_names or more <= copy.limits.grew_share * before:
        return None
    words = f"{count(more, 'name')} more than the {before:,} before ({share(more, before)})"
    return Finding(GREW, words, {"more": more, "before": before})


def _replaced(copy: _Copy) -> Finding | None:
    change, limits = copy.change, copy.limits
    if change is None or copy.accepted is None or copy.recipe.category in FAST_CHANGING:
        return None
    gone = change.removed > max(limits.replaced_names, limits.replaced_share * copy.accepted.names)
    fresh = change.added > max(limits.replaced_names, limits.replaced_share * copy.new.names)
    if not gone or not fresh:
        return None
    words = f"{change.removed:,} of {count(copy.accepted.names, 'name')} are gone, and {change.added:,} others came"
    return Finding(REPLACED, words, {"removed": change.removed, "added": change.added})


def _doubled(copy: _Copy) -> Finding | None:
    if copy.accepted:
        before = _doubled_share(copy.accepted)
    else:
        before = _PAIRED_SHARE if copy.new.format in PAIRED_FORMATS else 0.0
    if not _is_more(_doubled_share(copy.new), before, copy.new.duplicates, copy.limits.doubled_share, copy.limits):
        return None
    words = f"names stand there twice or more: {count(copy.new.names, 'name')} and {copy.new.duplicates:,} repetitions"
    return Finding(DOUBLED, words, {"names": copy.new.names, "duplicates": copy.new.duplicates})


def _rejected(copy: _Copy) -> Finding | None:
    new = copy.new
    before = _rejected_share(copy.accepted) if copy.accepted else 0.0
    if not _is_more(_rejected_share(new), before, new.rejected, copy.limits.rejected_share, copy.limits):
        return None
    first = f"; the first: {new.rejected_examples[0]}" if new.rejected_examples else ""
    words = f"{count(new.rejected, 'line')} cannot be read as names ({share(new.rejected, _said(new))}){first}"
    return Finding(REJECTED, words, {"rejected": new.rejected, "lines": _said(new)})


def _p1(copy: _Copy) -> Finding | None:
    hits = copy.new.p1_hits
    if not hits:
        return None
    words = f"names a helpline or an emergency service, which nothing may close: {named(hits)}"
    return Finding(P1_HIT, words, {"hits": len(hits)})


def _p2(copy: _Copy) -> Finding | None:
    """More protected names than the recipe allows, unless they were named and accepted before: all are set aside."""
    hits, allowance = copy.new.p2_hits, copy.recipe.protected_allowance
    known = copy.accepted.p2_hits if copy.accepted else ()
    if len(hits) <= allowance or not set(hits).difference(known):
        return None
    words = f"names sites of help, health or learning: {named(hits)}"
    return Finding(P2_HIT, words, {"hits": len(hits), "allowance": allowance})


_RULES: tuple[Callable[[_Copy], Finding | None], ...] = (
    *(_p1, _p2, _empty, _few, _many, _shrank, _grew, _replaced, _doubled, _rejected),
)


def _is_more(part: float, before: float, number: int, most: float, limits: Limits) -> bool:
    """Whether a share is beyond its limit, and not what the accepted copy had already."""
    return number > limits.lines and part > most and part > before + limits.more_than_before


def _doubled_share(census: Census) -> float:
    """Repetitions of all names that stand there; comments do not count, or they could hide that all stands twice."""
    return census.duplicates / ((census.names + census.duplicates) or 1)


def _rejected_share(census: Census) -> float:
    return census.rejected / (_said(census) or 1)


def _said(census: Census) -> int:
    """Lines that say anything, as far as the counts tell: a line of a hosts file may hold several names."""
    return min(census.lines, census.names + census.duplicates + census.exceptions + census.rejected)
