"""What the guard decides about each source, and how that changes its standing. No files and no clock.

A build gathers the newest copy of each source that is on and calls `decide` once: a copy that was decided about before
keeps its decision, any other is judged, the categories are looked at as a whole, and the standing of all is given back.
It may be called again for the same fetch, after a crash or for a second build of a day: a fetch is counted once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from filterdns.lists.census import Census, Change
from filterdns.lists.curate.category_guard import WEEK_DAYS, SourceSize, judge_category
from filterdns.lists.curate.finding import (
    ACCEPT,
    GUARD,
    HOLD,
    KEPT_OLD,
    OFF,
    PERSON,
    PINNED,
    SWITCH_OFF,
    Finding,
    Verdict,
)
from filterdns.lists.curate.guard import (
    Helplines,
    Limits,
    Stay,
    fresh_p1_hits,
    judge,
    only_shrank,
    shrank_beyond,
)
from filterdns.lists.recipe import Recipe
from filterdns.lists.standing import (
    ACCEPTED,
    HELD,
    LET_GO,
    SWITCHED_OFF,
    Held,
    P1Hit,
    Shrunk,
    Standing,
    Standings,
    SwitchedOff,
    let_count,
    noted,
)

MOST_P1_HITS = 20  # of a source; two are enough to switch it off


@dataclass(frozen=True, slots=True)
class News:
    """The newest copy of a source that is on. `change` is from the accepted copy, whose digest is `against`.

    Both are empty if nothing was accepted when they were worked out.  `confirmed_at`: the last successful fetch, one
    that found nothing new included.
    """

    recipe: Recipe
    census: Census
    confirmed_at: datetime
    change: Change | None = None
    against: str = ""


def decide(
    standings: Standings, news: Sequence[News], when: datetime, limits: Limits | None = None
) -> tuple[Standings, Mapping[str, Verdict]]:
    """The new standing of all sources, and the verdict on each copy by source.

    Sources without news stay as they are.  A source for which a person changed what is accepted since its change was
    worked out is left out too, and decided about in the next round.
    """
    limits = limits or Limits()
    judged = {each.recipe.id: each for each in news if each.against == _accepted_digest(standings.of(each.recipe.id))}
    verdicts = {source: _weigh(standings.of(source), each, when, limits) for source, each in judged.items()}
    for source, finding in _drift(standings, judged, verdicts, when).items():
        verdict = verdicts[source]
        verdicts[source] = Verdict(HOLD, (*verdict.findings, finding), verdict.words)
    for source, verdict in verdicts.items():
        standings = standings.put(source, _settle(standings.of(source), judged[source], verdict, when, limits))
    return standings, verdicts


def _accepted_digest(standing: Standing) -> str:
    return standing.accepted.sha256 if standing.accepted else ""


def _weigh(standing: Standing, news: News, when: datetime, limits: Limits) -> Verdict:
    """The verdict on a copy: what was decided about it before, or else the guard's."""
    sha256, accepted = news.census.sha256, standing.accepted
    if standing.switched_off:
        return Verdict(SWITCH_OFF, (Finding(OFF, standing.switched_off.reason),))
    if accepted and accepted.sha256 == sha256:
        return Verdict(ACCEPT, by=accepted.by)
    verdict = judge(
        news.recipe,
        news.census,
        accepted.census if accepted else None,
        news.change,
        helplines=_helplines(standing),
        stay=_stay(_shrunk(standing.held, news, limits), news),
        when=when,
        limits=limits,
    )
    if sha256 in standing.by_person and not standing.pinned:
        return Verdict(ACCEPT, verdict.findings, verdict.words, PERSON)
    if verdict.action == SWITCH_OFF:
        return verdict
    if sha256 in standing.kept_old:
        refused = Finding(KEPT_OLD, "a person has refused this very content")
        return Verdict(HOLD, (*verdict.findings, refused), verdict.words)
    if standing.pinned:
        words = f"a person went back to an earlier copy on {standing.pinned[:10]}; what is newer waits"
        return Verdict(HOLD, (*verdict.findings, Finding(PINNED, words)), verdict.words)
    return verdict


def _helplines(standing: Standing) -> Helplines:
    known = {*standing.p1_open, *(standing.accepted.census.p1_hits if standing.accepted else ())}
    return Helplines([date.fromisoformat(hit.on) for hit in standing.p1_hits], known)


def _shrunk(held: Held | None, news: News, limits: Limits) -> Shrunk:
    """How long a shrink is all that is shown, if this copy shows nothing else.

    The content may change meanwhile, or a list that is written anew each day would never be accepted; but it must not
    fall further beyond the limit, for then it is the newer, greater shrink that has to stay.
    """
    at, names = _time(news.confirmed_at), news.census.names
    fresh = Shrunk(at, 1, names)
    if held is None or held.shrunk is None or shrank_beyond(names, held.shrunk.names, limits):
        return fresh
    if at < held.shrunk.since:
        return fresh  # the clock was ahead when the shrink was first seen
    return held.shrunk if at == held.last_fetch_at else replace(held.shrunk, fetches=held.shrunk.fetches + 1)


def _stay(shrunk: Shrunk, news: News) -> Stay:
    return Stay(shrunk.fetches, news.confirmed_at - datetime.fromisoformat(shrunk.since))


def _drift(
    standings: Standings, news: Mapping[str, News], verdicts: Mapping[str, Verdict], when: datetime
) -> dict[str, Finding]:
    """The sources that the guard would accept, but for what their category as a whole would gain."""
    found: dict[str, Finding] = {}
    by_category: dict[str, list[SourceSize]] = {}
    for source, each in news.items():
        standing = standings.of(source)
        accepted = standing.accepted.census.names if standing.accepted else 0
        verdict = verdicts[source]
        if verdict.action != SWITCH_OFF:
            is_new = verdict.action == ACCEPT and each.census.sha256 != _accepted_digest(standing)
            size = each.census.names if is_new else accepted
            row = SourceSize(source, _week_ago(standing, when), accepted, size)
            by_category.setdefault(each.recipe.category, []).append(row)
    for category, sizes in by_category.items():
        found.update(judge_category(category, sizes))
    return {source: finding for source, finding in found.items() if verdicts[source].by != PERSON}


def _week_ago(standing: Standing, when: datetime) -> int | None:
    """How many names counted a week ago, or when the source began to count, whichever is later."""
    day = (when.astimezone(UTC).date() - timedelta(days=WEEK_DAYS)).isoformat()
    earlier = [size for size in standing.sizes if size.on <= day]
    if earlier:
        return earlier[-1].names
    return standing.sizes[0].names if standing.sizes else None


def _settle(standing: Standing, news: News, verdict: Verdict, when: datetime, limits: Limits) -> Standing:
    """The standing after a verdict."""
    if standing.switched_off:
        return standing
    census = news.census
    if census.sha256 != _accepted_digest(standing) and fresh_p1_hits(census, _helplines(standing)):
        hit = P1Hit(when.astimezone(UTC).date().isoformat(), census.p1_hits)
        standing = replace(standing, p1_hits=(*standing.p1_hits, hit)[-MOST_P1_HITS:])
    standing = replace(standing, p1_open=census.p1_hits)
    if verdict.action == ACCEPT:
        return _accepted(standing, news, verdict, when)
    if KEPT_OLD in verdict.rules:
        return replace(standing, held=None)
    held = _held(standing, news, verdict, limits)
    if verdict.action == SWITCH_OFF:
        reason = "; ".join(finding.words for finding in verdict.findings)
        reason += ", for the second time within a quarter"
        off = SwitchedOff(reason, _time(when))
        standing = replace(standing, held=held, switched_off=off)
        return noted(standing, when, GUARD, SWITCHED_OFF, census.sha256, reason)
    is_known = standing.held and {f.rule for f in standing.held.findings} == verdict.rules
    standing = replace(standing, held=held)
    words = "; ".join(finding.words for finding in verdict.findings)
    return standing if is_known else noted(standing, when, GUARD, HELD, census.sha256, words)


def _accepted(standing: Standing, news: News, verdict: Verdict, when: datetime) -> Standing:
    """The standing with this copy accepted, or still accepted: then what waited has ended by itself."""
    census, waited = news.census, standing.held
    standing = replace(standing, held=None)
    if standing.accepted and standing.accepted.sha256 == census.sha256:
        standing = replace(standing, accepted=replace(standing.accepted, census=census))  # read anew, maybe better
        return noted(standing, when, GUARD, LET_GO, census.sha256, waited.words) if waited else standing
    standing = let_count(standing, census, news.change, verdict.by, when)
    return noted(standing, when, verdict.by, ACCEPTED, census.sha256, verdict.words)


def _held(standing: Standing, news: News, verdict: Verdict, limits: Limits) -> Held:
    at, before = _time(news.confirmed_at), standing.held
    fetches = before.fetches + (before.last_fetch_at != at) if before else 1
    return Held(
        census=news.census,
        findings=verdict.findings,
        words=verdict.words,
        since=before.since if before else at,
        fetches=fetches,
        last_fetch_at=at,
        change=news.change,
        shrunk=_shrunk(before, news, limits) if only_shrank(verdict.findings) else None,
    )


def _time(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
